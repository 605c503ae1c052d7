import MySQLProtocol
import MySQLSchema
import Testing

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
        #expect(TypeMapping.warehouseType(of: type, isNullable: isNullable) == expected)
    }

    private func table(_ columns: [ColumnDefinition], key: [String] = ["id"]) -> TableDefinition {
        TableDefinition(name: TableName(database: "shop", table: "t"), columns: columns, primaryKey: key)
    }

    private let id = ColumnDefinition(name: "id", columnType: "int", isNullable: false)

    @Test("a table without a key, with a reserved name or an unsupported type is refused with a remedy")
    func refusals() {
        let wrong = [
            table([id], key: []),
            table([id, ColumnDefinition(name: "_version", columnType: "int", isNullable: false)]),
            table([id, ColumnDefinition(name: "v", columnType: "vector(3)", isNullable: true)]),
        ]
        for definition in wrong {
            #expect(throws: TableRefusal.self) { try TableMapping(definition, database: "shop") }
        }
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

    @Test("old rows get a constant default; what is no constant is refused")
    func defaults() {
        func outcome(_ columnType: String, _ value: ColumnDefault, isNullable: Bool = false) -> ColumnDefaultMapping
            .Outcome?
        {
            let column = ColumnDefinition(
                name: "c",
                columnType: columnType,
                isNullable: isNullable,
                defaultValue: value,
                charset: "utf8mb4"
            )
            return column.type.map { ColumnDefaultMapping.warehouseDefault(of: column, type: $0) }
        }
        #expect(outcome("int", .null, isNullable: true) == ColumnDefaultMapping.Outcome.none)
        #expect(outcome("int", .constant("-5")) == .value("-5"))
        #expect(outcome("varchar(9)", .constant("it's")) == .value("'it\\'s'"))
        #expect(outcome("decimal(12,2)", .constant("1.50")) == .value("toDecimal64('1.50', 2)"))
        for refused in [
            outcome("int", .constant("1); DROP")), outcome("int", .none), outcome("datetime", .expression("now()")),
        ] {
            guard case .refused = refused else {
                Issue.record("\(String(describing: refused)) should be refused")
                continue
            }
        }
    }
}
