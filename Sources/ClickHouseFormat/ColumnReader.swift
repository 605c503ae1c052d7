import ColumnarBytes

/// Reads one column's values, recursively. Every count is checked against the bytes that are there before anything is
/// allocated for it.
struct ColumnReader {
    var cursor: ByteCursor
    let limits: NativeDecodingLimits

    /// Reads what precedes the values: the version of each `LowCardinality` inside.
    mutating func readPrefix(_ type: ClickHouseType) throws(NativeFormatError) {
        switch type {
        case .lowCardinality:
            let version = try integer(UInt64.self)
            if version != LowCardinalityEncoder.version { throw .malformed("an unknown LowCardinality version") }
        case .nullable(let inner), .array(let inner), .simpleAggregateFunction(_, let inner): try readPrefix(inner)
        case .tuple(let elements):
            for element in elements { try readPrefix(element.type) }
        case .map(let key, let value):
            try readPrefix(key)
            try readPrefix(value)
        default: break
        }
    }

    /// Reads `rows` values of `type`.
    mutating func readColumn(name: String = "", type: ClickHouseType, rows: Int) throws(NativeFormatError)
        -> DecodedColumn
    {
        if rows > limits.rowsMax { throw .limitExceeded("rows") }
        var nulls: [UInt8]?
        var valueType = type
        if case .simpleAggregateFunction(_, let inner) = valueType { valueType = inner }
        if case .nullable(let inner) = valueType {
            // Only what ClickHouse itself lets be nullable; this also bounds the recursion below.
            switch inner {
            case .nullable, .lowCardinality, .array, .map: throw .malformed("Nullable around a type that cannot be")
            default: break
            }
            nulls = Array(try bytes(rows))
            valueType = inner
        }
        return DecodedColumn(
            name: name,
            type: type,
            rows: rows,
            nulls: nulls,
            storage: try readStorage(valueType, rows: rows)
        )
    }

    private mutating func readStorage(
        _ type: ClickHouseType,
        rows: Int
    ) throws(NativeFormatError) -> DecodedColumn.Storage {
        if let width = type.fixedWidth {
            if case .fixedString = type, width > limits.blockBytesMax { throw .limitExceeded("bytes of a FixedString") }
            let (byteCount, overflow) = rows.multipliedReportingOverflow(by: width)
            if overflow { throw .limitExceeded("bytes of a column") }
            return .fixed(width: width, bytes: Array(try bytes(byteCount)))
        }
        switch type {
        case .string: return try readStrings(rows)
        case .lowCardinality(let keyType): return try readDictionary(keyType, rows: rows)
        case .array(let element): return try readArray(element, rows: rows)
        case .map(let key, let value): return try readArray(.tuple([.init(type: key), .init(type: value)]), rows: rows)
        case .tuple(let elements):
            // ClickHouse writes one byte a row for a tuple of nothing.
            if elements.isEmpty { return .fixed(width: 1, bytes: Array(try bytes(rows))) }
            var columns: [DecodedColumn] = []
            for element in elements {
                columns.append(try readColumn(name: element.name ?? "", type: element.type, rows: rows))
            }
            return .tuple(columns)
        case .simpleAggregateFunction(_, let inner): return try readStorage(inner, rows: rows)
        default: throw .unsupportedType(String(type.description.prefix(200)))
        }
    }

    private mutating func readStrings(_ rows: Int) throws(NativeFormatError) -> DecodedColumn.Storage {
        // A string takes a byte at least.
        if rows > cursor.remaining { throw .truncated(missing: rows - cursor.remaining) }
        var ends: [Int] = []
        ends.reserveCapacity(rows)
        var content: [UInt8] = []
        for _ in 0..<rows {
            let length: UInt64
            do { length = try cursor.readVarUInt() } catch { throw NativeFormatError(error) }
            if length > UInt64(limits.blockBytesMax) { throw .limitExceeded("bytes of a string") }
            content.append(contentsOf: try bytes(Int(length)))
            ends.append(content.count)
        }
        return .strings(bytes: content, ends: ends)
    }

