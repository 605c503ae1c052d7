import MySQLProtocol
import MySQLSchema
import Testing

@testable import MySQLReplication

@Suite("Defaults of added columns")
struct ColumnDefaultMappingTests {
    private struct NotUnderstood: Error { var statement: String }

    private func column(_ definition: String) throws -> ColumnDefinition {
        let statement = DDLStatement(parsing: "ALTER TABLE t ADD c \(definition)", defaultDatabase: "shop")
        guard case .alterTable(_, let actions) = statement, case .addColumn(let parsed, _, _)? = actions.first else {
            throw NotUnderstood(statement: definition)
        }
        return parsed.withDefaultCharset("utf8mb4")
    }

    @Test(
        "that are dates which only text can hold are that text",
        arguments: [
            ("DATE DEFAULT '9999-12-31'", "'9999-12-31'"), ("DATE NOT NULL", "'0000-00-00'"),
            ("DATE DEFAULT '2024-00-01'", "'2024-00-01'"), ("DATETIME(2) NOT NULL", "'0000-00-00 00:00:00.00'"),
            ("DATETIME DEFAULT '9999-12-31 23:59:59'", "'9999-12-31 23:59:59'"),
            ("TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00'", "'0000-00-00 00:00:00'"),
            ("TIMESTAMP NOT NULL", nil), ("TIMESTAMP NULL DEFAULT '2024-01-02 03:04:05'", nil), ("DATE", nil),
            ("DATE DEFAULT '2024-01-02'", nil), ("DATETIME DEFAULT NOW()", nil), ("INT NOT NULL", nil),
            ("DATE AS ('9999-12-31')", nil), ("DATE DEFAULT '24-01-02'", nil),
        ] as [(String, String?)]
    )
    func dateText(definition: String, expected: String?) throws {
        var column = try column(definition)
        #expect(ColumnDefaultMapping.needsDateText(column) == (expected != nil))
        guard let expected else { return }
        column.isDateText = true
        let type = try #require(column.carriedType)
        #expect(ColumnDefaultMapping.warehouseDefault(of: column, type: type) == .value(expected))
    }

    /// What old rows get from `ALTER TABLE t ADD c …`.
    private func outcome(_ definition: String, timeZone: String? = nil) throws -> ColumnDefaultMapping.Outcome {
        let column = try column(definition)
        let type = try #require(column.type)
        return ColumnDefaultMapping.warehouseDefault(of: column, type: type, timeZone: timeZone)
    }

    @Test(
        "that rows of the type could hold are ClickHouse expressions of the same value",
        arguments: [
            ("INT DEFAULT -5", "-5"), ("INT DEFAULT '007'", "7"), ("INT(5) ZEROFILL DEFAULT 7", "7"),
            ("INT DEFAULT x'41'", "65"), ("BOOL DEFAULT TRUE", "1"), ("INT DEFAULT 1.0", "1"),
            ("BIGINT UNSIGNED DEFAULT 18446744073709551615", "18446744073709551615"),
            ("DECIMAL(5,1) DEFAULT '1.50'", "toDecimal32('1.5', 1)"),
            ("DECIMAL(12,2) DEFAULT -.5", "toDecimal64('-0.50', 2)"),
            ("FLOAT DEFAULT 0.1", "reinterpretAsFloat32(toUInt32(1036831949))"),
            ("DOUBLE DEFAULT '1e3'", "reinterpretAsFloat64(toUInt64(4652007308841189376))"),
            ("BIT(8) DEFAULT b'101'", "5"), ("BIT(8) DEFAULT 5", "5"), ("BIT(8) DEFAULT '5'", "53"),
            ("DATE DEFAULT '2024-1-2'", "toDate32('2024-01-02')"),
            ("DATE DEFAULT '1900-01-01'", "toDate32('1900-01-01')"),
            ("DATETIME DEFAULT '2024-01-02'", "toDateTime64('2024-01-02 00:00:00', 0, 'UTC')"),
            ("DATETIME(3) DEFAULT '2299-12-31 23:59:59.9'", "toDateTime64('2299-12-31 23:59:59.900', 3, 'UTC')"),
            ("TIME(2) DEFAULT '-1:2:3'", "'-01:02:03.00'"), ("TIME DEFAULT '838:59:59'", "'838:59:59'"),
            ("YEAR DEFAULT 2024", "2024"), ("YEAR DEFAULT 0", "0"),
            ("VARCHAR(9) DEFAULT 'it''s\\n'", "'it\\'s\\n'"), ("VARCHAR(9) DEFAULT 1.50", "'1.50'"),
            ("VARCHAR(9) DEFAULT 'a' 'b'", "'ab'"), ("CHAR(9) DEFAULT 'a  '", "'a'"),
            ("VARCHAR(9) DEFAULT 'a  '", "'a  '"), ("VARCHAR(9) DEFAULT 'é🙂'", "'é🙂'"),
            ("VARCHAR(9) CHARSET utf8mb4 DEFAULT x'4142'", "'AB'"),
            ("ENUM('b','a') DEFAULT 'a'", "'a'"), ("ENUM('2','1') DEFAULT '2'", "'2'"),
            ("SET('b','a') DEFAULT 'a,b'", "'b,a'"), ("SET('b','a') DEFAULT ''", "''"),
            ("BINARY(4) DEFAULT 'ab'", "unhex('61620000')"), ("BINARY(2) DEFAULT 0x00FF", "unhex('00FF')"),
            ("VARBINARY(4) DEFAULT x'FF'", "unhex('FF')"), ("VARBINARY(4) DEFAULT ''", "''"),
        ]
    )
    func values(definition: String, expected: String) throws {
        #expect(try outcome(definition) == .value(expected))
    }

