import ClickHouseClient
import MySQLSchema
import Testing

@testable import MySQLReplication

extension RealClickHouse {
    @Suite("Defaults of added columns in a real ClickHouse")
    struct ColumnDefaultTests {
        /// A definition, ClickHouse's type, and what rows from before must hold.
        private static let cases: [(String, String, String)] = [
            ("INT DEFAULT -5", "Int32", "toString(c) = '-5'"),
            ("BIGINT DEFAULT -9223372036854775808", "Int64", "toString(c) = '-9223372036854775808'"),
            ("BIGINT UNSIGNED DEFAULT 18446744073709551615", "UInt64", "toString(c) = '18446744073709551615'"),
            ("DECIMAL(5,1) DEFAULT '1.50'", "Decimal(5, 1)", "toString(c) = '1.5'"),
            (
                "DECIMAL(65,30) DEFAULT -0.000000000000000000000000000001", "Decimal(65, 30)",
                "c = toDecimal256('-0.000000000000000000000000000001', 30)"
            ),
            ("FLOAT DEFAULT 0.1", "Float32", "hex(reinterpretAsString(c)) = 'CDCCCC3D'"),
            ("DOUBLE DEFAULT 0.1", "Float64", "hex(reinterpretAsString(c)) = '9A9999999999B93F'"),
            ("BIT(64) DEFAULT x'FFFFFFFFFFFFFFFF'", "UInt64", "toString(c) = '18446744073709551615'"),
            ("DATE DEFAULT '1900-01-01'", "Date32", "toString(c) = '1900-01-01'"),
            ("DATE DEFAULT '2299-12-31'", "Date32", "toString(c) = '2299-12-31'"),
            (
                "DATETIME(6) DEFAULT '1900-01-01 00:00:00.000001'", "DateTime64(6, 'UTC')",
                "toString(c) = '1900-01-01 00:00:00.000001'"
            ),
            (
                "DATETIME(6) DEFAULT '2299-12-31 23:59:59.999999'", "DateTime64(6, 'UTC')",
                "toString(c) = '2299-12-31 23:59:59.999999'"
            ),
            (
                "TIMESTAMP(3) DEFAULT '2024-01-02 03:04:05.678'", "DateTime64(3, 'UTC')",
                "toString(c) = '2024-01-02 01:04:05.678'"
            ),
            ("TIME(2) DEFAULT '-838:59:59'", "String", "c = '-838:59:59.00'"),
            ("YEAR DEFAULT 2155", "UInt16", "c = 2155"),
            (
                "VARCHAR(99) DEFAULT 'it''s \\\\ {x:String} \\n 🙂'", "String",
                "hex(c) = hex('it\\'s \\\\ {x:String} \\n 🙂')"
            ),
            ("ENUM('b','a') NOT NULL", "LowCardinality(String)", "c = 'b'"),
            ("SET('b','a') DEFAULT 'a,b'", "LowCardinality(Nullable(String))", "c = 'b,a'"),
            ("BINARY(4) DEFAULT x'00FF'", "String", "hex(c) = '00FF0000'"),
            ("VARBINARY(4) DEFAULT x'00FF'", "Nullable(String)", "hex(c) = '00FF'"),
            ("BINARY(3) NOT NULL", "String", "hex(c) = '000000'"),
            ("DECIMAL(12,2) NOT NULL", "Decimal(12, 2)", "c = 0"), ("DOUBLE NOT NULL", "Float64", "c = 0"),
            ("INT", "Nullable(Int32)", "c IS NULL"), ("JSON NOT NULL", "String", "c = 'null'"),
        ]

        @Test("are what MySQL gives to rows from before")
        func values() async throws {
            try await withClickHouse { client in
                for (definition, type, condition) in Self.cases {
                    let statement = DDLStatement(parsing: "ALTER TABLE t ADD c \(definition)", defaultDatabase: "d")
                    guard case .alterTable(_, let actions) = statement,
                        case .addColumn(let parsed, _, _)? = actions.first
                    else {
                        Issue.record("not understood: \(definition)")
                        continue
                    }
                    let column = parsed.withDefaultCharset("utf8mb4")
                    let source = try #require(column.type)
                    let value: String
                    switch ColumnDefaultMapping.warehouseDefault(of: column, type: source, timeZone: "+02:00") {
                    case .none: value = ""
                    case .value(let expression): value = " DEFAULT \(expression)"
                    case .refused(let reason):
                        Issue.record("\(definition) \(reason)")
                        continue
                    }
                    try await client.execute("DROP TABLE IF EXISTS default.defaults")
                    try await client.execute("CREATE TABLE default.defaults (id Int32) ENGINE = MergeTree ORDER BY id")
                    try await client.execute("INSERT INTO default.defaults VALUES (1)")
                    try await client.execute("ALTER TABLE default.defaults ADD COLUMN c \(type)\(value)")
                    let rows = try await client.rows("SELECT \(condition), toString(c) FROM default.defaults")
                    #expect(rows.first?.first == "1", "\(definition): \(rows) by\(value)")
                }
            }
        }
    }
}
