/// One pair of a RENAME TABLE. Pairs of one statement apply together, from left to right.
public struct TableRename: Hashable, Sendable {
    public var from: TableName
    public var to: TableName

    public init(from: TableName, to: TableName) {
        self.from = from
        self.to = to
    }
}
