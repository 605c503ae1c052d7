import ColumnarBytes

/// How values of one column go from a row image into a column. Holds numbers only: what needs more (members of a
/// SET, tables of a charset) is in ``ColumnDecoderContext``, by index, so that choosing a case costs no reference
/// counting.
public enum ColumnDecoder {
    case fixed1
    case fixed2
    case fixed4
    case fixed8
    case int24
    case uint24
    /// At most 9, 18, 38 and 65 digits.
    case decimal32(PackedDecimal)
    case decimal64(PackedDecimal)
    case decimal128(PackedDecimal)
    case decimal256(PackedDecimal)
    case bit(byteCount: Int)
    case date
    case dateTime(digits: Int)
    case timestamp(digits: Int)
    case time(digits: Int)
    /// The temporal types of tables made before 5.6.4: decimal digits in an integer, no fraction.
    case oldDateTime
    case oldTimestamp
    case oldTime
    case dateText(DateTextDecoder)
    case year
    case string1
    case string2
    /// A length of 3 or 4 bytes.
    case string(prefix: Int)
    case paddedBinary(prefix: Int, length: Int)
    case transcoded(prefix: Int, charset: Int)
    case enumeration(byteCount: Int, memberCount: Int)
    case set(byteCount: Int, members: Int)
    case json(prefix: Int)

    /// Bytes as they are, with a length of `prefix` bytes.
    static func string(ofPrefix prefix: Int) -> ColumnDecoder {
        prefix == 1 ? .string1 : prefix == 2 ? .string2 : .string(prefix: prefix)
    }

    /// Decodes one value that is not NULL and appends it.
    ///
    /// - Throws: ``ColumnValueError``; nothing is appended then. `.malformed` where the row ends early.
    @inline(__always)
    func decode(
        _ bytes: inout ByteCursor,
        into column: ColumnSink,
        context: ColumnDecoderContext
    ) throws(ColumnValueError) {
        do {
            switch self {
            case .fixed1: column.append(try bytes.read(UInt8.self))
            case .fixed2: column.append(try bytes.read(UInt16.self))
            case .fixed4: column.append(try bytes.read(UInt32.self))
            case .fixed8: column.append(try bytes.read(UInt64.self))
            case .int24: column.append(Int32(bitPattern: try bytes.readUInt24() << 8) >> 8)
            case .uint24: column.append(try bytes.readUInt24())
            case .decimal64(let packed):
                let value = try bytes.readBytes(packed.byteCount)
                column.append(try packed.decodeInt64(value.baseAddress.unsafelyUnwrapped))
            case .string1:
                let count = Int(try bytes.read(UInt8.self))
                column.appendString(try bytes.readBytes(count))
            case .string2:
                let count = Int(try bytes.read(UInt16.self))
                column.appendString(try bytes.readBytes(count))
            case .dateTime(let digits):
                let high = UInt64(try bytes.read(UInt8.self)) << 32
                let packed = high | UInt64(try bytes.readBigEndian(UInt32.self))
                let fraction = try PackedTime.readFraction(&bytes, digits: digits)
                column.append(try PackedTime.dateTimeTicks(packed: packed, fraction: fraction, digits: digits))
            case .timestamp(let digits):
                let seconds = try bytes.readBigEndian(UInt32.self)
                let fraction = try PackedTime.readFraction(&bytes, digits: digits)
                column.append(try PackedTime.timestampTicks(seconds: seconds, fraction: fraction, digits: digits))
            case .date: column.append(try CalendarDate(packed: Int(try bytes.readUInt24())).daysSinceEpoch())
            case .enumeration(let byteCount, let memberCount):
                let ordinal = byteCount == 1 ? Int(try bytes.read(UInt8.self)) : Int(try bytes.read(UInt16.self))
                guard ordinal <= memberCount else { throw ColumnValueError.malformed }
                column.append(UInt16(truncatingIfNeeded: ordinal))
            case .bit(let byteCount):
                if byteCount == 1 {
                    column.append(UInt64(try bytes.read(UInt8.self)))
                } else {
                    column.append(try bytes.readUIntBigEndian(width: byteCount))
                }
            case .json(let prefix):
                let count = try WireLength.readPrefix(&bytes, width: prefix)
                context.scratch.removeAll()
                try BinaryJSON.appendText(of: bytes.readBytes(count), to: context.scratch)
                column.appendString(context.scratch.bytes)
            default: try decodeRare(&bytes, into: column, context: context)
            }
        } catch let error as ColumnValueError {
            throw error
        } catch {
            throw .malformed
        }
    }