    private mutating func readArray(_ element: ClickHouseType, rows: Int) throws(NativeFormatError)
        -> DecodedColumn.Storage
    {
        let (byteCount, overflow) = rows.multipliedReportingOverflow(by: 8)
        if overflow { throw .limitExceeded("rows") }
        let offsets = try bytes(byteCount)
        var ends: [Int] = []
        ends.reserveCapacity(rows)
        var last = 0
        for row in 0..<rows {
            let end = UInt64(littleEndian: offsets.loadUnaligned(fromByteOffset: row * 8, as: UInt64.self))
            if end > UInt64(limits.rowsMax) { throw .limitExceeded("elements of an array") }
            if Int(end) < last { throw .malformed("array offsets go backwards") }
            last = Int(end)
            ends.append(last)
        }
        return .array(elements: try readColumn(type: element, rows: last), ends: ends)
    }

    private mutating func readDictionary(_ type: ClickHouseType, rows: Int) throws(NativeFormatError)
        -> DecodedColumn.Storage
    {
        var keyType = type
        var isNullable = false
        if case .nullable(let inner) = type {
            keyType = inner
            isNullable = true
        }
        guard keyType == .string || keyType.fixedWidth != nil else {
            throw .malformed("LowCardinality around a type that cannot be")
        }
        if rows == 0 {
            let keys = DecodedColumn(
                name: "",
                type: type,
                rows: 0,
                nulls: nil,
                storage: try readStorage(keyType, rows: 0)
            )
            return .dictionary(keys: keys, indexes: [])
        }
        let flags = try integer(UInt64.self)
        if flags & LowCardinalityEncoder.needsGlobalDictionary != 0 {
            throw .unsupportedType("LowCardinality with a shared dictionary")
        }
        if flags & LowCardinalityEncoder.hasAdditionalKeys == 0 { throw .malformed("LowCardinality without keys") }
        let keyCount = try integer(UInt64.self)
        if keyCount > UInt64(limits.rowsMax) { throw .limitExceeded("keys of a LowCardinality column") }
        let storage = try readStorage(keyType, rows: Int(keyCount))
        var nulls: [UInt8]?
        if isNullable && keyCount > 0 {
            nulls = [UInt8](repeating: 0, count: Int(keyCount))
            nulls?[0] = 1
        }
        let keys = DecodedColumn(name: "", type: type, rows: Int(keyCount), nulls: nulls, storage: storage)
        let indexCount = try integer(UInt64.self)
        if indexCount != UInt64(rows) { throw .malformed("a LowCardinality column in several pieces") }
        let indexes: [UInt32]
        switch flags & 0xFF {
        case 0: indexes = try readIndexes(UInt8.self, rows: rows, keyCount: Int(keyCount))
        case 1: indexes = try readIndexes(UInt16.self, rows: rows, keyCount: Int(keyCount))
        case 2: indexes = try readIndexes(UInt32.self, rows: rows, keyCount: Int(keyCount))
        default: throw .malformed("an unknown width of LowCardinality indexes")
        }
        return .dictionary(keys: keys, indexes: indexes)
    }

    private mutating func readIndexes<Index: FixedWidthInteger & UnsignedInteger>(
        _ type: Index.Type,
        rows: Int,
        keyCount: Int
    ) throws(NativeFormatError) -> [UInt32] {
        let size = MemoryLayout<Index>.size
        let raw = try bytes(rows * size)
        var indexes = [UInt32](repeating: 0, count: rows)
        for row in 0..<rows {
            let index = Index(littleEndian: raw.loadUnaligned(fromByteOffset: row * size, as: Index.self))
            if UInt64(index) >= UInt64(keyCount) { throw .malformed("a LowCardinality index without its key") }
            indexes[row] = UInt32(truncatingIfNeeded: index)
        }
        return indexes
    }

    private mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(NativeFormatError) -> T {
        do { return try cursor.read(type) } catch { throw NativeFormatError(error) }
    }

    private mutating func bytes(_ count: Int) throws(NativeFormatError) -> UnsafeRawBufferPointer {
        do { return try cursor.readBytes(count) } catch { throw NativeFormatError(error) }
    }
}
