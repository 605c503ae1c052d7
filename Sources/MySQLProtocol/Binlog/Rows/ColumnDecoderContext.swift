import ColumnarBytes

/// What the column decoders of one table share.
final class ColumnDecoderContext {
    /// Text in the making; its storage is reused from value to value.
    let scratch: ByteSink
    private let scratchBytes = GrowableBytes(minimumCapacity: 1024)
    fileprivate(set) var charsets: [CharsetDecoder] = []
    fileprivate(set) var sets: [SetMembers] = []

    init() { scratch = scratchBytes.sink }

    /// Chooses the decoder for a column's layout and logical type.
    ///
    /// - Parameter index: the column's index, for errors.
    func decoder(for column: TableMapColumn, type: MySQLType, index: Int) throws(RowDecoderError) -> ColumnDecoder {
        guard type.columnLayout != nil else { throw .unsupportedType(column: index) }
        let metadata = column.metadata
        switch (column.wireType, type) {
        case (.tiny, .integer(1, _)): return .fixed1
        case (.short, .integer(2, _)): return .fixed2
        case (.int24, .integer(3, let isUnsigned)): return isUnsigned ? .uint24 : .int24
        case (.long, .integer(4, _)), (.float, .float): return .fixed4
        case (.longlong, .integer(8, _)), (.double, .double): return .fixed8
        case (.newDecimal, .decimal(let precision, let scale)) where metadata == precision << 8 | scale:
            let packed = PackedDecimal(precision: precision, scale: scale)
            switch packed.width {
            case 4: return .decimal32(packed)
            case 8: return .decimal64(packed)
            case 16: return .decimal128(packed)
            default: return .decimal256(packed)
            }
        case (.bit, .bit(metadata)): return .bit(byteCount: (metadata + 7) / 8)
        case (.date, .date), (.newDate, .date): return .date
        case (.dateTime2, .dateTime(metadata)): return .dateTime(digits: metadata)
        case (.timestamp2, .timestamp(metadata)): return .timestamp(digits: metadata)
        case (.time2, .time(metadata)): return .time(digits: metadata)
        case (.dateTime, .dateTime(0)): return .oldDateTime
        case (.timestamp, .timestamp(0)): return .oldTimestamp
        case (.time, .time(0)): return .oldTime
        case (.year, .year): return .year
        case (.json, .json): return .json(prefix: metadata)
        case (.geometry, .geometry): return .string(prefix: metadata)
        case (.enumeration, .enumeration(let members)):
            return .enumeration(byteCount: metadata, memberCount: members.count)
        case (.set, .set(let members)):
            guard members.count <= metadata * 8 else { throw .typeMismatch(column: index) }
            sets.append(SetMembers(members))
            return .set(byteCount: metadata, members: sets.count - 1)
        default:
            guard column.wireType.isCharacter, case .prefixed(let prefix) = WireLength(column) else {
                throw .typeMismatch(column: index)
            }
            switch type {
            case .binary(metadata) where column.wireType == .string:
                return .paddedBinary(prefix: prefix, length: metadata)
            case .bytes, .text(.utf8):
                return prefix == 1 ? .string1 : prefix == 2 ? .string2 : .string(prefix: prefix)
            case .text(.other(let name)):
                guard let charset = CharsetDecoder(charset: name) else { throw .unsupportedType(column: index) }
                charsets.append(charset)
                return .transcoded(prefix: prefix, charset: charsets.count - 1)
            default: throw .typeMismatch(column: index)
            }
        }
    }
}