    /// The cases that are seldom in a hot path, out of line to keep the loop small.
    @inline(never)
    private func decodeRare(_ bytes: inout ByteCursor, into column: ColumnSink, context: ColumnDecoderContext) throws {
        switch self {
        case .decimal32(let packed):
            let value = try bytes.readBytes(packed.byteCount)
            column.append(Int32(truncatingIfNeeded: try packed.decodeInt64(value.baseAddress.unsafelyUnwrapped)))
        case .decimal128(let packed):
            let value = try bytes.readBytes(packed.byteCount)
            column.append(try packed.decodeInt128(value.baseAddress.unsafelyUnwrapped))
        case .decimal256(let packed):
            let value = try bytes.readBytes(packed.byteCount)
            let (low, high) = try packed.decodeInt256(value.baseAddress.unsafelyUnwrapped)
            withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { column.appendFixed($0) }
        case .string(let prefix):
            let count = try WireLength.readPrefix(&bytes, width: prefix)
            column.appendString(try bytes.readBytes(count))
        case .paddedBinary(let prefix, let length):
            let count = try WireLength.readPrefix(&bytes, width: prefix)
            guard count <= length else { throw ColumnValueError.malformed }
            column.appendString(try bytes.readBytes(count), zeroPaddedTo: length)
        case .transcoded(let prefix, let charset):
            let count = try WireLength.readPrefix(&bytes, width: prefix)
            context.scratch.removeAll()
            try context.charsets[charset].append(bytes.readBytes(count), to: context.scratch)
            column.appendString(context.scratch.bytes)
        case .set(let byteCount, let members):
            let bits = try bytes.readUInt(width: byteCount)
            context.scratch.removeAll()
            try context.sets[members].appendText(bits: bits, to: context.scratch)
            column.appendString(context.scratch.bytes)
        case .time(let digits):
            let packed = try bytes.readUIntBigEndian(width: 3 + PackedTime.fractionByteCount(digits))
            context.scratch.removeAll()
            try PackedTime.appendTime(packed: packed, digits: digits, to: context.scratch)
            column.appendString(context.scratch.bytes)
        case .oldTime:
            // hhmmss as decimal digits in a signed three-byte integer.
            let raw = Int32(bitPattern: try bytes.readUInt24() << 8) >> 8
            let value = UInt64(raw.magnitude)
            context.scratch.removeAll()
            try PackedTime.appendTime(
                isNegative: raw < 0,
                hour: value / 10000,
                minute: value / 100 % 100,
                second: value % 100,
                fraction: 0,
                digits: 0,
                to: context.scratch
            )
            column.appendString(context.scratch.bytes)
        case .dateText(let decoder):
            context.scratch.removeAll()
            try decoder.decode(&bytes, to: context.scratch)
            column.appendString(context.scratch.bytes)
        case .oldTimestamp:
            let seconds = try bytes.read(UInt32.self)
            column.append(try PackedTime.timestampTicks(seconds: seconds, fraction: 0, digits: 0))
        case .oldDateTime:
            column.append(try DateTimeFields(decimal: try bytes.read(UInt64.self)).secondsSinceEpoch())
        case .year:
            let year = UInt16(try bytes.read(UInt8.self))
            column.append(year == 0 ? 0 : year + 1900)
        default: throw ColumnValueError.unsupported
        }
    }
}
