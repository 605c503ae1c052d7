import MySQLSchema
import Testing

@Suite("Names that the server folds")
struct FoldedNamesTests {
    private static let orders = TableName(database: "shop", table: "orders")

    @Test(
        "every statement names databases and tables in lower case with lower_case_table_names=1",
        arguments: [
            "TRUNCATE TABLE Orders", "TRUNCATE SHOP.ORDERS", "DROP TABLE `Orders`",
            "ALTER TABLE Orders ADD COLUMN N INT",
            "CREATE TABLE Orders (id INT)", "CREATE INDEX I ON Orders (id)", "DROP INDEX I ON Orders",
            "INSERT INTO Orders VALUES (1)",
        ]
    )
    func tables(sql: String) {
        let folded = DDLStatement(parsing: sql, defaultDatabase: "Shop", foldsNames: true)
        #expect(folded.tables == [Self.orders])
        #expect(DDLStatement(parsing: sql, defaultDatabase: "Shop").tables != [Self.orders])
    }

    @Test("both names of a RENAME, the model of a CREATE … LIKE, and databases")
    func others() {
        func parse(_ sql: String) -> DDLStatement {
            DDLStatement(parsing: sql, defaultDatabase: "Shop", foldsNames: true)
        }
        let old = TableName(database: "shop", table: "old")
        #expect(parse("RENAME TABLE Orders TO Old") == .renameTables([TableRename(from: Self.orders, to: old)]))
        #expect(parse("ALTER TABLE Orders RENAME TO Old").tables == [Self.orders, old])
        #expect(parse("CREATE TABLE Old LIKE Orders") == .createTable(CreateTable(name: old, like: Self.orders)))
        #expect(parse("DROP DATABASE SHOP") == .dropDatabase("shop"))
        #expect(parse("CREATE DATABASE SHOP") == .createDatabase("shop"))
        #expect(parse("ALTER DATABASE SHOP CHARACTER SET utf8mb4") == .alterDatabase("shop"))
        #expect(parse("ALTER DATABASE CHARACTER SET utf8mb4") == .alterDatabase("shop"))
    }

    @Test("columns keep their case, and characters beyond ASCII are folded one by one")
    func beyondASCII() {
        let sql = "ALTER TABLE Orders DROP COLUMN Total"
        let parsed = DDLStatement(parsing: sql, defaultDatabase: "shop", foldsNames: true)
        #expect(parsed == .alterTable(Self.orders, actions: [.dropColumn("Total", ifExists: false)]))
        #expect(TableName.folded("ÄÖÜ_ΣΑΣ_İ") == "äöü_σας_i".replacing("ς", with: "σ"))
    }
}
