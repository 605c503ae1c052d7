/// Where the values of one column of a table map go.
public struct RowTarget: Hashable, Sendable {
    /// Index into the buffers; their layout is `type.columnLayout`.
    public let buffer: Int
    public let type: MySQLType
    /// Whether the column is part of the warehouse table's sorting key: kept in tombstones, compared in updates.
    public let isKey: Bool

    public init(buffer: Int, type: MySQLType, isKey: Bool) {
        self.buffer = buffer
        self.type = type
        self.isKey = isKey
    }
}
