import ClickHouseClient
import MySQLClient
import MySQLSchema
import Testing
import Verification

extension RealServerTests {
    @Suite("Verifying on real servers") struct VerifierTests {
        private let servers: RealServers.Running

        init() async throws { servers = try await RealServers.shared.running() }

        /// A statement for MySQL that inserts `count` rows, made of the numbers `i` from 1 on.
        private static func insert(_ count: Int, into table: String, _ values: String) -> String {
            """
            INSERT /*+ SET_VAR(cte_max_recursion_depth = 1000000) */ INTO \(table) \
            WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < \(count)) SELECT \(values) FROM s
            """
        }

        /// Two nullable columns, and the same rows on both sides unless told otherwise.
        private func load(_ database: String, source: String, warehouse: String) async throws {
            try await servers.prepare(database)
            try await servers.mysql(
                "CREATE TABLE pairs (id int PRIMARY KEY, a varchar(10), b varchar(10))",
                "INSERT INTO pairs VALUES \(source)"
            )
            try await servers.clickHouse(
                """
                CREATE TABLE `\(database)`.pairs (id Int32, a Nullable(String), b Nullable(String)) \
                ENGINE = MergeTree ORDER BY id
                """,
                "INSERT INTO `\(database)`.pairs VALUES \(warehouse)"
            )
        }

        @Test(
            "columns cannot stand in for each other",
            arguments: [
                ("(1, 'a', NULL)", "(1, NULL, 'a')"), ("(1, 'ab', 'c')", "(1, 'a', 'bc')"),
                ("(1, '', NULL)", "(1, NULL, '')"), ("(1, 'N', NULL)", "(1, NULL, 'N')"),
                ("(1, '1:a', '')", "(1, '', '1:a')"), ("(1, 'a', 'a'), (2, 'b', 'b')", "(1, 'a', 'b'), (2, 'b', 'a')"),
                ("(1, 'a', 'b'), (2, 'c', 'd')", "(1, 'c', 'd'), (2, 'a', 'b')"), ("(1, 'a', 'A')", "(1, 'a', 'a')"),
                ("(1, 'a', 'a ')", "(1, 'a', 'a')"),
            ]
        )
        func confusion(source: String, warehouse: String) async throws {
            try await load("pairs", source: source, warehouse: warehouse)
            #expect(!(try await servers.verifyCaughtUp("pairs", tables: "pairs").isEqual))
            try await load("pairs", source: source, warehouse: source)
            #expect(try await servers.verifyCaughtUp("pairs", tables: "pairs").isEqual)
        }

        @Test("missing, extra and doubled rows are found by key")
        func rows() async throws {
            try await load(
                "rows",
                source: "(1, 'a', 'b'), (2, 'c', NULL), (3, 'd', 'e')",
                warehouse: "(1, 'a', 'b'), (1, 'a', 'b'), (3, 'd', 'e'), (-4, '', NULL)"
            )
            let table = try #require(try await servers.verifyCaughtUp("rows", tables: "pairs").tables.first)
            #expect(!table.isEqual)
            #expect(table.sourceRows == 3)
            #expect(table.warehouseRows == 4)
            #expect(table.duplicateKeys == 1)
            #expect(!table.hasMoreDifferences)
            #expect(
                table.differences == [
                    Difference(key: "1", column: nil, kind: .duplicate),
                    Difference(key: "2", column: nil, kind: .missing),
                    Difference(key: "-4", column: nil, kind: .extra),
                ]
            )
        }

