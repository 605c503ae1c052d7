import MySQLProtocol
import MySQLSchema
import Testing

@Suite("Table definitions")
struct TableDefinitionTests {
    private let id = ColumnDefinition(name: "id", columnType: "int", isNullable: false)
    private let email = ColumnDefinition(
        name: "email",
        columnType: "varchar(190)",
        isNullable: false,
        charset: "utf8mb4"
    )
    private let phone = ColumnDefinition(name: "phone", columnType: "varchar(20)", isNullable: true, charset: "utf8mb4")

    private func table(primaryKey: [String] = [], keys: [UniqueKey] = []) -> TableDefinition {
        TableDefinition(
            name: TableName(database: "shop", table: "customers"),
            columns: [id, email, phone],
            primaryKey: primaryKey,
            uniqueKeys: keys,
            collation: "utf8mb4_0900_ai_ci"
        )
    }

    @Test("rows are identified by the primary key")
    func primaryKey() {
        #expect(table(primaryKey: ["id"], keys: [UniqueKey(name: "a", columns: ["email"])]).keyColumns == ["id"])
    }

    @Test("or else by the first usable UNIQUE key in the order of names")
    func uniqueKey() {
        let keys = [
            UniqueKey(name: "z", columns: ["id"]),
            UniqueKey(name: "B", columns: ["email", "id"]),
            UniqueKey(name: "a_nullable", columns: ["phone"]),
            UniqueKey(name: "a_prefix", columns: ["email"], hasPartialParts: true),
            UniqueKey(name: "a_function", columns: [], hasPartialParts: true),
            UniqueKey(name: "a_unknown", columns: ["nothing"]),
        ]
        #expect(table(keys: keys).keyColumns == ["email", "id"])
    }

    @Test("or not at all")
    func noKey() {
        #expect(table().keyColumns == nil)
        #expect(table(keys: [UniqueKey(name: "a", columns: ["phone"])]).keyColumns == nil)
    }

    @Test("columns are found without regard to case")
    func columnNames() {
        #expect(table().column(named: "EMAIL") == email)
        #expect(table().column(named: "nothing") == nil)
    }

    @Test("the character set is the collation's first part")
    func charset() {
        #expect(table().charset == "utf8mb4")
    }

    @Test("a text column without a character set gets the table's")
    func defaultCharset() {
        let column = ColumnDefinition(name: "note", columnType: "text", isNullable: true)
        #expect(column.type == nil)
        #expect(column.withDefaultCharset("latin1", collation: "latin1_bin").type == .text(.other("latin1")))
        #expect(email.withDefaultCharset("latin1") == email)
        #expect(id.withDefaultCharset("latin1") == id)
    }

    @Test("names are ordered by database, then table, and quoted for SQL")
    func names() {
        let names = [
            TableName(database: "b", table: "a"), TableName(database: "a", table: "c"),
            TableName(database: "a", table: "b"),
        ]
        #expect(names.sorted().map(\.description) == ["a.b", "a.c", "b.a"])
        #expect(TableName(database: "a`b", table: "c").quoted == "`a``b`.`c`")
    }
}
