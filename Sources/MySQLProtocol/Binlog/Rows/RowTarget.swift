/// Where the values of one column of a table map go.
package struct RowTarget: Hashable, Sendable {
    /// Index into the buffers; their layout is `type.columnLayout`.
    package let buffer: Int
    package let type: MySQLType
    /// Whether the column is part of the warehouse table's sorting key: kept in tombstones, compared in updates.
    package let isKey: Bool

    package init(buffer: Int, type: MySQLType, isKey: Bool) {
        self.buffer = buffer
        self.type = type
        self.isKey = isKey
    }
}