        @Test("one row of many is found, with floating columns and without")
        func large() async throws {
            try await servers.prepare("large")
            try await servers.mysql(
                "CREATE TABLE whole (k varchar(20) COLLATE utf8mb4_0900_ai_ci, n int, v bigint, PRIMARY KEY (k, n))",
                "CREATE TABLE measures (id int PRIMARY KEY, v double, w float)",
                Self.insert(60000, into: "whole", "CONCAT('Key', i), i % 7, i * 1000003"),
                "INSERT INTO measures SELECT ROW_NUMBER() OVER (), v / 7, IF(n = 3, NULL, n) FROM whole"
            )
            let generated = "FROM numbers(1, 60000)"
            try await servers.clickHouse(
                "CREATE TABLE large.whole (k String, n Int32, v Nullable(Int64)) ENGINE = MergeTree ORDER BY (k, n)",
                "CREATE TABLE large.measures (id Int32, v Nullable(Float64), w Nullable(Float32)) ENGINE = MergeTree ORDER BY id",
                "INSERT INTO large.whole SELECT concat('Key', toString(number)), number % 7, number * 1000003 \(generated)"
            )
            let rows = try await servers.connection.query("SELECT id, v * 1e0, w FROM large.measures ORDER BY id").rows
            let values = rows.map { "(\($0.map { $0 ?? "NULL" }.joined(separator: ",")))" }.joined(separator: ",")
            try await servers.clickHouse("INSERT INTO large.measures VALUES \(values)")

            let equal = try await servers.verifyCaughtUp("large", tables: "whole", "measures")
            #expect(equal.isEqual, "\(equal.renderTable(isTerminal: false))")
            #expect(equal.tables.map(\.sourceRows) == [60000, 60000])

            for change in [
                "ALTER TABLE large.whole UPDATE v = v + 1 WHERE k = 'Key31234'",
                "ALTER TABLE large.measures UPDATE v = reinterpretAsFloat64(reinterpretAsUInt64(assumeNotNull(v)) + 1) WHERE id = 777",
            ] { try await servers.clickHouse(change) }
            let report = try await servers.verifyCaughtUp("large", tables: "whole", "measures")
            #expect(report.tables.map(\.name) == ["large.measures", "large.whole"])
            #expect(report.tables[0].differences == [Difference(key: "777", column: "v", kind: .value)])
            #expect(report.tables[1].differences == [Difference(key: "Key31234,0", column: "v", kind: .value)])
            #expect(report.tables.allSatisfy { !$0.hasMoreDifferences })
        }

        @Test("after an earlier comparison only spans that were not equal are compared again, and all rows are counted")
        func again() async throws {
            try await servers.prepare("again")
            try await servers.mysql(
                "CREATE TABLE numbers (id int PRIMARY KEY, v int)",
                Self.insert(60000, into: "numbers", "i, i")
            )
            try await servers.clickHouse(
                "CREATE TABLE again.numbers (id Int32, v Nullable(Int32)) ENGINE = MergeTree ORDER BY id",
                "INSERT INTO again.numbers SELECT number, number FROM numbers(1, 60000)",
                // Not in the first span.
                "DELETE FROM again.numbers WHERE id = 55000"
            )
            try await servers.saveState("again", table: "numbers")
            try await servers.saveCheckpoint("again")
            var options = Verifier.Options()
            options.spansAtOnce = 1
            let first = try await servers.verify("again", options: options)
            #expect(first.tables[0].differences == [Difference(key: "55000", column: nil, kind: .missing)])
            #expect(first.tables[0].warehouseRows == 59999)

            try await servers.clickHouse(
                "INSERT INTO again.numbers VALUES (55000, 55000)",
                "ALTER TABLE again.numbers UPDATE v = 0 WHERE id = 17"
            )
            let second = try await servers.verify("again", options: options, after: first)
            #expect(second.isEqual, "\(second.renderTable(isTerminal: false))")
            #expect(second.tables[0].sourceRows == 60000)
            #expect(second.tables[0].warehouseRows == 60000)
            #expect(second.tables[0].sourceChecksum == second.tables[0].warehouseChecksum)
            let third = try await servers.verify("again", options: options)
            #expect(third.tables[0].differences == [Difference(key: "17", column: "v", kind: .value)])
            // What nothing is known of is compared whole.
            let unknown = VerificationReport(position: "", tables: [])
            let fourth = try await servers.verify("again", after: unknown)
            #expect(fourth.tables[0].differences == third.tables[0].differences)
        }

