import ColumnarBytes

/// `TABLE_MAP_EVENT`: binds a table id to a table's name and column layout for the rows events that follow.
///
/// Valid until the end of the transaction; MySQL reuses table ids. Layout:
/// https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Table__map__event.html
public struct TableMapEvent: Equatable, Sendable {
    /// MySQL's own limit is 4096 columns a table.
    static let columnCountMax: UInt64 = 4096

    public let tableID: UInt64
    public let database: String
    public let table: String
    public let columns: [TableMapColumn]
    /// Whether names, members of ENUM and SET, and keys are known: `binlog_row_metadata=FULL` on the source. Without,
    /// all other types are known still, from 8.0 on.
    public let hasFullMetadata: Bool
    /// The primary key in its own order; empty without one or without full metadata.
    public let primaryKey: [KeyPart]
    /// A type code that cannot be decoded, whose layout hides that of all columns; the table has to be refused.
    public let unknownType: UInt8?

    /// A column of a key.
    public struct KeyPart: Equatable, Sendable {
        /// Index into `columns`.
        public let column: Int
        /// Characters of the prefix that the key holds; 0 for the whole column.
        public let prefixLength: Int

        public init(column: Int, prefixLength: Int = 0) {
            self.column = column
            self.prefixLength = prefixLength
        }
    }

    /// - Throws: ``BinlogError``; `ByteCursorError`.
    init(decoding bytes: inout ByteCursor) throws {
        let type = BinlogEventType.tableMap.rawValue
        tableID = try bytes.readUInt(width: 6)
        try bytes.skip(2)
        database = String(decoding: try bytes.readBytes(Int(bytes.read(UInt8.self))), as: UTF8.self)
        try bytes.skip(1)
        table = String(decoding: try bytes.readBytes(Int(bytes.read(UInt8.self))), as: UTF8.self)
        try bytes.skip(1)
        let count = try bytes.readLengthEncodedInteger()
        guard count <= TableMapEvent.columnCountMax else {
            throw BinlogError.malformed(type: type, reason: "too many columns")
        }
        let types = try bytes.readBytes(Int(count))
        var metadata = ByteCursor(try bytes.readLengthEncodedBytes())
        let nullable = ColumnBitmap(bytes: try bytes.readBytes((types.count + 7) / 8), columnCount: types.count)
        var columns: [TableMapColumn] = []
        columns.reserveCapacity(types.count)
        var unknownType: UInt8?
        for (index, code) in types.enumerated() {
            guard let wireType = WireColumnType(rawValue: code), wireType.metadataByteCount != nil else {
                unknownType = code
                break
            }
            columns.append(
                try TableMapColumn(decoding: &metadata, wireType: wireType, isNullable: nullable[index])
            )
        }
        self.unknownType = unknownType
        if unknownType != nil {
            _ = bytes.readRest()
            self.columns = []
            hasFullMetadata = false
            primaryKey = []
            return
        }
        guard metadata.isAtEnd else {
            throw BinlogError.malformed(type: type, reason: "metadata of more columns than there are")
        }
        let optional = try TableMapMetadata(decoding: &bytes, columns: columns)
        hasFullMetadata = optional.apply(to: &columns)
        self.columns = columns
        primaryKey = optional.primaryKey
    }
}

extension TableMapColumn {
    /// Reads one column's part of the metadata block.
    ///
    /// - Throws: ``BinlogError``; `ByteCursorError`.
    fileprivate init(decoding bytes: inout ByteCursor, wireType: WireColumnType, isNullable: Bool) throws {
        var wireType = wireType
        var metadata = 0
        switch wireType {
        case .string:
            // The first byte is the real type; for CHAR two bits of the length, inverted, are mixed into it.
            let first = try bytes.read(UInt8.self)
            let second = Int(try bytes.read(UInt8.self))
            if first & 0x30 == 0x30 {
                guard let real = WireColumnType(rawValue: first) else {
                    throw BinlogError.malformed(type: BinlogEventType.tableMap.rawValue, reason: "unknown string type")
                }
                wireType = real
                metadata = second
            } else {
                metadata = second | Int((first & 0x30) ^ 0x30) << 4
                guard WireColumnType(rawValue: first | 0x30) == .string else {
                    throw BinlogError.malformed(type: BinlogEventType.tableMap.rawValue, reason: "unknown string type")
                }
            }
        case .newDecimal:
            let precision = Int(try bytes.read(UInt8.self))
            metadata = precision << 8 | Int(try bytes.read(UInt8.self))
        case .bit:
            let bits = Int(try bytes.read(UInt8.self))
            metadata = Int(try bytes.read(UInt8.self)) * 8 + bits
        case .enumeration, .set:
            try bytes.skip(1)
            metadata = Int(try bytes.read(UInt8.self))
        case .varchar, .varString: metadata = Int(try bytes.read(UInt16.self))
        default: metadata = Int(try bytes.readUInt(width: wireType.metadataByteCount ?? 0))
        }
        self.wireType = wireType
        self.metadata = metadata
        self.isNullable = isNullable
        guard TableMapColumn.isValid(wireType, metadata: metadata) else {
            throw BinlogError.malformed(type: BinlogEventType.tableMap.rawValue, reason: "impossible column metadata")
        }
    }

    /// Keeps the row decoder free of layouts that MySQL cannot produce.
    private static func isValid(_ type: WireColumnType, metadata: Int) -> Bool {
        switch type {
        case .float: metadata == 4
        case .double: metadata == 8
        case .timestamp2, .dateTime2, .time2: metadata <= 6
        case .newDecimal: (1...65).contains(metadata >> 8) && metadata & 0xFF <= min(30, metadata >> 8)
        case .bit: (1...64).contains(metadata)
        case .enumeration: metadata == 1 || metadata == 2
        case .set: (1...8).contains(metadata)
        case .blob, .tinyBlob, .mediumBlob, .longBlob, .json, .geometry, .vector: (1...4).contains(metadata)
        case .varchar, .varString, .string: true
        case .decimalText, .null, .typedArray: false
        default: metadata == 0
        }
    }
}
