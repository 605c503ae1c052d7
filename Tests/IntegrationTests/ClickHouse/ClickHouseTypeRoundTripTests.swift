import ClickHouseClient
import ClickHouseFormat
import ColumnarBytes
import Testing

extension RealClickHouse {
    /// Every type that Leat writes, inserted as a Native block and read back as ClickHouse's own text.
    @Suite("ClickHouse takes every type as it is sent")
    struct ClickHouseTypeRoundTripTests {
        struct Case: Sendable {
            let name: String
            let type: String
            let buffer: ColumnBuffer
            let expected: [String?]

            init(_ name: String, _ type: String, _ buffer: ColumnBuffer, _ expected: [String?]) {
                self.name = name
                self.type = type
                self.buffer = buffer
                self.expected = expected
            }
        }

        static let nasty = "tab\tnl\nback\\nul\0'q"

        static func cases() -> [Case] { integers() + numbers() + texts() + times() + others() }

        static func integers() -> [Case] {
            [
                Case("i8", "Int8", .numbers([Int8.min, 0, .max]), ["-128", "0", "127"]),
                Case("u8", "UInt8", .numbers([UInt8.max, 0, 1]), ["255", "0", "1"]),
                Case("i16", "Int16", .numbers([Int16.min, 0, .max]), ["-32768", "0", "32767"]),
                Case("u16", "UInt16", .numbers([UInt16.max, 0, 1]), ["65535", "0", "1"]),
                Case("i32", "Int32", .numbers([Int32.min, 0, .max]), ["-2147483648", "0", "2147483647"]),
                Case("u32", "UInt32", .numbers([UInt32.max, 0, 1]), ["4294967295", "0", "1"]),
                Case("i64", "Int64", .numbers([Int64.min, 0, .max]), ["\(Int64.min)", "0", "\(Int64.max)"]),
                Case("u64", "UInt64", .numbers([UInt64.max, 0, 1]), ["\(UInt64.max)", "0", "1"]),
                Case(
                    "ni64",
                    "Nullable(Int64)",
                    .numbers([Int64.min, nil, 1], isNullable: true),
                    ["\(Int64.min)", nil, "1"]
                ),
                Case("never_null", "Nullable(Int64)", .numbers([1 as Int64, 2, 3]), ["1", "2", "3"]),
                Case("i128", "Int128", .numbers([Int128.min, 0, .max]), ["\(Int128.min)", "0", "\(Int128.max)"]),
                Case("u256", "UInt256", .wide([(1, 0), (0, 0), (255, 0)]), ["1", "0", "255"]),
            ]
        }

        static func numbers() -> [Case] {
            let floats = [Float(0.1), .infinity, -0.0].map { Optional($0.bitPattern) }
            let doubles = [Double(0.1).bitPattern, nil, Double.greatestFiniteMagnitude.bitPattern]
            let most = Int128(exactly: 0).map { _ in Int128("99999999999999999999999999999999999999") } ?? nil
            return [
                Case("f32", "Float32", .numbers(floats), ["0.1", "inf", "-0"]),
                Case(
                    "f64",
                    "Nullable(Float64)",
                    .numbers(doubles, isNullable: true),
                    ["0.1", nil, "1.7976931348623157e308"]
                ),
                Case(
                    "d9",
                    "Decimal(9, 2)",
                    .numbers([-12345 as Int32, 0, 999_999_999]),
                    ["-123.45", "0", "9999999.99"]
                ),
                Case(
                    "d18",
                    "Decimal(18, 4)",
                    .numbers([-1 as Int64, 0, 999_999_999_999_999_999]),
                    ["-0.0001", "0", "99999999999999.9999"]
                ),
                Case(
                    "d38",
                    "Nullable(Decimal(38, 10))",
                    .numbers([most, nil, -1], isNullable: true),
                    ["9999999999999999999999999999.9999999999", nil, "-0.0000000001"]
                ),
                Case(
                    "d65",
                    "Decimal(65, 30)",
                    .wide([(1, 0), (255, 255), (0, 0)]),
                    ["0.000000000000000000000000000001", "-0.000000000000000000000000000001", "0"]
                ),
            ]
        }

