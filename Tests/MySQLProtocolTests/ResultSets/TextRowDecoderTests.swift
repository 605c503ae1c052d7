import ColumnarBytes
import MySQLProtocol
import Testing

@Suite("TextRowDecoder")
struct TextRowDecoderTests {
    private let types: [MySQLType] = [
        .integer(bytes: 4, isUnsigned: false), .text(.utf8), .decimal(precision: 10, scale: 1),
    ]

    private func columns(nullable: [Bool]) -> [ColumnBuffer] {
        zip(types, nullable).map { ColumnBuffer(layout: TextCell.layout(of: $0), isNullable: $1) }
    }

    private func decode(
        _ row: [UInt8],
        nullable: [Bool] = [false, true, true]
    ) throws(TextRowError) -> [ColumnBuffer] {
        let columns = columns(nullable: nullable)
        guard let decoder = try? TextRowDecoder(types: types, nullable: nullable) else { throw .malformedLength }
        let result: Result<Void, TextRowError> = row.withUnsafeBytes { raw in
            do throws(TextRowError) { return .success(try decoder.decode(raw, into: columns)) } catch {
                return .failure(error)
            }
        }
        try result.get()
        return columns
    }

    @Test("cells go to their columns")
    func cells() throws {
        let columns = try decode(hexBytes("02 3432 02 c3bc 03 312e35"))
        #expect(TextCell.content(columns[0].data) == [42, 0, 0, 0])
        #expect(TextCell.content(columns[1].data) == [2, 0xC3, 0xBC])
        #expect(TextCell.content(columns[2].data) == [15, 0, 0, 0, 0, 0, 0, 0])
        #expect(columns.map(\.rows) == [1, 1, 1])
    }

    @Test("NULL cells and empty cells differ")
    func nulls() throws {
        let columns = try decode(hexBytes("01 37 fb fb"))
        #expect(TextCell.content(columns[1].nulls) == [1])
        #expect(TextCell.content(columns[2].nulls) == [1])
        #expect(TextCell.content(try decode(hexBytes("01 37 00 fb"))[1].nulls) == [0])
        #expect(throws: TextRowError.value(.unexpectedNull, column: 0)) { try decode(hexBytes("fb 00 fb")) }
    }

    @Test("cells of more than 250, 64 Ki and 16 Mi bytes")
    func longCells() throws {
        for (count, marker) in [(251, [0xFC, 251, 0]), (70_000, [0xFD, 0x70, 0x11, 1])] as [(Int, [UInt8])] {
            let columns = try decode([1, 0x37] + marker + [UInt8](repeating: 65, count: count) + [0xFB])
            #expect(columns[1].data.count > count)
        }
        let huge = [UInt8](repeating: 65, count: 17 << 20)
        let columns = try decode([1, 0x37, 0xFE, 0, 0, 0x10, 1, 0, 0, 0, 0] + huge + [0xFB])
        #expect(columns[1].data.count == huge.count + 4)
    }

    @Test("rows that end early, run on, or lie about lengths are errors")
    func malformed() {
        let whole = hexBytes("02 3432 02 c3bc 03 312e35")
        for length in 0..<whole.count {
            #expect(throws: TextRowError.truncated, "cut at \(length)") { try decode(Array(whole.prefix(length))) }
        }
        #expect(throws: TextRowError.trailingBytes) { try decode(whole + [0]) }
        #expect(throws: TextRowError.malformedLength) { try decode([0xFF] + whole) }
        #expect(throws: TextRowError.truncated) { try decode([0xFE] + [UInt8](repeating: 0xFF, count: 8) + whole) }
        #expect(throws: TextRowError.value(.malformed, column: 2)) { try decode(hexBytes("01 37 00 01 78")) }
    }

    @Test("any bytes are a row or an error, never a crash")
    func fuzz() throws {
        var random = PacketTestRandom(seed: 7)
        let types: [MySQLType] = [
            .integer(bytes: 8, isUnsigned: true), .decimal(precision: 12, scale: 2), .decimal(precision: 65, scale: 30),
            .double, .float, .date, .dateTime(fraction: 6), .time(fraction: 3), .year, .bit(12),
            .enumeration(["a", "b"]),
            .text(.utf8),
        ]
        let numbers = [
            "18446744073709551615", "-1234567890.12",
            "-12345678901234567890123456789012345.123456789012345678901234567890",
        ].map { Array($0.utf8) }
        let points = [TextFloatTests.point(.greatestFiniteMagnitude), TextFloatTests.point(0.10000000149011612)]
        let others = [
            "2024-02-29", "2024-02-29 12:34:56.123456", "-838:59:59.000", "2024", "\u{01}\u{02}", "2", "hello",
        ].map { Array($0.utf8) }
        let whole = (numbers + points + others).flatMap { [UInt8($0.count)] + $0 }
        let decoder = try TextRowDecoder(types: types, nullable: types.map { _ in true })
        let columns = types.map { ColumnBuffer(layout: TextCell.layout(of: $0), isNullable: true) }
        try whole.withUnsafeBytes { try decoder.decode($0, into: columns) }
        var accepted = 0
        for _ in 0..<30_000 {
            var row = whole
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                row[Int.random(in: row.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Int.random(in: 0..<8, using: &random) == 0 {
                row = Array(row.prefix(Int.random(in: 0..<row.count, using: &random)))
            }
            for column in columns { column.removeAll() }
            if (try? row.withUnsafeBytes { try decoder.decode($0, into: columns) }) != nil { accepted += 1 }
        }
        #expect(accepted > 500)
    }
}
