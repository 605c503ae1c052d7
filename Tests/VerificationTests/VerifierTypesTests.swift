import ClickHouseClient
import Testing
import Verification

extension RealServerTests {
    @Suite("Types on real servers") struct VerifierTypesTests {
        private static let columns: [(name: String, source: String, warehouse: String)] = [
            ("id", "bigint unsigned NOT NULL", "UInt64"),
            ("i8", "tinyint", "Nullable(Int8)"),
            ("i24", "mediumint unsigned", "Nullable(UInt32)"),
            ("filled", "int(6) zerofill", "Nullable(UInt32)"),
            ("exact", "decimal(65,30)", "Nullable(Decimal(65, 30))"),
            ("whole", "decimal(20,0)", "Nullable(Decimal(20, 0))"),
            ("cents", "decimal(9,2) NOT NULL", "Decimal(9, 2)"),
            ("exact_filled", "decimal(8,3) unsigned zerofill", "Nullable(Decimal(8, 3))"),
            ("f", "float", "Nullable(Float32)"),
            ("d", "double NOT NULL", "Float64"),
            ("bits", "bit(64)", "Nullable(UInt64)"),
            ("flag", "bit(1) NOT NULL", "UInt64"),
            ("day", "date", "Nullable(Date32)"),
            ("at0", "datetime", "Nullable(DateTime64(0, 'UTC'))"),
            ("at6", "datetime(6) NOT NULL", "DateTime64(6, 'UTC')"),
            ("stamp", "timestamp(3) NULL", "Nullable(DateTime64(3, 'UTC'))"),
            ("clock", "time(3)", "Nullable(String)"),
            ("y", "year", "Nullable(UInt16)"),
            ("c", "char(10) NOT NULL", "String"),
            ("latin", "varchar(100) CHARACTER SET latin1", "Nullable(String)"),
            ("t", "mediumtext NOT NULL", "String"),
            ("tn", "text CHARACTER SET utf16", "Nullable(String)"),
            ("bin", "binary(4) NOT NULL", "String"),
            ("vb", "varbinary(16)", "Nullable(String)"),
            ("bl", "longblob", "Nullable(String)"),
            ("e", "enum('a','b,c','é') CHARACTER SET latin1", "LowCardinality(Nullable(String))"),
            ("en", "enum('x','y') NOT NULL", "LowCardinality(String)"),
            ("s", "set('x','y','ü')", "LowCardinality(Nullable(String))"),
            ("j", "json", "Nullable(String)"),
            ("g", "point", "Nullable(String)"),
        ]

        /// A row a case: MySQL's values, and ClickHouse's, written down independently of each other. ClickHouse reads
        /// some floating numbers one bit off, so those are given by their bits.
        private static let rows: [(source: String, warehouse: String)] = [
            (
                """
                1, -128, 16777215, 42, 12345678901234567890123456789012345.123456789012345678901234567890, \
                -99999999999999999999, -0.05, 1.5, 1.1, -0e0, b'\(String(repeating: "1", count: 64))', 1, '1900-01-01', \
                '1969-12-31 23:59:59', '1969-12-31 23:59:59.500000', '2024-01-01 00:00:00.10', '-838:59:59', 0, 'abc  ', \
                'äö', 'x', 'äß€😀', 'ab', x'00ff', x'00', 'é', 'x', 'x,ü', '{"b": 1.0, "a": [null, "é"]}', \
                ST_GeomFromText('POINT(1 2)')
                """,
                """
                1, -128, 16777215, 42, '12345678901234567890123456789012345.123456789012345678901234567890', \
                '-99999999999999999999', '-0.05', '1.5', 1.1, -0.0, 18446744073709551615, 1, '1900-01-01', \
                '1969-12-31 23:59:59', '1969-12-31 23:59:59.500000', '2024-01-01 00:00:00.100', '-838:59:59.000', 0, 'abc', \
                'äö', 'x', 'äß€😀', unhex('61620000'), unhex('00ff'), unhex('00'), 'é', 'x', 'x,ü', \
                '{"a": [null, "é"], "b": 1.0}', unhex('000000000101000000000000000000F03F0000000000000040')
                """
            ),
            (
                """
                18446744073709551615, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, 1.7976931348623157e308, NULL, 0, NULL, \
                NULL, '2299-12-31 23:59:59.999999', NULL, NULL, NULL, '', NULL, '', NULL, '', NULL, NULL, NULL, 'y', NULL, \
                NULL, NULL
                """,
                """
                18446744073709551615, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, 1.7976931348623157e308, NULL, 0, NULL, \
                NULL, '2299-12-31 23:59:59.999999', NULL, NULL, NULL, '', NULL, '', NULL, unhex('00000000'), NULL, NULL, \
                NULL, 'y', NULL, NULL, NULL
                """
            ),
            (
                """
                0, 0, 0, 0, -0.000000000000000000000000000001, 0, 9999999.99, 0, 3.4028234663852886e38, 5e-324, b'0', 0, \
                '2299-12-31', '2024-02-29 12:00:00', '1900-01-01 00:00:00.000001', '2038-01-19 03:14:07.999', '-00:00:00.5', \
                2155, 'N', 'N', 'N,1:a', '', 'N', '', '', '', '', '', 'null', NULL
                """,
                """
                0, 0, 0, 0, '-0.000000000000000000000000000001', 0, '9999999.99', 0, \
                reinterpretAsFloat32(toUInt32(2139095039)), reinterpretAsFloat64(toUInt64(1)), 0, 0, \
                '2299-12-31', '2024-02-29 12:00:00', '1900-01-01 00:00:00.000001', '2038-01-19 03:14:07.999', \
                '-00:00:00.500', 2155, 'N', 'N', 'N,1:a', '', unhex('4E000000'), '', '', '', '', '', 'null', NULL
                """
            ),
        ]

