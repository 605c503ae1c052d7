import ColumnarBytes
import InfluxProtocol

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// xorshift64*: the same inputs on every machine.
struct Randomness {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }

    /// `seed` with some bytes flipped, cut out, repeated or put in.
    mutating func mutate(_ seed: [UInt8]) -> [UInt8] {
        var bytes = seed
        for _ in 0..<(1 + below(6)) {
            if bytes.isEmpty { break }
            let place = below(bytes.count)
            switch below(8) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = UInt8(truncatingIfNeeded: next())
            case 2: bytes[place] = Array("\\\"\n\r,= #{}[]:0ein-.\0\u{7F}".utf8)[below(20)]
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
            case 4:
                bytes.insert(contentsOf: (0..<below(9)).map { _ in UInt8(truncatingIfNeeded: next()) }, at: place)
            case 5: bytes.append(contentsOf: bytes[place...])
            case 6: bytes.insert(contentsOf: Array("\\\\\"\"=,\n".utf8)[below(6)...], at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}

/// How many inputs a fuzz test tries: `LEAT_FUZZ_INPUTS`, else a number that takes seconds.
let fuzzInputCount = getenv("LEAT_FUZZ_INPUTS").flatMap { Int(String(cString: $0)) } ?? 30_000

/// A point, copied out of the parser's memory.
struct Point: Hashable {
    var line = 1
    var measurement: String
    var tags: [String: String] = [:]
    var fields: [String: InfluxValue]
    var time: Int64?
}

/// What a parser made of a text.
struct Parsed: Hashable {
    var points: [Point] = []
    var errors: [LineProtocolError] = []
}

func parse(_ text: String, precision: TimePrecision = .nanoseconds, with parser: LineProtocolParser = .init()) -> Parsed
{
    parse(bytes: Array(text.utf8), precision: precision, with: parser)
}

func parse(
    bytes: [UInt8],
    precision: TimePrecision = .nanoseconds,
    with parser: LineProtocolParser = .init()
) -> Parsed {
    var parsed = Parsed()
    bytes.withUnsafeBytes { bytes in
        parser.parse(bytes, precision: precision) { point in
            parsed.points.append(Point(point))
        } malformed: { error in
            parsed.errors.append(error)
        }
    }
    return parsed
}

extension Point {
    init(_ point: LinePoint) {
        self.init(line: point.line, measurement: text(point.measurement), fields: [:], time: point.time)
        for tag in point.tags { tags[text(tag.key)] = text(tag.value) }
        for field in point.fields { fields[text(field.key)] = field.value.copy }
    }
}

func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

extension GrowableBytes {
    var array: [UInt8] { Array(bytes) }
    var string: String { String(decoding: bytes, as: UTF8.self) }
}

/// The values of a buffer, as text; `nil` is NULL.
func values(_ buffer: ColumnBuffer, _ kind: SeriesColumn.Kind) -> [InfluxValue?] {
    let bytes = buffer.data.array
    var at = 0
    return (0..<buffer.rows).map { row in
        let isNull = buffer.isNullable && buffer.nulls.bytes[row] == 1
        let value: InfluxValue
        switch kind {
        case .tag, .field(.string):
            var length = 0
            var shift = 0
            while bytes[at] & 0x80 != 0 {
                length |= Int(bytes[at] & 0x7F) << shift
                shift += 7
                at += 1
            }
            length |= Int(bytes[at]) << shift
            value = .string(String(decoding: bytes[(at + 1)..<(at + 1 + length)], as: UTF8.self))
            at += 1 + length
        case .field(.boolean):
            value = .boolean(bytes[at] == 1)
            at += 1
        default:
            var bits: UInt64 = 0
            for index in 0..<8 { bits |= UInt64(bytes[at + index]) << (8 * UInt64(index)) }
            at += 8
            switch kind {
            case .field(.float): value = .double(Double(bitPattern: bits))
            case .field(.unsigned): value = .unsigned(bits)
            default: value = .integer(Int64(bitPattern: bits))
            }
        }
        return isNull ? nil : value
    }
}

/// The rows, each as its values in the order of the columns.
func rows(_ rows: SeriesRows) -> [[InfluxValue?]] {
    let columns = zip(rows.buffers, rows.columns).map { values($0, $1.kind) }
    return (0..<rows.rows).map { row in columns.map { $0[row] } }
}
