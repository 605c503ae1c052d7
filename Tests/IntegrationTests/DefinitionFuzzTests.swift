import LeatTestSupport
import MySQLClient
import MySQLSchema
import Testing

@Suite("Definitions by statements and by a real server", .sharesServers)
struct DefinitionFuzzTests {
    private static let types = [
        "INT", "INT(11) UNSIGNED", "INTEGER(5) ZEROFILL", "BOOLEAN", "BIGINT", "DEC(8,2)", "FIXED(8,2) UNSIGNED",
        "FLOAT",
        "DOUBLE PRECISION", "REAL", "FLOAT(30)", "BIT", "BIT(9)", "DATE", "DATETIME(3)", "TIMESTAMP NULL",
        "TIMESTAMP(6)",
        "TIME", "YEAR(4)", "CHAR(5)", "CHAR BYTE", "VARCHAR(40)", "VARCHAR(60)", "VARCHAR(40) CHARSET latin1",
        "NATIONAL VARCHAR(9)", "VARCHAR(9) COLLATE utf8mb4_bin", "TEXT", "TEXT(50)", "TEXT(80)", "LONG VARCHAR",
        "BLOB(300)",
        "BINARY(4)", "VARBINARY(8)", "ENUM('a','b')", "ENUM('a','b','c')", "SET('x','y')", "SET('y','x')", "JSON",
        "POINT",
        "VARCHAR(9) CHARSET binary", "TEXT CHARSET utf8", "INT AS (id + 1)", "INT AS (id + 2) STORED", "INT INVISIBLE",
    ]
    private static let attributes = ["", "", "", " NOT NULL", " NULL", " COMMENT 'x, (y'", " DEFAULT NULL"]
    private static let defaults = [
        " DEFAULT 1", " DEFAULT '1.50'", " DEFAULT -2", " DEFAULT b'101'", " DEFAULT x'41'", " DEFAULT '2024-1-2'",
        " DEFAULT '2024-01-02 03:04:05.5'", " DEFAULT 'a'", " DEFAULT 'x'", " DEFAULT ''", " DEFAULT '01:02:03'",
        " DEFAULT 2024", " DEFAULT TRUE", " DEFAULT 'a' 'b'", " DEFAULT CURRENT_TIMESTAMP", " DEFAULT (1 + 1)",
        " DEFAULT 1e2", " DEFAULT .5",
    ]
    private static let names = ["a", "b", "c", "D", "e", "`f g`"]

    private static func column(_ random: inout SeededGenerator) -> String {
        random.pick(types) + (random.next() % 5 == 0 ? random.pick(defaults) : random.pick(attributes))
    }

    private static func place(_ random: inout SeededGenerator) -> String {
        switch random.next() % 5 {
        case 0: " FIRST"
        case 1: " AFTER \(random.pick(names))"
        default: ""
        }
    }

    private static func create(_ random: inout SeededGenerator) -> String {
        var elements = ["id INT PRIMARY KEY"]
        for name in names.prefix(3 + Int(random.next() % 4)) { elements.append("\(name) \(column(&random))") }
        for _ in 0..<random.next() % 3 {
            elements.append(
                random.pick(["UNIQUE (id, a)", "KEY (a)", "UNIQUE u (b)", "UNIQUE KEY (a)", "CHECK (id > 0)"])
            )
        }
        let options = random.pick([
            "", " CHARSET latin1", " COLLATE utf8mb4_bin", " ENGINE=InnoDB DEFAULT CHARSET=utf8", "",
        ])
        return "CREATE TABLE t (\(elements.joined(separator: ", ")))\(options)"
    }

    private static func clause(_ random: inout SeededGenerator) -> String {
        let name = random.pick(names)
        switch random.next() % 14 {
        case 0, 1, 2, 3: return "ADD \(name) \(column(&random))\(place(&random))"
        case 4: return "ADD (\(name) \(column(&random)), UNIQUE (\(name)))"
        case 5, 6: return "MODIFY \(name) \(column(&random))\(place(&random))"
        case 7: return "CHANGE \(name) \(name) \(column(&random))"
        case 8:
            return "ALTER \(name) " + random.pick(["DROP DEFAULT", "SET DEFAULT 1", "SET INVISIBLE", "SET VISIBLE"])
        case 9: return random.pick(["ADD UNIQUE u (\(name))", "ADD KEY (\(name))", "ADD UNIQUE n (id, \(name))"])
        case 10: return random.pick(["DROP INDEX u", "RENAME INDEX u TO v", "DROP PRIMARY KEY, ADD PRIMARY KEY (id)"])
        case 11: return random.pick(["COMMENT 'x'", "CHARSET utf8mb4", "COLLATE latin1_bin", "ENGINE=InnoDB", "FORCE"])
        case 12: return random.pick(["DROP \(name)", "RENAME COLUMN \(name) TO z"])
        default: return random.pick(["PARTITION BY HASH (id) PARTITIONS 2", "ROW_FORMAT=DYNAMIC", "AUTO_INCREMENT=9"])
        }
    }