        private func load(_ servers: RealServers.Running, _ database: String) async throws {
            try await servers.prepare(database)
            let source = Self.columns.map { "`\($0.name)` \($0.source)" } + ["PRIMARY KEY (id)"]
            let warehouse = Self.columns.map { "`\($0.name)` \($0.warehouse)" }
            try await servers.mysql(
                "CREATE TABLE t (\(source.joined(separator: ", ")))",
                "SET SESSION sql_mode = '', time_zone = '+00:00'",
                "INSERT INTO t VALUES (\(Self.rows.map(\.source).joined(separator: "), ("))) "
            )
            try await servers.clickHouse(
                "CREATE TABLE `\(database)`.t (\(warehouse.joined(separator: ", "))) ENGINE = MergeTree ORDER BY id",
                "INSERT INTO `\(database)`.t VALUES (\(Self.rows.map(\.warehouse).joined(separator: "), (")))"
            )
        }

        @Test("equal values of every type have equal sums")
        func equal() async throws {
            let servers = try await RealServers.shared.running()
            try await load(servers, "types")
            let report = try await servers.verifyCaughtUp("types", tables: "t")
            #expect(report.tables.first?.differences == [])
            #expect(report.isEqual, "\(report.renderTable(isTerminal: false))")
            #expect(report.tables.first?.sourceRows == 3)
        }

        @Test(
            "another value is found, with its key and column",
            arguments: [
                ("i8", "127"), ("i24", "NULL"), ("filled", "43"), ("exact", "'0.000000000000000000000000000001'"),
                ("whole", "'99999999999999999999'"), ("cents", "0.05"), ("f", "1.1000001"), ("f", "NULL"), ("d", "0.0"),
                ("bits", "18446744073709551614"), ("flag", "0"), ("day", "'1900-01-02'"),
                ("at0", "'1969-12-31 23:59:58'"), ("at6", "'1969-12-31 23:59:59.500001'"),
                ("stamp", "'2024-01-01 00:00:00.101'"), ("clock", "'-838:59:59'"), ("y", "NULL"), ("c", "'abc '"),
                ("latin", "'äo'"), ("t", "''"), ("tn", "'äß€'"), ("bin", "'ab'"), ("vb", "unhex('00fe')"), ("bl", "''"),
                ("e", "'e'"), ("en", "''"), ("s", "'x,y'"), ("j", "'{\"a\": [null, \"é\"], \"b\": 1}'"), ("g", "''"),
            ]
        )
        func different(column: String, value: String) async throws {
            let servers = try await RealServers.shared.running()
            try await load(servers, "types")
            try await servers.clickHouse("ALTER TABLE types.t UPDATE `\(column)` = \(value) WHERE id = 1")
            let table = try #require(try await servers.verifyCaughtUp("types", tables: "t").tables.first)
            #expect(!table.isEqual)
            // Of times the source may have the later one, which makes the row a stale one.
            #expect(table.differences.map(\.key) == ["1"])
            #expect(table.differences.map(\.column) == [column])
            #expect(table.differences.allSatisfy { [.value, .stale].contains($0.kind) })
            #expect(table.sourceRows == table.warehouseRows)
        }
    }
}