        @Test("a large table whose key is text is compared by slices, and what differs by its keys")
        func slices() async throws {
            try await servers.prepare("slices")
            try await servers.mysql(
                """
                CREATE TABLE words (k varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci, n int, v int,
                PRIMARY KEY (k, n))
                """,
                Self.insert(450_000, into: "words", "CONCAT('Schlüssel', i), i % 7, i")
            )
            // Into how many slices it is cut depends on the server's estimate.
            _ = try await servers.connection.query("ANALYZE TABLE words")
            try await servers.clickHouse(
                "CREATE TABLE slices.words (k String, n Int32, v Nullable(Int32)) ENGINE = MergeTree ORDER BY (k, n)",
                """
                INSERT INTO slices.words SELECT concat('Schlüssel', toString(number)), number % 7, number
                FROM numbers(1, 450000)
                """
            )
            let equal = try await servers.verifyCaughtUp("slices", tables: "words")
            #expect(equal.isEqual, "\(equal.renderTable(isTerminal: false))")

            try await servers.clickHouse(
                "ALTER TABLE slices.words UPDATE v = v + 1 WHERE k = 'Schlüssel31234'",
                "DELETE FROM slices.words WHERE k = 'Schlüssel400000'",
                "INSERT INTO slices.words VALUES ('SCHLÜSSEL7', 0, 7)"
            )
            let table = try #require(try await servers.verifyCaughtUp("slices", tables: "words").tables.first)
            let found = Set(table.differences)
            #expect(
                found == [
                    Difference(key: "Schlüssel31234,0", column: "v", kind: .value),
                    Difference(key: "Schlüssel400000,6", column: nil, kind: .missing),
                    Difference(key: "SCHLÜSSEL7,0", column: nil, kind: .extra),
                ]
            )
        }

        @Test("bytes are compared by ranges that both servers cut alike, whatever the bytes are")
        func bytes() async throws {
            try await servers.prepare("bytes")
            // Keys that share beginnings, with zeros and blanks at their ends, and no valid UTF-8.
            try await servers.mysql(
                "SET SESSION cte_max_recursion_depth = 1000000",
                "CREATE TABLE tokens (k varbinary(12) PRIMARY KEY, v int)",
                "CREATE TABLE fixed (k binary(4), n int, v int, PRIMARY KEY (k, n))",
                """
                INSERT INTO tokens WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < 119999)
                SELECT CONCAT(UNHEX(LPAD(HEX(i DIV 4), 6, '0')),
                ELT(1 + i % 4, '', UNHEX('00'), UNHEX('20'), UNHEX('FF00'))), i FROM s
                """,
                "INSERT INTO tokens VALUES ('', -1), (UNHEX('00'), -2), (UNHEX('FFFFFFFF'), -3)",
                "INSERT INTO fixed SELECT UNHEX(CONCAT(LPAD(HEX(v DIV 4 * 997 % 65536), 4, '0'), 'FF00')), v, v FROM tokens WHERE v >= 0"
            )
            try await servers.clickHouse(
                "CREATE TABLE bytes.tokens (k String, v Nullable(Int32)) ENGINE = MergeTree ORDER BY k",
                "CREATE TABLE bytes.fixed (k String, n Int32, v Nullable(Int32)) ENGINE = MergeTree ORDER BY (k, n)",
                """
                INSERT INTO bytes.tokens SELECT concat(unhex(leftPad(hex(toUInt32(intDiv(number, 4))), 6, '0')),
                ['', unhex('00'), unhex('20'), unhex('FF00')][1 + number % 4]), number FROM numbers(120000)
                """,
                "INSERT INTO bytes.tokens VALUES ('', -1), (unhex('00'), -2), (unhex('FFFFFFFF'), -3)",
                """
                INSERT INTO bytes.fixed SELECT unhex(concat(leftPad(hex(toUInt16(intDiv(v, 4) * 997 % 65536)), 4, '0'), 'FF00')),
                v, v FROM bytes.tokens WHERE v >= 0
                """
            )
            let equal = try await servers.verifyCaughtUp("bytes", tables: "tokens", "fixed")
            #expect(equal.isEqual, "\(equal.renderTable(isTerminal: false))")
            #expect(equal.tables.map(\.sourceRows) == [120_000, 120_003])

            try await servers.clickHouse(
                "DELETE FROM bytes.tokens WHERE k = ''",
                "ALTER TABLE bytes.tokens UPDATE v = 7 WHERE k = unhex('00666620')",
                "DELETE FROM bytes.fixed WHERE n = 100000"
            )
            let report = try await servers.verifyCaughtUp("bytes", tables: "tokens", "fixed")
            let kinds = report.tables.map { $0.differences.map(\.kind.rawValue).sorted() }
            #expect(kinds == [["missing"], ["missing", "value"]])
        }

        @Test("no more differences are listed than asked for, and it is said that there are more")
        func limited() async throws {
            try await load("limited", source: "(1, 'a', 'b')", warehouse: "(2, 'a', 'b')")
            try await servers.clickHouse("INSERT INTO limited.pairs SELECT number, 'x', 'y' FROM numbers(10, 5000)")
            try await servers.saveState("limited", table: "pairs")
            try await servers.saveCheckpoint("limited")
            var options = Verifier.Options()
            options.differencesMax = 7
            let table = try #require(try await servers.verify("limited", options: options).tables.first)
            #expect(table.differences.count == 7)
            #expect(table.hasMoreDifferences)
            #expect(table.warehouseRows == 5001)
        }

        @Test("values and rows beyond max_allowed_packet: compared by their hash, or said to be too long")
        func long() async throws {
            try await servers.prepare("long")
            let texts = (1...80).map { "t\($0)" }
            let wide = texts.map { "\($0) text" }.joined(separator: ", ")
            let nullable = texts.map { "\($0) Nullable(String)" }.joined(separator: ", ")
            try await servers.mysql(
                "CREATE TABLE big (id int PRIMARY KEY, a longblob, b longtext, c longblob, j json)",
                "INSERT INTO big VALUES (1, REPEAT('a', 2000000), REPEAT('é', 900000), '', JSON_ARRAY(REPEAT('j', 70000)))",
                "UPDATE big SET c = REPEAT('c', 2000000)",
                "CREATE TABLE wide (id int PRIMARY KEY, \(wide))",
                "INSERT INTO wide (id) VALUES (1)",
                "UPDATE wide SET \(texts.prefix(40).map { "\($0) = REPEAT('x', 60000)" }.joined(separator: ", "))",
                "UPDATE wide SET \(texts.dropFirst(40).map { "\($0) = REPEAT('x', 60000)" }.joined(separator: ", "))"
            )
            try await servers.clickHouse(
                """
                CREATE TABLE long.big (id Int32, a Nullable(String), b Nullable(String), c Nullable(String), \
                j Nullable(String)) ENGINE = MergeTree ORDER BY id
                """,
                """
                INSERT INTO long.big SELECT 1, repeat(repeat('a', 1000), 2000), repeat('é', 900000), repeat(repeat('c', 1000), 2000), \
                concat('["', repeat('j', 70000), '"]')
                """,
                "CREATE TABLE long.wide (id Int32, \(nullable)) ENGINE = MergeTree ORDER BY id",
                "INSERT INTO long.wide SELECT 1, \(texts.map { _ in "repeat('x', 60000)" }.joined(separator: ", "))"
            )
            let report = try await servers.verifyCaughtUp("long", tables: "big", "wide")
            #expect(report.tables[0].isEqual, "\(report.renderTable(isTerminal: false))")
            #expect(!report.tables[1].isEqual)
            #expect(report.tables[1].failure?.contains("max_allowed_packet") == true)
            try await servers.clickHouse(
                "ALTER TABLE long.big UPDATE c = concat(substring(assumeNotNull(c), 2), 'C') WHERE 1"
            )
            #expect(
                try await servers.verifyCaughtUp("long", tables: "big").tables[0].differences
                    == [Difference(key: "1", column: "c", kind: .value)]
            )

            // A comparison that ended there has not seen all: the next one must not take it for granted.
            let bare = "INSERT INTO long.wide (id) SELECT number FROM"
            try await servers.mysql("UPDATE wide SET id = 100000", Self.insert(50000, into: "wide (id)", "i"))
            try await servers.clickHouse(
                "INSERT INTO long.wide SELECT * REPLACE (100000 AS id) FROM long.wide",
                "DELETE FROM long.wide WHERE id = 1",
                "\(bare) numbers(2, 49999)"
            )
            try await servers.saveCheckpoint("long")
            var options = Verifier.Options()
            options.spansAtOnce = 1
            let first = try await servers.verify("long", options: options)
            #expect(first.tables[1].differences == [Difference(key: "1", column: nil, kind: .missing)])
            #expect(first.tables[1].failure?.contains("max_allowed_packet") == true)
            try await servers.clickHouse("\(bare) numbers(1, 1)")
            let second = try await servers.verify("long", options: options, after: first)
            #expect(!second.tables[1].isEqual)
            #expect(second.tables[1].failure?.contains("max_allowed_packet") == true)
        }

        @Test("names that need quoting")
        func names() async throws {
            let table = "o'd `t\\ \"x\" é"
            let columns = ["select", "t", "leat_row", "leat_key_", "leat_bucket", "a`b", "c'd\\", "é \"ü\"", "#1"]
            try await servers.prepare("names")
            let source = columns.map { "\(TableName.quote($0)) int" }.joined(separator: ", ")
            let warehouse = columns.map { "\(ClickHouseClient.quote(identifier: $0)) Nullable(Int32)" }
            try await servers.mysql(
                "CREATE TABLE \(TableName.quote(table)) (leat_key int PRIMARY KEY, \(source))",
                "INSERT INTO \(TableName.quote(table)) VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, NULL)"
            )
            let view = ClickHouseClient.quote(database: "names", table: table)
            try await servers.clickHouse(
                "CREATE TABLE \(view) (leat_key Int32, \(warehouse.joined(separator: ", "))) ENGINE = MergeTree ORDER BY leat_key",
                "INSERT INTO \(view) VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, NULL)"
            )
            let equal = try await servers.verifyCaughtUp("names", tables: table)
            #expect(equal.isEqual, "\(equal.renderTable(isTerminal: false))")
            try await servers.clickHouse("INSERT INTO \(view) VALUES (2, 2, 3, 4, 5, 6, 7, 8, 9, NULL)")
            let different = try await servers.verifyCaughtUp("names", tables: table)
            #expect(different.tables.first?.differences == [Difference(key: "2", column: nil, kind: .extra)])
        }

        @Test("columns that one side lacks are named")
        func columns() async throws {
            try await load("columns", source: "(1, 'a', 'b')", warehouse: "(1, 'a', 'b')")
            try await servers.clickHouse("ALTER TABLE columns.pairs RENAME COLUMN b TO c")
            let table = try #require(try await servers.verifyCaughtUp("columns", tables: "pairs").tables.first)
            #expect(
                table.differences == [
                    Difference(key: nil, column: "b", kind: .missingColumn),
                    Difference(key: nil, column: "c", kind: .extraColumn),
                ]
            )
            #expect(!table.isEqual)
        }

        @Test("a table that cannot be compared does not stop the others, and is not equal")
        func failures() async throws {
            try await load("failures", source: "(1, 'a', 'b')", warehouse: "(1, 'a', 'b')")
            try await servers.mysql(
                "CREATE TABLE stopped (id int PRIMARY KEY)",
                "CREATE TABLE unknown (id int PRIMARY KEY)",
                "CREATE TABLE viewless (id int PRIMARY KEY)"
            )
            try await servers.saveState("failures", table: "stopped", "quarantined", cause: "a zero date")
            let report = try await servers.verifyCaughtUp("failures", tables: "pairs", "viewless")
            #expect(report.tables.map(\.isEqual) == [true, false, false, false])
            #expect(report.tables[0].failure == nil)
            #expect(report.tables[1].failure == "it is quarantined: a zero date")
            #expect(report.tables[2].failure == "the pipeline does not follow this table")
            #expect(report.tables[3].failure?.contains("no view") == true)
            #expect(report.exitCode == 3)
        }

        @Test("equal sums mean equal rows even while other tables are written to")
        func movingElsewhere() async throws {
            try await load("elsewhere", source: "(1, 'a', 'b')", warehouse: "(1, 'a', 'b')")
            try await servers.mysql("CREATE DATABASE IF NOT EXISTS beside")
            try await servers.saveState("elsewhere", table: "pairs")
            try await servers.saveCheckpoint("elsewhere")
            let writer = try await MySQLConnection.connect(to: servers.source)
            let (steps, reported) = AsyncStream<VerificationProgress>.makeStream()
            let servers = servers
            try await writer.execute("LOCK TABLES elsewhere.pairs WRITE")
            let writing = Task {
                for await case .comparing in steps {
                    try await servers.mysql("CREATE TABLE beside.t (id int)", "DROP TABLE beside.t")
                    try await writer.execute("UNLOCK TABLES")
                    try await servers.saveCheckpoint("elsewhere")
                }
            }
            let report = try await servers.verify("elsewhere") { reported.yield($0) }
            reported.finish()
            try await writing.value
            await writer.close()
            #expect(report.isEqual)
        }

        @Test("a pipeline that never ran, does not run, or does not move is an error that says so")
        func waiting() async throws {
            try await load("waiting", source: "(1, 'a', 'b')", warehouse: "(1, 'a', 'b')")
            try await servers.saveState("waiting", table: "pairs")
            var options = Verifier.Options()
            options.waitMax = .milliseconds(500)
            func failure() async -> VerificationError? {
                await #expect(throws: VerificationError.self) { try await servers.verify("waiting", options: options) }
            }
            #expect(await failure()?.kind == .pipelineUnknown)
            try await servers.saveCheckpoint("waiting", position: "", age: 3600)
            let stopped = await failure()
            #expect(stopped?.kind == .pipelineStopped)
            #expect(
                stopped?.message.contains("the process ended without stopping, its last sign of life is 60 min old")
                    == true
            )
            try await servers.saveCheckpoint("waiting", position: "")
            let behind = await failure()
            #expect(behind?.kind == .pipelineBehind)
            #expect(behind?.message.contains("does not move") == true)
            try await servers.saveCheckpoint("waiting")
            #expect(try await servers.verify("waiting", options: options).isEqual)
        }

        @Test("nothing to compare is an error")
        func nothing() async throws {
            try await servers.prepare("nothing")
            let error = await #expect(throws: VerificationError.self) { try await servers.verify("nothing") }
            #expect(error?.kind == .nothingToCompare)
        }
    }
}
