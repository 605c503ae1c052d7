import ColumnarBytes

@testable import InfluxProtocol

/// Runs a decoder over a whole input, cut as `cuts` says, as the client does with what the network brings.
struct StreamRun {
    var rows: [[InfluxValue?]] = []
    /// Rows in each batch.
    var batches: [Int] = []
    var isComplete = false
    var error: InfluxError?

    init(
        _ input: [UInt8],
        _ start: some StreamDecoder,
        columns: [SeriesColumn],
        batchRows: Int = 1000,
        piece: () -> Int = { .max }
    ) {
        var decoder = start
        do throws(InfluxError) {
            var assembly = try RowAssembly(columns: columns, limits: .init(rows: batchRows, bytes: 1 << 20))
            var pending: [UInt8] = []
            var offset = 0
            while offset < input.count {
                let size = min(max(1, piece()), input.count - offset)
                pending += input[offset..<(offset + size)]
                offset += size
                var at = 0
                while true {
                    at = try Self.decode(pending, at, &decoder, &assembly)
                    if !assembly.isFull { break }
                    keep(assembly.take())
                    try assembly.resume(with: batches.count % 2 == 0 ? assembly.rows : nil)
                }
                pending.removeFirst(at)
            }
            isComplete = decoder.isComplete && pending.allSatisfy { $0 <= 0x20 }
            let count = assembly.count
            if isComplete, count > 0 { keep(assembly.take()) }
        } catch {
            self.error = error
        }
    }

    private static func decode(
        _ pending: [UInt8],
        _ at: Int,
        _ decoder: inout some StreamDecoder,
        _ assembly: inout RowAssembly
    ) throws(InfluxError) -> Int {
        let result = pending.withUnsafeBytes { bytes in
            Result { () throws(DecodingFault) in try decoder.decode(bytes, from: at, into: &assembly) }
        }
        switch result {
        case .success(let at): return at
        case .failure(let fault): throw .notAResult(fault)
        }
    }

    private mutating func keep(_ batch: SeriesRows) {
        batches.append(batch.rows)
        rows += InfluxClientTests.rows(batch)
    }
}

/// A MessagePack encoder for tests: of what 1.x sends, with the widths that it chooses.
indirect enum Packed {
    case map([(String, Packed)])
    case array([Packed])
    case text(String)
    case integer(Int64)
    case unsigned(UInt64)
    case double(Double)
    case boolean(Bool)
    case null
    case raw([UInt8])

    var bytes: [UInt8] {
        switch self {
        case .map(let members):
            return [0xDF] + Self.big(UInt32(members.count))
                + members.flatMap { Packed.text($0.0).bytes + $0.1.bytes }
        case .array(let elements):
            let head = elements.count < 16 ? [0x90 | UInt8(elements.count)] : [0xDC] + Self.big(UInt16(elements.count))
            return head + elements.flatMap(\.bytes)
        case .text(let text):
            let bytes = Array(text.utf8)
            if bytes.count < 32 { return [0xA0 | UInt8(bytes.count)] + bytes }
            if bytes.count < 256 { return [0xD9, UInt8(bytes.count)] + bytes }
            return [0xDA] + Self.big(UInt16(bytes.count)) + bytes
        case .integer(let value):
            if let small = Int8(exactly: value) {
                return small >= 0
                    ? [UInt8(small)] : small >= -32 ? [UInt8(bitPattern: small)] : [0xD0] + Self.big(small)
            }
            if let small = Int16(exactly: value) { return [0xD1] + Self.big(small) }
            if let small = Int32(exactly: value) { return [0xD2] + Self.big(small) }
            return [0xD3] + Self.big(value)
        case .unsigned(let value):
            if let small = UInt8(exactly: value) { return [0xCC, small] }
            if let small = UInt16(exactly: value) { return [0xCD] + Self.big(small) }
            if let small = UInt32(exactly: value) { return [0xCE] + Self.big(small) }
            return [0xCF] + Self.big(value)
        case .double(let value): return [0xCB] + Self.big(value.bitPattern)
        case .boolean(let value): return [value ? 0xC3 : 0xC2]
        case .null: return [0xC0]
        case .raw(let bytes): return bytes
        }
    }

    private static func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// One chunk with one series.
    static func chunk(
        columns: [String],
        tags: [(String, String)] = [],
        rows: [[Packed]],
        isPartial: Bool = false
    ) -> [UInt8] {
        var series: [(String, Packed)] = [("name", .text("m"))]
        if !tags.isEmpty { series.append(("tags", .map(tags.map { ($0.0, .text($0.1)) }))) }
        series.append(("columns", .array(columns.map { .text($0) })))
        series.append(("values", .array(rows.map { .array($0) })))
        if isPartial { series.append(("partial", .boolean(true))) }
        var result: [(String, Packed)] = [("statement_id", .integer(0)), ("series", .array([.map(series)]))]
        if isPartial { result.append(("partial", .boolean(true))) }
        return Packed.map([("results", .array([.map(result)]))]).bytes
    }
}
