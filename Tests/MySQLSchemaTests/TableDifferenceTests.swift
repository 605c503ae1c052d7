import MySQLSchema
import Testing

@Suite("Differences of definitions")
struct TableDifferenceTests {
    private static func column(_ name: String, _ type: String, nullable: Bool = false, charset: String? = nil)
        -> ColumnDefinition
    {
        ColumnDefinition(name: name, columnType: type, isNullable: nullable, charset: charset)
    }

    private func table(_ columns: [ColumnDefinition], primaryKey: [String] = ["id"]) -> TableDefinition {
        TableDefinition(name: TableName(database: "shop", table: "orders"), columns: columns, primaryKey: primaryKey)
    }

    private static let id = column("id", "int")
    private static let note = column("note", "varchar(40)", nullable: true, charset: "latin1")

    @Test(
        "that lose no value are none",
        arguments: [
            (column("c", "int(11)"), column("c", "int")),
            (column("c", "varchar(40)", charset: "utf8mb3"), column("c", "varchar(80)", charset: "utf8mb4")),
            (column("c", "varchar(40)", charset: "ascii"), column("c", "varchar(40)", charset: "utf8")),
            (column("c", "char(4)", charset: "utf8mb4"), column("c", "varchar(4)", charset: "utf8mb4")),
            (column("c", "text", charset: "utf8mb4"), column("c", "longtext", charset: "utf8mb4")),
            (column("c", "varchar(40)", charset: "utf8mb4"), column("c", "tinytext", charset: "utf8mb4")),
            (column("c", "varbinary(40)"), column("c", "blob")),
            (column("c", "enum('a','b')"), column("c", "enum('a','b','x')")),
            (column("c", "float(7,2)"), column("c", "float")),
            (column("c", "decimal(5,2) unsigned"), column("c", "decimal(5,2)")),
            (column("c", "point"), column("c", "geometry")),
            (column("c", "set('a')"), column("c", "set('a','b')")),
        ]
    )
    func identical(old: ColumnDefinition, new: ColumnDefinition) {
        #expect(table([Self.id, old]).difference(to: table([Self.id, new])) == .identical)
    }

    @Test(
        "that may have changed values or their type are named",
        arguments: [
            (column("c", "bigint"), column("c", "int")),
            (column("c", "int"), column("c", "int unsigned")),
            (column("c", "int unsigned"), column("c", "int")),
            (column("c", "int", nullable: true), column("c", "bigint")),
            (column("c", "decimal(5,2)"), column("c", "decimal(5,3)")),
            (column("c", "decimal(5,2)"), column("c", "decimal(6,1)")),
            (column("c", "datetime(3)"), column("c", "datetime")),
            (column("c", "datetime"), column("c", "timestamp")),
            (column("c", "time"), column("c", "time(3)")),
            (column("c", "float"), column("c", "double")),
            (column("c", "bit(9)"), column("c", "bit(8)")),
            (column("c", "int", nullable: true), column("c", "int")),
            (column("c", "int"), column("C", "int")),
            (column("c", "varchar(40)", charset: "utf8mb4"), column("c", "varchar(39)", charset: "utf8mb4")),
            (column("c", "varchar(40)", charset: "utf8mb4"), column("c", "char(40)", charset: "utf8mb4")),
            (column("c", "varchar(40)", charset: "utf8mb4"), column("c", "varchar(40)", charset: "latin1")),
            (column("c", "varchar(100)", charset: "utf8mb4"), column("c", "tinytext", charset: "utf8mb4")),
            (column("c", "mediumtext", charset: "utf8mb4"), column("c", "text", charset: "utf8mb4")),
            (column("c", "varchar(40)", charset: "utf8mb4"), column("c", "varchar(40)", charset: "utf8mb3")),
            (column("c", "varchar(40)", charset: "utf8mb4"), column("c", "varchar(40)", charset: "ascii")),
            (column("c", "tinytext", charset: "latin1"), column("c", "tinytext", charset: "utf8mb4")),
            (column("c", "enum('a','b')"), column("c", "enum('a')")),
            (column("c", "enum('a','b')"), column("c", "enum('a','x','b')")),
            (column("c", "set('a','b')"), column("c", "set('b','a')")),
            (column("c", "set('a','b')"), column("c", "set('a','x','b')")),
            (column("c", "float"), column("c", "float(7,2)")),
            (column("c", "double(10,4)"), column("c", "double(10,2)")),
            (column("c", "decimal(5,2)"), column("c", "decimal(5,2) unsigned")),
            (column("c", "geometry"), column("c", "point")),
            (column("c", "inet6"), column("c", "uuid")),
        ]
    )
    func changed(old: ColumnDefinition, new: ColumnDefinition) {
        guard case .other(let reason) = table([Self.id, old]).difference(to: table([Self.id, new])) else {
            Issue.record("not noticed")
            return
        }
        #expect(reason.contains("column c"))
    }