    @Test(
        "that ClickHouse cannot hold, or whose value is not certain, are refused",
        arguments: [
            ("DATE DEFAULT '9999-12-31'", "outside 1900 to 2299"),
            ("DATE DEFAULT '1899-12-31'", "outside 1900 to 2299"),
            ("DATE DEFAULT '0000-00-00'", "zero or partial date"),
            ("DATE DEFAULT '2024-00-01'", "zero or partial date"),
            ("DATE DEFAULT '2023-02-29'", "zero or partial date"), ("DATE DEFAULT '24-01-02'", "not known"),
            ("DATE DEFAULT 20240102", "not known"),
            ("DATETIME DEFAULT '9999-12-31 23:59:59'", "outside 1900 to 2299"),
            ("DATETIME DEFAULT '0000-00-00 00:00:00'", "zero or partial date"),
            ("DATETIME DEFAULT '2024-01-02 03:04:05.9'", "not known"),
            ("DATETIME DEFAULT '2024-01-02 03:04:05+02:00'", "not known"),
            ("DATETIME DEFAULT NOW()", "an expression"), ("CHAR(36) DEFAULT (uuid())", "an expression"),
            ("TIMESTAMP DEFAULT '2024-01-02 03:04:05'", "time zone"),
            ("INT DEFAULT 1.5", "not known"), ("INT DEFAULT 1e2", "not known"),
            ("TINYINT DEFAULT 200", "not a value"), ("TINYINT UNSIGNED DEFAULT -1", "not a value"),
            ("DECIMAL(5,1) DEFAULT 1.55", "not known"), ("DECIMAL(5,1) DEFAULT 123456", "not known"),
            ("FLOAT(7,2) DEFAULT 1.555", "not known"), ("FLOAT DEFAULT 1e300", "not a value"),
            ("BIT(2) DEFAULT 5", "not known"),
            ("TIME DEFAULT '10:11'", "not known"), ("TIME DEFAULT 12", "not known"),
            ("TIME DEFAULT '839:00:00'", "not a value"),
            ("YEAR DEFAULT '24'", "not known"), ("YEAR DEFAULT '0'", "not known"),
            ("VARCHAR(9) DEFAULT _latin1'é'", "not known"), ("VARCHAR(9) DEFAULT 1e3", "not known"),
            ("VARCHAR(9) CHARSET ascii DEFAULT 'é'", "not known"), ("BINARY(9) DEFAULT 'é'", "not known"),
            ("ENUM('a','b') DEFAULT 'B'", "not known"), ("ENUM('a','b') DEFAULT 2", "not known"),
            ("SET('a','b') DEFAULT 3", "not known"), ("TEXT DEFAULT ''", "not known"),
            ("DATE NOT NULL", "zero date"), ("DATETIME NOT NULL", "zero date"), ("TIMESTAMP NOT NULL", "zero date"),
            ("POINT NOT NULL", "without a default"), ("INT AS (1)", "computed"), ("INT AUTO_INCREMENT", "numbers"),
        ]
    )
    func refused(definition: String, expected: String) throws {
        guard case .refused(let reason) = try outcome(definition) else {
            Issue.record("not refused: \(definition)")
            return
        }
        #expect(reason.contains(expected))
    }

    @Test(
        "without a DEFAULT clause are NULL, or MySQL's implicit value",
        arguments: [
            ("INT", nil), ("DATE", nil), ("POINT", nil), ("TIMESTAMP NULL", nil),
            ("INT NOT NULL", "0"), ("DECIMAL(5,2) NOT NULL", "toDecimal32('0', 2)"), ("DOUBLE NOT NULL", "0"),
            ("BIT(3) NOT NULL", "0"), ("YEAR NOT NULL", "0"), ("TIME NOT NULL", "'00:00:00'"),
            ("TIME(3) NOT NULL", "'00:00:00.000'"), ("VARCHAR(9) NOT NULL", "''"), ("TEXT NOT NULL", "''"),
            ("BLOB NOT NULL", "''"), ("BINARY(3) NOT NULL", "unhex('000000')"), ("BINARY(0) NOT NULL", "''"),
            ("ENUM('b','a') NOT NULL", "'b'"), ("SET('b','a') NOT NULL", "''"), ("JSON NOT NULL", "'null'"),
        ] as [(String, String?)]
    )
    func implicit(definition: String, expected: String?) throws {
        #expect(try outcome(definition) == expected.map { .value($0) } ?? .none)
    }

    @Test(
        "a TIMESTAMP is an instant where the session's offset from UTC is known",
        arguments: [
            ("+00:00", "1704164645000000"), ("UTC", "1704164645000000"), ("+02:00", "1704157445000000"),
            ("-03:30", "1704177245000000"), ("SYSTEM", nil), ("Europe/Berlin", nil), ("+2", nil),
        ] as [(String, String?)]
    )
    func timestamps(zone: String, micros: String?) throws {
        let outcome = try outcome("TIMESTAMP DEFAULT '2024-01-02 03:04:05'", timeZone: zone)
        if let micros {
            #expect(outcome == .value("fromUnixTimestamp64Micro(toInt64(\(micros)), 'UTC')"))
        } else if case .value = outcome {
            Issue.record("\(zone) has no fixed offset")
        }
    }

    @Test("text that could end a literal stays in it")
    func injection() throws {
        #expect(try outcome("VARCHAR(99) DEFAULT '1\\'); DROP TABLE x; --'") == .value("'1\\'); DROP TABLE x; --'"))
    }
}
