import ColumnarBytes

/// How many bytes a value takes in a row image.
enum WireLength: Equatable {
    case fixed(Int)
    /// A little-endian length of 1 to 4 bytes, then as many bytes as it says.
    case prefixed(Int)

    init(_ column: TableMapColumn) {
        let metadata = column.metadata
        switch column.wireType {
        case .tiny, .year: self = .fixed(1)
        case .short: self = .fixed(2)
        case .int24, .date, .newDate, .time: self = .fixed(3)
        case .long, .float, .timestamp: self = .fixed(4)
        case .longlong, .double, .dateTime: self = .fixed(8)
        case .timestamp2: self = .fixed(4 + PackedTime.fractionByteCount(metadata))
        case .dateTime2: self = .fixed(5 + PackedTime.fractionByteCount(metadata))
        case .time2: self = .fixed(3 + PackedTime.fractionByteCount(metadata))
        case .newDecimal: self = .fixed(PackedDecimal(precision: metadata >> 8, scale: metadata & 0xFF).byteCount)
        case .bit: self = .fixed((metadata + 7) / 8)
        case .enumeration, .set: self = .fixed(metadata)
        case .varchar, .varString, .string: self = .prefixed(metadata > 255 ? 2 : 1)
        case .blob, .tinyBlob, .mediumBlob, .longBlob, .json, .geometry, .vector: self = .prefixed(metadata)
        // Refused by the table map.
        case .decimalText, .null, .typedArray: self = .fixed(0)
        }
    }

    /// Moves past a value.
    @inline(__always)
    func skip(_ bytes: inout ByteCursor) throws(ByteCursorError) {
        switch self {
        case .fixed(let count): try bytes.skip(count)
        case .prefixed(let width): try bytes.skip(WireLength.readPrefix(&bytes, width: width))
        }
    }

    @inline(__always)
    static func readPrefix(_ bytes: inout ByteCursor, width: Int) throws(ByteCursorError) -> Int {
        switch width {
        case 1: Int(try bytes.read(UInt8.self))
        case 2: Int(try bytes.read(UInt16.self))
        default: Int(truncatingIfNeeded: try bytes.readUInt(width: width))
        }
    }
}
