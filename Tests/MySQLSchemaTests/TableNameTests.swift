import MySQLSchema
import Testing

@Suite("Names of tables as Leat stores and prints them")
struct TableNameTests {
    @Test(
        "what is written is read back, whatever the names hold",
        arguments: [
            ("shop", "orders", "shop.orders"), ("shop", "dot.ted", "shop.dot.ted"),
            ("my.db", "orders", "`my.db`.orders"),
            ("my.db", "a.b", "`my.db`.a.b"), ("a`b", "c`d", "`a``b`.c`d"), ("shop", "`odd`", "shop.```odd```"),
            ("`", ".", "````.."), ("a`.b", "t", "`a``.b`.t"), ("shop", "with space", "shop.with space"),
            ("größe", "日本", "größe.日本"),
        ]
    )
    func roundTrip(database: String, table: String, text: String) {
        let name = TableName(database: database, table: table)
        #expect(name.description == text)
        #expect(TableName(parsing: text) == name)
    }

    @Test("no two names are written alike")
    func unambiguous() {
        let parts = ["a", "a.b", "b", "`a`", "`", "a`", ".", "a.", ".b", "``", "`a.b`"]
        let names = parts.flatMap { database in parts.map { TableName(database: database, table: $0) } }
        #expect(Set(names.map(\.description)).count == names.count)
        #expect(names.allSatisfy { TableName(parsing: $0.description) == $0 })
    }

    @Test("a table may be named in backticks, too")
    func quotedTable() {
        #expect(TableName(parsing: "shop.`dot.ted`") == TableName(database: "shop", table: "dot.ted"))
        #expect(TableName(parsing: "`shop`.`orders`") == TableName(database: "shop", table: "orders"))
    }

    @Test("what earlier versions stored is read as it was then")
    func earlier() {
        #expect(TableName(parsing: "my.db.orders") == TableName(database: "my", table: "db.orders"))
        #expect(TableName(parsing: "orders") == nil)
    }
}
