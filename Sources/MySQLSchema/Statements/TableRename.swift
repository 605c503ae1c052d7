/// One pair of a RENAME TABLE. Pairs of one statement apply together, from left to right.
package struct TableRename: Hashable, Sendable {
    package var from: TableName
    package var to: TableName

    package init(from: TableName, to: TableName) {
        self.from = from
        self.to = to
    }
}
