/// One column of a decoded block: typed access to its values by row.
///
/// Accessors answer `nil` for NULL and for a type that is not theirs, and trap only for a row outside ``rows``, which
/// is a bug of the caller. A column is immutable and owns its bytes.
public struct DecodedColumn: Sendable {
    /// The column's name; empty for what lies inside another column.
    public let name: String
    public let type: ClickHouseType
    public let rows: Int
    /// ``type`` without what is around it, which accessors ask for row by row.
    private let valueType: ClickHouseType
    /// One byte a row, 1 for NULL; `nil` when the type is not nullable.
    @usableFromInline
    let nulls: [UInt8]?
    @usableFromInline
    let storage: Storage

    /// How the values are kept.
    @usableFromInline
    indirect enum Storage: Sendable {
        /// Values of one width, as on the wire.
        case fixed(width: Int, bytes: [UInt8])
        /// All strings on end; string `i` ends at `ends[i]`.
        case strings(bytes: [UInt8], ends: [Int])
        /// Row `i` has the value `keys[indexes[i]]`; every index was checked.
        case dictionary(keys: DecodedColumn, indexes: [UInt32])
        /// Elements of row `i` end at `ends[i]`. A `Map`'s elements are the tuples of key and value.
        case array(elements: DecodedColumn, ends: [Int])
        case tuple([DecodedColumn])
    }

    init(name: String, type: ClickHouseType, rows: Int, nulls: [UInt8]?, storage: Storage) {
        self.name = name
        self.type = type
        valueType = type.unwrapped
        self.rows = rows
        self.nulls = nulls
        self.storage = storage
    }

    /// Whether the row's value is NULL.
    @inlinable
    public func isNull(_ row: Int) -> Bool {
        precondition(row >= 0 && row < rows)
        if let nulls { return nulls[row] != 0 }
        if case .dictionary(let keys, let indexes) = storage { return keys.isNull(Int(indexes[row])) }
        return false
    }

    /// The bytes of a `String`, `FixedString` or other fixed-width value.
    @inlinable
    public func withBytes<Result>(_ row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result? {
        if isNull(row) { return nil }
        switch storage {
        case .fixed(let width, let bytes):
            return try bytes.withUnsafeBytes {
                try body(UnsafeRawBufferPointer(rebasing: $0[row * width..<(row + 1) * width]))
            }
        case .strings(let bytes, let ends):
            let start = row == 0 ? 0 : ends[row - 1]
            return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start..<ends[row]])) }
        case .dictionary(let keys, let indexes): return try keys.withBytes(Int(indexes[row]), body)
        case .array, .tuple: return nil
        }
    }

    /// A `String` or `FixedString` as text (bytes that are not UTF-8 become U+FFFD), or the name of an `Enum` value.
    public func string(_ row: Int) -> String? {
        switch valueType {
        case .string, .fixedString: return withBytes(row) { String(decoding: $0, as: UTF8.self) }
        case .enum8(let members), .enum16(let members):
            guard let value = integer(row) else { return nil }
            return members.first { Int64($0.value) == value }?.name
        default: return nil
        }
    }

    /// An integer, `Bool`, `Enum` value, date (days), time (seconds or ticks) or unscaled `Decimal` that fits Int64.
    public func integer(_ row: Int) -> Int64? { wideInteger(row).flatMap { Int64(exactly: $0) } }

    /// An unsigned integer, or another that ``integer(_:)`` gives and that is not negative.
    public func unsignedInteger(_ row: Int) -> UInt64? { wideInteger(row).flatMap { UInt64(exactly: $0) } }

    /// What ``integer(_:)`` gives, up to 128 bits. A `UInt128` of 2^127 or more is `nil`, as is anything of 256 bits.
    public func wideInteger(_ row: Int) -> Int128? {
        let isSigned: Bool
        switch valueType {
        case .integer(_, let signed): isSigned = signed
        case .bool, .date, .dateTime, .ipv4: isSigned = false
        case .date32, .dateTime64, .time, .time64, .decimal, .enum8, .enum16: isSigned = true
        default: return nil
        }
        return withBytes(row) { bytes -> Int128? in
            switch (bytes.count, isSigned) {
            case (1, true): return Int128(load(bytes, Int8.self))
            case (1, false): return Int128(load(bytes, UInt8.self))
            case (2, true): return Int128(load(bytes, Int16.self))
            case (2, false): return Int128(load(bytes, UInt16.self))
            case (4, true): return Int128(load(bytes, Int32.self))
            case (4, false): return Int128(load(bytes, UInt32.self))
            case (8, true): return Int128(load(bytes, Int64.self))
            case (8, false): return Int128(load(bytes, UInt64.self))
            case (16, true): return load(bytes, Int128.self)
            case (16, false): return Int128(exactly: load(bytes, UInt128.self))
            default: return nil
            }
        } ?? nil
    }

    /// A `Float32` or `Float64`.
    public func double(_ row: Int) -> Double? {
        guard case .float = valueType else { return nil }
        return withBytes(row) { bytes in
            bytes.count == 4
                ? Double(Float(bitPattern: load(bytes, UInt32.self))) : Double(bitPattern: load(bytes, UInt64.self))
        }
    }

    /// An `Array`'s or `Map`'s elements: the column that holds them and the row's range in it.
    public func array(_ row: Int) -> (elements: DecodedColumn, range: Range<Int>)? {
        precondition(row >= 0 && row < rows)
        guard case .array(let elements, let ends) = storage else { return nil }
        return (elements, (row == 0 ? 0 : ends[row - 1])..<ends[row])
    }

    /// A `Tuple`'s columns, each with as many rows as this one.
    public var tupleElements: [DecodedColumn]? {
        guard case .tuple(let columns) = storage else { return nil }
        return columns
    }

    private func load<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ type: T.Type) -> T {
        T(littleEndian: bytes.loadUnaligned(as: T.self))
    }
}
