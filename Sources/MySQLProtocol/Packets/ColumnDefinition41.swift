import ColumnarBytes

/// One column of a result set (`ColumnDefinition41`).
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html
public struct ColumnDefinition41: Hashable, Sendable {
    public var schema: String
    /// The table's alias in the statement; `originalTable` is its name.
    public var table: String
    public var originalTable: String
    /// The column's alias in the statement; `originalName` is its name.
    public var name: String
    public var originalName: String
    /// The number of the collation that values are sent in; 63 is binary.
    public var collation: UInt16
    /// The longest value, in bytes.
    public var length: UInt32
    /// The type's number on the wire (`enum_field_types`).
    public var type: UInt8
    public var flags: Flags
    /// Digits of fraction; 31 where floating.
    public var decimals: UInt8

    /// https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__column__definition__flags.html
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) { self.rawValue = rawValue }

        public static let notNull = Flags(rawValue: 1 << 0)
        public static let primaryKey = Flags(rawValue: 1 << 1)
        public static let unsigned = Flags(rawValue: 1 << 5)
        public static let binary = Flags(rawValue: 1 << 7)
        public static let enumeration = Flags(rawValue: 1 << 8)
        public static let set = Flags(rawValue: 1 << 11)
    }

    public init(decoding payload: UnsafeRawBufferPointer) throws(PacketError) {
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
