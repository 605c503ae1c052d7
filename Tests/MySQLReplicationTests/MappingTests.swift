import MySQLProtocol
import MySQLSchema
import Testing
import Warehouse

@testable import MySQLReplication

@Suite("Mapping")
struct MappingTests {
    @Test(
        "types in ClickHouse",
        arguments: [
            ("tinyint(1)", false, "Int8"), ("int unsigned", true, "Nullable(UInt32)"), ("mediumint", false, "Int32"),
            ("decimal(65,30)", false, "Decimal(65, 30)"), ("datetime(6)", true, "Nullable(DateTime64(6, 'UTC'))"),
            ("timestamp", false, "DateTime64(0, 'UTC')"), ("time(3)", false, "String"), ("year", false, "UInt16"),
            ("enum('a','b')", true, "LowCardinality(Nullable(String))"),
            ("set('a','b')", false, "LowCardinality(String)"),
            ("json", true, "Nullable(String)"), ("bit(8)", false, "UInt64"), ("double", false, "Float64"),
            ("float", true, "Nullable(Float32)"), ("date", false, "Date32"), ("binary(16)", false, "String"),
        ] as [(String, Bool, String)]
    )
    func types(columnType: String, isNullable: Bool, expected: String) throws {
        let type = try #require(MySQLType(columnType: columnType, charset: "utf8mb4"))
        #expect(type.descriptor.warehouseType(isNullable: isNullable) == expected)
    }

    private func table(_ columns: [ColumnDefinition], key: [String] = ["id"]) -> TableDefinition {
        TableDefinition(name: TableName(database: "shop", table: "t"), columns: columns, primaryKey: key)
    }

    private let id = ColumnDefinition(name: "id", columnType: "int", isNullable: false)

    @Test("a table without a key is a multiset")
    func withoutKey() throws {
        let mapping = try TableMapping(table([id], key: []), database: "shop")
        #expect(mapping.isMultiset && mapping.keyIndexes.isEmpty)
        #expect(try !TableMapping(table([id]), database: "shop").isMultiset)
    }

    @Test("columns that have Leat's names have others in the raw table")
    func reservedNames() throws {
        let version = ColumnDefinition(name: "_version", columnType: "int", isNullable: false)
        let mapping = try TableMapping(table([id, version], key: ["_version", "id"]), database: "shop")
        #expect(mapping.warehouse.columnNames == ["id", "__version"])
        #expect(mapping.warehouse.orderBy == ["__version", "id"] && mapping.keyIndexes == [1, 0])
    }

    @Test("a table with an unsupported type is refused with a remedy")
    func refusals() {
        let definition = table([id, ColumnDefinition(name: "v", columnType: "uuid", isNullable: true)])
        #expect(throws: TableRefusal.self) { try TableMapping(definition, database: "shop") }
    }

    @Test("a definition survives being recorded")
    func stored() throws {
        let definition = table([
            id, ColumnDefinition(name: "name", columnType: "varchar(40)", isNullable: true, charset: "utf8mb4"),
            ColumnDefinition(name: "kind", columnType: "enum('it''s','b')", isNullable: false, charset: "utf8mb4"),
        ])
        let again = try StoredDefinition(json: StoredDefinition(definition).json).definition(of: definition.name)
        #expect(again.columns.map(\.type) == definition.columns.map(\.type))
        #expect(again.keyColumns == ["id"])
    }

    /// A definition with everything that a DDL statement may be judged by.
    private var full: TableDefinition {
        let computed = ColumnDefinition(
            name: "g",
            columnType: "int",
            isNullable: true,
            generation: .stored,
            generationExpression: "(`id` + 1)",
            isInvisible: true
        )
        let note = ColumnDefinition(
            name: "note",
            columnType: "varchar(40)",
            isNullable: false,
            charset: "utf8mb4",
            collation: "utf8mb4_bin"
        )
        return TableDefinition(
            name: TableName(database: "shop", table: "t"),
            columns: [id, computed, note],
            primaryKey: ["id"],
            uniqueKeys: [
                UniqueKey(name: "u", columns: ["note"]), UniqueKey(name: nil, columns: [], hasPartialParts: true),
            ],
            charset: "utf8mb4",
            collation: "utf8mb4_0900_ai_ci"
        )
    }

    @Test("a restart changes no judgement: computed columns, keys and character sets are recorded")
    func recordedWhole() throws {
        let again = try StoredDefinition(json: StoredDefinition(full).json).definition(of: full.name)
        #expect(again == full)
        #expect(again.difference(to: full) == .identical)
    }

    @Test("what an older Leat did not record decides nothing")
    func recordedByAnOlderOne() throws {
        let json = """
            {"columns":[{"columnType":"int","isNullable":false,"name":"id"},
            {"columnType":"int","isNullable":true,"name":"g"},
            {"charset":"utf8mb4","columnType":"varchar(40)","isNullable":false,"name":"note"}],
            "key":["id"],"primaryKey":["id"]}
            """
        let stored = try StoredDefinition(json: json)
        let definition = stored.definition(of: full.name)
        #expect(definition.difference(to: full) == .identical)
        #expect(stored.matches(StoredDefinition(full)))
        var other = full
        other.columns[1].isNullable = false
        #expect(!stored.matches(StoredDefinition(other)))
        other = full
        other.columns[1].generationExpression = "(`id` + 2)"
        #expect(stored.matches(StoredDefinition(other)))
        #expect(!StoredDefinition(full).matches(StoredDefinition(other)))
    }
}
