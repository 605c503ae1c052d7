import LeatTestSupport
import MySQLClient

/// Random statements of clients: they create, change and drop tables, and write to them. The server refuses some.
struct RandomStatements {
    private struct Column {
        var name: String
        var type: String
        var isComputed: Bool
    }

    private static let types = [
        "INT", "TINYINT", "SMALLINT UNSIGNED", "MEDIUMINT", "BIGINT", "BIGINT UNSIGNED", "INT(5) ZEROFILL", "BOOLEAN",
        "DECIMAL(8,2)", "DECIMAL(65,30)", "FLOAT", "DOUBLE", "BIT(1)", "BIT(9)", "BIT(64)", "DATE", "DATETIME",
        "DATETIME(3)", "TIMESTAMP NULL", "TIMESTAMP(6) NULL", "TIME", "TIME(3)", "YEAR", "CHAR(5)", "VARCHAR(40)",
        "VARCHAR(40) CHARSET latin1", "VARCHAR(9) COLLATE utf8mb4_bin", "TEXT", "MEDIUMTEXT CHARSET utf16", "BLOB",
        "BINARY(4)", "VARBINARY(8)", "ENUM('a','b','c')", "ENUM('b','a')", "SET('x','y','z')", "JSON", "POINT",
        "INT AS (id + 1)", "INT AS (id * 2) STORED", "INT INVISIBLE",
    ]
    private static let columns = ["a", "b", "c", "D", "`f g`", "_version", "_deleted"]
    private static let tables = ["t1", "t2", "t3", "t4", "bag1", "bag2"]

    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

    /// A statement for the tables that there are now, or nothing.
    mutating func next(at session: MySQLConnection) async throws -> String {
        let present = try await session.query("SHOW TABLES").rows.compactMap { $0.first ?? nil }
        let table = pick(Self.tables)
        guard present.contains(table) else { return create(table) }
        let columns = try await session.query(
            """
            SELECT column_name, column_type, extra FROM information_schema.columns
            WHERE table_schema = DATABASE() AND table_name = '\(table)' ORDER BY ordinal_position
            """
        ).rows.map { row in
            Column(name: row[0] ?? "", type: row[1] ?? "", isComputed: (row[2] ?? "").contains("GENERATED"))
        }.filter { !$0.isComputed }
        switch number(below: 24) {
        case 0: return "ALTER TABLE \(table) \(clause()), \(clause())"
        case 1, 2: return "ALTER TABLE \(table) \(clause())"
        case 3: return statement(about: table)
        case 4..<15: return insert(into: table, columns)
        case 15..<21: return update(table, columns)
        default: return "DELETE FROM \(table) WHERE \(condition()) LIMIT \(number(below: 4))"
        }
    }

    // MARK: Tables

    private mutating func create(_ table: String) -> String {
        var elements = [
            table.hasPrefix("bag") ? "id INT" : pick(["id INT PRIMARY KEY", "id INT PRIMARY KEY AUTO_INCREMENT"])
        ]
        for name in Self.columns.prefix(1 + number(below: 5)) { elements.append("\(name) \(pick(Self.types))") }
        let charset = pick(["", " CHARSET latin1", " COLLATE utf8mb4_bin"])
        return "CREATE TABLE \(table) (\(elements.joined(separator: ", ")))\(charset)"
    }

    private mutating func statement(about table: String) -> String {
        let other = pick(Self.tables)
        return switch number(below: 8) {
        case 0: "TRUNCATE TABLE \(table)"
        case 1: "DROP TABLE \(table)"
        case 2: "RENAME TABLE \(table) TO \(other)"
        case 3: "RENAME TABLE \(table) TO between, \(other) TO \(table), between TO \(other)"
        case 4: "ALTER TABLE \(table) CONVERT TO CHARACTER SET \(pick(["utf8mb4", "latin1"]))"
        case 5: "CREATE TABLE \(other) LIKE \(table)"
        case 6: "CREATE TABLE \(other) SELECT * FROM \(table)"
        default: "INSERT INTO \(table) SELECT * FROM \(table)"
        }
    }

