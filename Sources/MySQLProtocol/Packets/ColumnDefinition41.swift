import ColumnarBytes

/// One column of a result set (`ColumnDefinition41`).
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html
package struct ColumnDefinition41: Hashable, Sendable {
    package var schema: String
    /// The table's alias in the statement; `originalTable` is its name.
    package var table: String
    package var originalTable: String
    /// The column's alias in the statement; `originalName` is its name.
    package var name: String
    package var originalName: String
    /// The number of the collation that values are sent in; 63 is binary.
    package var collation: UInt16
    /// The longest value, in bytes.
    package var length: UInt32
    /// The type's number on the wire (`enum_field_types`).
    package var type: UInt8
    package var flags: Flags
    /// Digits of fraction; 31 where floating.
    package var decimals: UInt8

    /// https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__column__definition__flags.html
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt16

        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let notNull = Flags(rawValue: 1 << 0)
        package static let primaryKey = Flags(rawValue: 1 << 1)
        package static let unsigned = Flags(rawValue: 1 << 5)
        package static let binary = Flags(rawValue: 1 << 7)
        package static let enumeration = Flags(rawValue: 1 << 8)
        package static let set = Flags(rawValue: 1 << 11)
    }

    package init(decoding payload: UnsafeRawBufferPointer) throws(PacketError) {
        var cursor = ByteCursor(payload)
        _ = try LengthEncoding.readBytes(from: &cursor)
        schema = try LengthEncoding.readString(from: &cursor)
        table = try LengthEncoding.readString(from: &cursor)
        originalTable = try LengthEncoding.readString(from: &cursor)
        name = try LengthEncoding.readString(from: &cursor)
        originalName = try LengthEncoding.readString(from: &cursor)
        let fixedLength = try LengthEncoding.readInteger(from: &cursor)
        guard fixedLength == 12 else { throw .malformed("a column definition's fixed part is not 12 bytes long") }
        collation = try cursor.packetInteger(UInt16.self)
        length = try cursor.packetInteger(UInt32.self)
        type = try cursor.packetInteger(UInt8.self)
        flags = Flags(rawValue: try cursor.packetInteger(UInt16.self))
        decimals = try cursor.packetInteger(UInt8.self)
        _ = try cursor.packetBytes(2)
        try cursor.packetEnd()
    }
}