        static func texts() -> [Case] {
            let nullable = "LowCardinality(Nullable(String))"
            return [
                Case("s", "String", .texts(["größe 🙂", "", nasty]), ["größe 🙂", "", nasty]),
                Case("ns", "Nullable(String)", .texts(["x", nil, ""], isNullable: true), ["x", nil, ""]),
                Case(
                    "e",
                    "LowCardinality(String)",
                    .ordinals([1, 0, 2], of: ["new", "it's ü"]),
                    ["new", "", "it's ü"]
                ),
                Case("ne", nullable, .ordinals([1, nil, 0], of: ["new"], isNullable: true), ["new", nil, ""]),
                Case("ne_never", nullable, .ordinals([1, 1, 0], of: ["new"]), ["new", "new", ""]),
                Case("e_twice", "LowCardinality(String)", .ordinals([1, 2, 3], of: ["", "x", "x"]), ["", "x", "x"]),
                Case("e_plain", "String", .ordinals([1, 0, 1], of: ["a"]), ["a", "", "a"]),
                Case("lc", "LowCardinality(String)", .texts(["a,b", "", "c"]), ["a,b", "", "c"]),
                Case("nlc", nullable, .texts(["a,b", nil, "c"], isNullable: true), ["a,b", nil, "c"]),
            ]
        }

        static func times() -> [Case] {
            [
                Case(
                    "day",
                    "Date32",
                    .numbers([-25567 as Int32, 0, 120_529]),
                    ["1900-01-01", "1970-01-01", "2299-12-31"]
                ),
                Case(
                    "nday",
                    "Nullable(Date32)",
                    .numbers([19_000 as Int32, nil, 0], isNullable: true),
                    ["2022-01-08", nil, "1970-01-01"]
                ),
                Case(
                    "t0",
                    "DateTime64(0, 'UTC')",
                    .numbers([-2_208_988_800 as Int64, 0, 10_413_791_999]),
                    ["1900-01-01 00:00:00", "1970-01-01 00:00:00", "2299-12-31 23:59:59"]
                ),
                Case(
                    "t6",
                    "Nullable(DateTime64(6, 'UTC'))",
                    .numbers([1_700_000_000_123_456 as Int64, nil, -1], isNullable: true),
                    ["2023-11-14 22:13:20.123456", nil, "1969-12-31 23:59:59.999999"]
                ),
                Case(
                    "t9",
                    "DateTime64(9, 'UTC')",
                    .numbers([1_700_000_000_123_456_789 as Int64, 0, 1]),
                    ["2023-11-14 22:13:20.123456789", "1970-01-01 00:00:00.000000000", "1970-01-01 00:00:00.000000001"]
                ),
            ]
        }

        static func others() -> [Case] {
            let low = "00000000-0000-0000-0000-000000000000"
            let high = "ffffffff-ffff-ffff-ffff-ffffffffffff"
            return [
                Case("b", "Bool", .numbers([1 as UInt8, 0, 1]), ["true", "false", "true"]),
                Case("e8", "Enum8('a' = -1, 'b' = 2)", .numbers([-1 as Int8, 2, 2]), ["a", "b", "b"]),
                Case("e16", "Enum16('a' = -1000, 'b' = 2)", .numbers([-1000 as Int16, 2, 2]), ["a", "b", "b"]),
                Case("id", "UUID", .numbers([UInt128.min, 0, .max]), [low, low, high]),
            ]
        }

        @Test("inserted values read the same", arguments: CompressionMethod.allCases)
        func roundTrip(compression: CompressionMethod) async throws {
            try await withClickHouse(compression: compression) { client in
                let cases = Self.cases()
                let table = "types_\(compression.rawValue)"
                let definitions = cases.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
                try await client.execute(
                    "CREATE OR REPLACE TABLE \(table) (row UInt8, \(definitions)) ENGINE = MergeTree ORDER BY row"
                )
                var columns = [NativeColumn(name: "row", type: "UInt8", buffer: .numbers([0 as UInt8, 1, 2]))]
                columns += cases.map { NativeColumn(name: $0.name, type: $0.type, buffer: $0.buffer) }
                let summary = try await client.insert(table, columns, rows: 3)
                #expect(summary.writtenRows == 3)
                #expect(summary.writtenBytes > 0)
                for one in cases {
                    let rows = try await client.rows("SELECT \(one.name) FROM \(table) ORDER BY row")
                    #expect(rows.map { $0[0] } == one.expected, "\(one.type)")
                }
            }
        }