    private mutating func clause() -> String {
        let name = pick(Self.columns)
        let type = pick(Self.types)
        let place = pick(["", "", " FIRST", " AFTER id"])
        return switch number(below: 15) {
        case 0..<3: "ADD \(name) \(type)\(place)"
        case 3: "ADD \(name) \(type) NOT NULL\(place)"
        case 4: "ADD \(name) \(pick(["INT DEFAULT 7", "VARCHAR(9) DEFAULT 'é'", "DATE DEFAULT '9999-12-31'"]))"
        case 5, 6: "MODIFY \(name) \(type)\(place)"
        case 7: "CHANGE \(name) \(pick(Self.columns)) \(type)"
        case 8, 9: "DROP \(name)"
        case 10: "RENAME COLUMN \(name) TO \(pick(Self.columns))"
        case 11: "MODIFY id \(pick(["BIGINT", "INT", "INT UNSIGNED"]))"
        case 12: pick(["DROP PRIMARY KEY", "ADD PRIMARY KEY (id)", "ADD UNIQUE (id)"])
        case 13: "ALTER \(name) \(pick(["SET DEFAULT 1", "DROP DEFAULT", "SET INVISIBLE", "SET VISIBLE"]))"
        default: pick(["COMMENT 'x'", "FORCE", "ENGINE = InnoDB", "AUTO_INCREMENT = 99", "ADD KEY (id)"])
        }
    }

    // MARK: Rows

    private mutating func condition() -> String {
        pick(["id % 3 = 0", "id > 5", "id = \(number(below: 12))", "id IS NULL", "1"])
    }

    /// No REPLACE: of a row that it replaces MySQL logs TEXT and BLOB with the first bytes of the new value, which
    /// nobody can take away again from a table without a key.
    private mutating func insert(into table: String, _ columns: [Column]) -> String {
        let names = columns.map { "`\($0.name)`" }.joined(separator: ", ")
        let rows = (0..<1 + number(below: 4)).map { _ in
            "(\(columns.map { value(for: $0) }.joined(separator: ", ")))"
        }
        let verb = pick(["INSERT", "INSERT IGNORE"])
        return "\(verb) INTO \(table) (\(names)) VALUES \(rows.joined(separator: ", "))"
    }

    private mutating func update(_ table: String, _ columns: [Column]) -> String {
        guard let column = columns.randomElement(using: &random) else { return "DO 1" }
        let limit = pick(["", " LIMIT 2"])
        return "UPDATE IGNORE \(table) SET `\(column.name)` = \(value(for: column)) WHERE \(condition())\(limit)"
    }

    private mutating func value(for column: Column) -> String {
        if column.name == "id" { return pick(["NULL", "\(number(below: 12))", "\(number(below: 12))"]) }
        if number(below: 6) == 0 { return "NULL" }
        let type = column.type
        func isOne(of prefixes: String...) -> Bool { prefixes.contains { type.hasPrefix($0) } }
        if isOne(of: "point") { return "POINT(\(number(below: 9)), -1.5)" }
        if isOne(of: "json") {
            return pick([#"'{"b": [1, 2.50, null], "a": "é"}'"#, "'1'", "'\"x\"'", "'[]'", "'18446744073709551615'"])
        }
        if isOne(of: "date", "timestamp") {
            return pick([
                "'2024-02-29'", "'2024-02-29 23:59:59.999999'", "'1970-01-02'", "'2038-01-19 03:14:07'", "'9999-12-31'",
                "'0000-00-00'", "'1899-12-31'", "'2024-00-10'",
            ])
        }
        if isOne(of: "time") { return pick(["'-838:59:59'", "'00:00:00.001'", "'23:59:59'", "'838:59:59'"]) }
        if isOne(of: "year") { return pick(["0", "1901", "2155", "2024"]) }
        if isOne(of: "bit") { return pick(["b'0'", "b'1'", "b'111111111'"]) }
        if isOne(of: "enum", "set") { return pick(["'a'", "'b'", "'x'", "'x,z'", "''", "1"]) }
        if isOne(of: "binary", "varbinary", "blob") { return pick(["x'00FF'", "''", "x'41424300'", "'abc'"]) }
        if isOne(of: "char", "varchar", "text", "mediumtext", "longtext") {
            return pick(["'é'", "''", "'  x  '", "'A'", "'a'", "'ÿ 1'", "REPEAT('x', 39)", "'7'"])
        }
        return pick([
            "0", "1", "-1", "127", "255", "-32768", "1.005", "99999.99", "1e30", "-0.0", "4294967295",
            "18446744073709551615",
        ])
    }
}