    @Test(
        "that have more values and keep those that are there are widened",
        arguments: [
            (column("c", "int"), column("c", "bigint")),
            (column("c", "tinyint(1)"), column("c", "int")),
            (column("c", "int unsigned"), column("c", "bigint unsigned")),
            (column("c", "int unsigned"), column("c", "bigint")),
            (column("c", "int"), column("c", "int", nullable: true)),
            (column("c", "varchar(9)", charset: "utf8mb4"), column("c", "text", nullable: true, charset: "utf8mb4")),
            (column("c", "decimal(5,2)"), column("c", "decimal(6,2)")),
            (column("c", "decimal(5,2) unsigned"), column("c", "decimal(12,4)")),
            (column("c", "datetime"), column("c", "datetime(6)")),
            (column("c", "timestamp(2)"), column("c", "timestamp(3)", nullable: true)),
            (column("c", "bit(8)"), column("c", "bit(9)")),
        ]
    )
    func widened(old: ColumnDefinition, new: ColumnDefinition) {
        var changes = ColumnChanges()
        changes.widened = ["c"]
        #expect(table([Self.id, old]).difference(to: table([Self.id, new])) == .columnsChanged(changes))
    }

    @Test("added columns come with their places")
    func added() {
        let first = Self.column("a", "int")
        let last = Self.column("z", "int", nullable: true)
        let difference = table([Self.id, Self.note]).difference(to: table([first, Self.id, Self.note, last]))
        var changes = ColumnChanges()
        changes.added = [.init(column: first, position: .first), .init(column: last, position: .after("note"))]
        #expect(difference == .columnsChanged(changes))
    }

    @Test("dropped and moved columns")
    func structure() {
        let old = table([Self.id, Self.note, Self.column("c", "int")])
        var changes = ColumnChanges()
        changes.dropped = ["c"]
        #expect(old.difference(to: table([Self.id, Self.note])) == .columnsChanged(changes))
        changes.added = [.init(column: Self.column("d", "int"), position: .first)]
        #expect(old.difference(to: table([Self.column("d", "int"), Self.id, Self.note])) == .columnsChanged(changes))
        changes = ColumnChanges()
        changes.isReordered = true
        #expect(old.difference(to: table([Self.id, Self.column("c", "int"), Self.note])) == .columnsChanged(changes))
    }

    @Test("another key is another change")
    func key() {
        let columns = [Self.id, Self.column("c", "int")]
        #expect(
            table(columns).difference(to: table(columns, primaryKey: ["id", "c"]))
                == .other(reason: "the key changed from (id) to (id, c)")
        )
        #expect(
            table(columns).difference(to: table(columns, primaryKey: [])) == .other(reason: "the table lost its key")
        )
        #expect(table(columns, primaryKey: []).difference(to: table(columns)) == .other(reason: "the table got a key"))
    }

    @Test("a new expression of a generated column is another change")
    func expression() {
        var old = Self.column("c", "int")
        old.generation = .virtual
        old.generationExpression = "(`id` + 1)"
        var new = old
        new.generationExpression = "(`id` + 2)"
        #expect(
            table([Self.id, old]).difference(to: table([Self.id, new]))
                == .other(reason: "column c is computed by another expression")
        )
    }
}