        @Test("and our own decoder reads them too, under every compression", arguments: CompressionMethod.allCases)
        func decoded(compression: CompressionMethod) async throws {
            try await withClickHouse { client in
                let cases = Self.cases()
                let table = "decoded_\(compression.rawValue)"
                let definitions = cases.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
                try await client.execute("CREATE OR REPLACE TABLE \(table) (\(definitions)) ENGINE = Memory")
                let columns = cases.map { NativeColumn(name: $0.name, type: $0.type, buffer: $0.buffer) }
                try await client.insert(table, columns, rows: 3)
                var rows = 0
                for try await block in try await client.blocks("SELECT * FROM \(table)", compression: compression) {
                    rows += block.rows
                    #expect((0..<3).map { block["s"]?.string($0) } == ["größe 🙂", "", Self.nasty])
                    #expect((0..<3).map { block["ne"]?.string($0) } == ["new", nil, ""])
                    #expect((0..<3).map { block["nlc"]?.string($0) } == ["a,b", nil, "c"])
                    #expect((0..<3).map { block["i128"]?.wideInteger($0) } == [.min, 0, .max])
                    #expect((0..<3).map { block["u64"]?.unsignedInteger($0) } == [.max, 0, 1])
                    #expect((0..<3).map { block["t9"]?.integer($0) } == [1_700_000_000_123_456_789, 0, 1])
                    #expect((0..<3).map { block["f64"]?.double($0) } == [0.1, nil, .greatestFiniteMagnitude])
                    #expect((0..<3).map { block["e8"]?.string($0) } == ["a", "b", "b"])
                }
                #expect(rows == 3)
            }
        }

        @Test("nested and low-cardinality results of many blocks are decoded")
        func nestedResults() async throws {
            let sql = """
                SELECT number AS n, [toString(number), 'x'] AS a,
                    map('k', toLowCardinality(toString(number % 3))) AS m,
                    CAST((number, 'y'), 'Tuple(a UInt64, b String)') AS t,
                    toLowCardinality(if(number % 2 = 0, toString(number % 10), NULL)) AS lc,
                    [toLowCardinality('q'), toLowCardinality(toString(number))] AS alc,
                    NULL AS z, toFixedString('abc', 5) AS fs, number::Decimal(12, 2) AS d, tuple() AS nothing,
                    arrayMap(x -> [x], range(number % 4)) AS nested
                FROM numbers(100000) SETTINGS max_block_size = 30000
                """
            try await withClickHouse { client in
                var seen: UInt64 = 0
                var blocks = 0
                for try await block in try await client.blocks(sql, compression: .lz4) {
                    blocks += 1
                    for row in 0..<block.rows {
                        guard block["n"]?.unsignedInteger(row) == seen else {
                            Issue.record("row \(seen) is not there")
                            return
                        }
                        if seen % 997 == 0 { try check(block, row: row, number: seen) }
                        seen += 1
                    }
                }
                #expect(seen == 100_000)
                #expect(blocks > 1)
            }
        }

        private func check(_ block: DecodedBlock, row: Int, number: UInt64) throws {
            let array = try #require(block["a"]?.array(row))
            #expect(array.range.map(array.elements.string) == ["\(number)", "x"])
            let map = try #require(block["m"]?.array(row))
            #expect(map.range.map { map.elements.tupleElements?[1].string($0) } == ["\(number % 3)"])
            #expect(block["t"]?.tupleElements?[0].unsignedInteger(row) == number)
            #expect(block["lc"]?.string(row) == (number % 2 == 0 ? "\(number % 10)" : nil))
            let low = try #require(block["alc"]?.array(row))
            #expect(low.range.map(low.elements.string) == ["q", "\(number)"])
            #expect(block["z"]?.isNull(row) == true)
            #expect(block["fs"]?.string(row) == "abc\0\0")
            #expect(block["d"]?.integer(row) == Int64(number) * 100)
            #expect(block["nested"]?.array(row)?.range.count == Int(number % 4))
        }
    }
}