    @Test("are alike after some hundred random CREATE and ALTER TABLE statements")
    func random() async throws {
        try await BareMySQL.with("definitions", ["--skip-log-bin"]) { server in
            let connection = try await MySQLConnection.connect(to: server.endpoint, logger: silent)
            // Without strict mode more statements are accepted, and conversions are silent.
            for statement in ["CREATE DATABASE d CHARSET utf8mb4", "SET sql_mode = ''"] {
                try await connection.execute(statement)
            }
            try await connection.execute("USE d")
            var random = SeededGenerator(seed: 20_261_129)
            var created = 0
            var compared = 0
            var stopped = 0
            for _ in 0..<120 {
                try await connection.execute("DROP TABLE IF EXISTS t")
                let create = Self.create(&random)
                guard (try? await connection.execute(create)) != nil else { continue }
                created += 1
                guard case .createTable(let parsed) = DDLStatement(parsing: create, defaultDatabase: "d"),
                    let body = parsed.body,
                    var definition = TableDefinition(body: body, name: parsed.name, databaseCharset: "utf8mb4")
                else {
                    Issue.record("not understood: \(create)")
                    continue
                }
                definition = try await Self.compare(definition, connection, create)
                for _ in 0..<12 {
                    let clauses = (0...Int(random.next() % 2)).map { _ in Self.clause(&random) }
                    // Partitioning comes last.
                    let ordered =
                        clauses.filter { !$0.hasPrefix("PART") } + clauses.filter { $0.hasPrefix("PART") }.prefix(1)
                    let alter = "ALTER TABLE t " + ordered.joined(separator: ", ")
                    guard (try? await connection.execute(alter)) != nil else { continue }
                    let alteration = try #require(DDLStatement(parsing: alter, defaultDatabase: "d").alteration)
                    switch definition.applying(alteration.actions) {
                    case .unchanged(let new), .columnsChanged(_, let new):
                        compared += 1
                        definition = try await Self.compare(new, connection, alter)
                    case .stopped:
                        stopped += 1
                        definition = try await Self.read(connection)
                    }
                }
            }
            await connection.close()
            #expect(created >= 50, "\(created) tables, \(compared) statements compared, \(stopped) stopped")
            #expect(compared >= 100, "\(created) tables, \(compared) statements compared, \(stopped) stopped")
            #expect(stopped < 2 * compared, "\(created) tables, \(compared) statements compared, \(stopped) stopped")
        }
    }

    private static func read(_ connection: MySQLConnection) async throws -> TableDefinition {
        let name = TableName(database: "d", table: "t")
        let dialect = SQLDialect(serverVersion: connection.serverVersion)
        let queries = InformationSchema.queries(for: .table(name), dialect: dialect)
        let schema = try InformationSchema.decode(
            tables: try await connection.query(queries.tables).rows,
            columns: try await connection.query(queries.columns).rows,
            keys: try await connection.query(queries.keys).rows,
            dialect: dialect
        )
        return try #require(schema.table(name))
    }

    /// - Returns: the definition as the server has it, with which the next statement is judged.
    private static func compare(
        _ derived: TableDefinition,
        _ connection: MySQLConnection,
        _ statement: String
    ) async throws -> TableDefinition {
        let real = try await read(connection)
        let comment = Comment(rawValue: statement)
        #expect(derived.columns.map(\.name) == real.columns.map(\.name), comment)
        for (mine, theirs) in zip(derived.columns, real.columns) {
            #expect(mine.columnType == theirs.columnType, comment)
            #expect(mine.type == theirs.type, comment)
            #expect(mine.isNullable == theirs.isNullable, comment)
            #expect(mine.charset == theirs.charset, comment)
            #expect(mine.collation == nil || mine.collation == theirs.collation, comment)
            #expect(mine.generation == theirs.generation, comment)
            #expect(mine.isInvisible == theirs.isInvisible, comment)
            #expect(mine.isAutoIncrement == theirs.isAutoIncrement, comment)
            switch (mine.defaultValue, theirs.defaultValue) {
            case (.constant(let left), .constant(let right)) where mine.columnType.hasPrefix("double"),
                (.constant(let left), .literal(let right)) where mine.columnType.hasPrefix("float"),
                (.constant(let left), .constant(let right)) where mine.columnType.hasPrefix("float"):
                #expect(Double(left) == Double(right), comment)
            // What is not known for certain is not claimed; the server prints expressions in its own way.
            case (.literal, _), (.expression, .expression): break
            case (let left, let right): #expect(left == right, comment)
            }
        }
        #expect(derived.primaryKey == real.primaryKey, comment)
        #expect(derived.keyColumns == real.keyColumns, comment)
        func shape(_ keys: [UniqueKey]) -> [String] { keys.map { "\($0.columns) \($0.hasPartialParts)" }.sorted() }
        #expect(shape(derived.uniqueKeys) == shape(real.uniqueKeys), comment)
        for key in derived.uniqueKeys {
            #expect(key.name == nil || real.uniqueKeys.contains { $0.name == key.name }, comment)
        }
        #expect(derived.charset == real.charset, comment)
        #expect(derived.collation == nil || derived.collation == real.collation, comment)
        return real
    }
}
