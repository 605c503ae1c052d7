import LeatState
import MySQLClient
import MySQLSchema
import PipelineCore
import Testing

@testable import MySQLReplication

@Suite("What a statement would do") struct StatementForecastTests {
    private static func definition(_ table: String, key: [String] = ["id"]) -> TableDefinition {
        TableDefinition(
            name: TableName(database: "shop", table: table),
            columns: [
                ColumnDefinition(name: "id", columnType: "int", isNullable: false),
                ColumnDefinition(name: "v", columnType: "int", isNullable: true, defaultValue: .null),
                ColumnDefinition(name: "_version", columnType: "int", isNullable: true, defaultValue: .null),
            ],
            primaryKey: key
        )
    }

    /// One that is of a type that Leat does not carry.
    private static var odd: TableDefinition {
        var definition = definition("odd")
        definition.columns.append(ColumnDefinition(name: "u", columnType: "uuid", isNullable: true))
        return definition
    }

    private static let definitions = [
        odd, definition("orders"), definition("log", key: []), definition("held"), definition("secret"),
    ]

    private func forecast(_ sql: String, rebuilds: Bool = true) throws -> StatementForecast {
        var options = ReplicationOptions(
            name: "shop",
            hosts: [],
            isWanted: { $0.database == "shop" && $0.table != "secret" }
        )
        options.rebuilds = { _ in rebuilds }
        return try StatementForecast(
            of: sql,
            database: "shop",
            definitions: Self.definitions,
            states: [
                "shop.held": TableSummary(
                    name: "shop.held",
                    phase: .quarantined,
                    cause: "a byte that is no character",
                    remedy: "leat tables resync shop.held"
                )
            ],
            options: options
        )
    }

    private func outcomes(_ sql: String, rebuilds: Bool = true) throws -> [String] {
        try forecast(sql, rebuilds: rebuilds).tables.map { "\($0.name) \($0.outcome)" }
    }

    @Test("columns that are added, widened, moved and dropped are changed in place, and named as at the source")
    func inPlace() throws {
        let table = try #require(
            try forecast(
                "ALTER TABLE orders ADD COLUMN w INT NOT NULL DEFAULT 7, MODIFY v BIGINT FIRST, DROP COLUMN _version"
            ).tables.first
        )
        #expect(table.name == "shop.orders" && table.outcome == .inPlace && table.remedy.isEmpty)
        #expect(
            table.details == [
                "`w` is added as Int32, 7 in the rows that are there", "`v` becomes Nullable(Int64)",
                "`_version` is dropped",
            ]
        )
        let moved = try forecast("ALTER TABLE log MODIFY v INT FIRST").tables.first
        #expect(moved?.outcome == .inPlace && moved?.details == ["columns are shown in another order"])
    }

    @Test("what cannot be had in place is copied again, or stopped where the configuration says so")
    func copied() throws {
        #expect(try outcomes("ALTER TABLE orders RENAME COLUMN v TO w") == ["shop.orders copied"])
        #expect(try outcomes("ALTER TABLE orders MODIFY v VARCHAR(9)", rebuilds: false) == ["shop.orders stopped"])
        let stopped = try forecast("ALTER TABLE orders MODIFY v VARCHAR(9)", rebuilds: false).tables.first
        #expect(stopped?.remedy == "leat tables resync shop.orders" && stopped?.details.count == 1)
        #expect(
            try outcomes("RENAME TABLE orders TO orders_old, log TO orders")
                == ["shop.orders copied", "shop.orders_old copied", "shop.log dropped"]
        )
    }

    @Test("the rest: keys, comments, TRUNCATE, DROP, CREATE, tables that are not followed or are stopped already")
    func others() throws {
        #expect(try outcomes("CREATE INDEX i ON orders (v)") == ["shop.orders nothing"])
        #expect(try outcomes("ALTER TABLE orders COMMENT 'x'") == ["shop.orders nothing"])
        #expect(try outcomes("TRUNCATE TABLE orders") == ["shop.orders emptied"])
        #expect(try outcomes("DROP TABLE orders, log") == ["shop.orders dropped", "shop.log dropped"])
        #expect(try outcomes("CREATE TABLE fresh (id INT PRIMARY KEY)") == ["shop.fresh created"])
        #expect(try outcomes("CREATE TABLE fresh LIKE orders") == ["shop.fresh created"])
        #expect(try outcomes("DROP TABLE IF EXISTS nobody") == ["shop.nobody nothing"])
        #expect(try outcomes("ALTER TABLE secret ADD w INT") == ["shop.secret notFollowed"])
        let held = try forecast("ALTER TABLE held ADD w INT").tables.first
        #expect(held?.outcome == .stopped && held?.remedy == "leat tables resync shop.held")
        #expect(try outcomes("ALTER TABLE odd ADD w INT") == ["shop.odd stopped"])
        #expect(try forecast("CREATE USER somebody").note == "no table's rows or columns change")
        #expect(try forecast("UPDATE orders SET v = 1").note?.contains("one by one") == true)
    }

    @Test("a statement that is not understood, and a table that is not there, are errors with a remedy")
    func failures() throws {
        for sql in ["ALTER TABLE", "ALTER TABLE missing ADD w INT", "TRUNCATE other.orders"] {
            let error = #expect(throws: StatementForecast.Failure.self) { try forecast(sql) }
            #expect(error?.explanation.remedy.isEmpty == false, "\(sql)")
        }
    }
}
