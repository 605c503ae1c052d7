import MySQLProtocol
import Testing

@testable import MySQLSchema

private let orders = TableName(database: "shop", table: "orders")

@Suite("Definitions from information_schema")
struct InformationSchemaTests {
    private func column(
        _ position: Int,
        _ name: String,
        _ type: String,
        nullable: Bool = false,
        default text: String? = nil,
        extra: String = "",
        charset: String? = nil,
        generated: String = ""
    ) -> [String?] {
        [
            "shop", "orders", "\(position)", name, type, nullable ? "YES" : "NO", text, extra, charset,
            charset.map { "\($0)_bin" }, generated,
        ]
    }

    private let table: [String?] = ["shop", "orders", "InnoDB", "utf8mb4_0900_ai_ci"]

    @Test("the three answers make one definition")
    func definition() throws {
        let schema = try InformationSchema.decode(
            tables: [table],
            columns: [
                column(1, "id", "bigint unsigned", extra: "auto_increment"),
                column(2, "email", "varchar(190)", charset: "utf8mb4"),
                column(3, "total", "decimal(12,2)", default: "0.00"),
                column(
                    4,
                    "at",
                    "timestamp(3)",
                    default: "CURRENT_TIMESTAMP(3)",
                    extra: "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)"
                ),
                column(5, "note", "text", nullable: true, extra: "INVISIBLE", charset: "latin1"),
                column(
                    6,
                    "net",
                    "decimal(12,2)",
                    nullable: true,
                    extra: "STORED GENERATED",
                    generated: "(`total` / 1.2)"
                ),
                column(7, "v", "int", nullable: true, extra: "VIRTUAL GENERATED INVISIBLE", generated: "(1)"),
            ],
            keys: [
                ["shop", "orders", "PRIMARY", "id", nil, nil],
                ["shop", "orders", "email", "email", nil, nil],
                ["shop", "orders", "fn", nil, nil, "lower(`email`)"],
                ["shop", "orders", "part", "id", nil, nil],
                ["shop", "orders", "part", "email", "10", nil],
                ["shop", "elsewhere", "PRIMARY", "id", nil, nil],
            ],
            dialect: SQLDialect()
        )
        #expect(schema.unreadable == [])
        let definition = try #require(schema.tables.first)
        #expect(definition.name == orders)
        #expect(definition.engine == "InnoDB")
        #expect(definition.charset == "utf8mb4")
        #expect(definition.primaryKey == ["id"])
        #expect(definition.keyColumns == ["id"])
        #expect(
            definition.uniqueKeys == [
                UniqueKey(name: "email", columns: ["email"]),
                UniqueKey(name: "fn", columns: [], hasPartialParts: true),
                UniqueKey(name: "part", columns: ["id", "email"], hasPartialParts: true),
            ]
        )
        #expect(
            definition.columns.map(\.defaultValue) == [
                .none, .none, .constant("0.00"), .expression("CURRENT_TIMESTAMP(3)"), .null, .none, .none,
            ]
        )
        #expect(definition.columns.map(\.generation) == [.none, .none, .none, .none, .none, .stored, .virtual])
        #expect(definition.columns.map(\.isInvisible) == [false, false, false, false, true, false, true])
        #expect(definition.columns[4].type == .text(.other("latin1")))
        #expect(definition.columns[5].generationExpression == "(`total` / 1.2)")
        #expect(definition.columns[0].generationExpression == nil)
    }

    @Test(
        "MariaDB's defaults are unquoted",
        arguments: [
            ("NULL", .null), ("'a'", .constant("a")), ("'it''s'", .constant("it's")), ("0", .constant("0")),
            ("1.50", .constant("1.50")), ("current_timestamp()", .expression("current_timestamp()")),
            ("concat('a','b')", .expression("concat('a','b')")), ("''", .constant("")), ("b'0'", .constant("b'0'")),
        ] as [(String, ColumnDefault)]
    )
    func mariaDBDefaults(text: String, expected: ColumnDefault) {
        let dialect = SQLDialect(server: .mariaDB, version: 101_106)
        #expect(InformationSchema.defaultValue(text, extra: "", isNullable: true, dialect: dialect) == expected)
    }

    @Test("MySQL's constants are taken as they are, and NULL means none where NULL is refused")
    func mySQLDefaults() {
        let dialect = SQLDialect()
        #expect(
            InformationSchema.defaultValue("NULL", extra: "", isNullable: true, dialect: dialect) == .constant("NULL")
        )
        #expect(
            InformationSchema.defaultValue("'a'", extra: "", isNullable: true, dialect: dialect) == .constant("'a'")
        )
        #expect(
            InformationSchema.defaultValue(nil, extra: "", isNullable: false, dialect: dialect) == ColumnDefault.none
        )
        let old = SQLDialect(version: 50_744)
        #expect(
            InformationSchema.defaultValue("CURRENT_TIMESTAMP", extra: "", isNullable: false, dialect: old)
                == .expression("CURRENT_TIMESTAMP")
        )
    }

    @Test("a column that the user may not see makes the table unreadable")
    func hiddenColumn() throws {
        let schema = try InformationSchema.decode(
            tables: [table],
            columns: [column(1, "id", "int"), column(3, "c", "int")],
            keys: [],
            dialect: SQLDialect()
        )
        #expect(schema.tables == [])
        #expect(schema.unreadable.map(\.name) == [orders])
        #expect(schema.unreadable.first?.reason.contains("column 2 is hidden") == true)
    }

    @Test("a table that appears or vanishes between the answers is left out")
    func races() throws {
        let schema = try InformationSchema.decode(
            tables: [["shop", "gone", "InnoDB", nil]],
            columns: [column(1, "id", "int")],
            keys: [],
            dialect: SQLDialect()
        )
        #expect(schema == InformationSchema.Schema(tables: [], unreadable: []))
    }

    @Test("rows of another shape are refused")
    func shapes() {
        #expect(throws: InformationSchema.UnexpectedAnswer.self) {
            try InformationSchema.decode(tables: [["shop", "orders"]], columns: [], keys: [], dialect: SQLDialect())
        }
        #expect(throws: InformationSchema.UnexpectedAnswer.self) {
            try InformationSchema.decode(
                tables: [table],
                columns: [["shop", "orders", "x", "id", "int", "NO", nil, "", nil, nil, ""]],
                keys: [],
                dialect: SQLDialect()
            )
        }
    }

    @Test("names are quoted so that every sql_mode reads them alike")
    func quoting() {
        #expect(InformationSchema.quoted("it's") == "'it''s'")
        #expect(InformationSchema.quoted("a\\") == "CONVERT(X'615C' USING utf8mb4)")
        let queries = InformationSchema.queries(
            for: .table(TableName(database: "a'b", table: "c")),
            dialect: SQLDialect()
        )
        #expect(queries.columns.contains("TABLE_SCHEMA = 'a''b' AND TABLE_NAME = 'c'"))
        #expect(queries.keys.contains("EXPRESSION"))
        let maria = InformationSchema.queries(for: .all, dialect: SQLDialect(server: .mariaDB, version: 101_106))
        #expect(!maria.keys.contains("EXPRESSION"))
        #expect(maria.tables.contains("'performance_schema'"))
    }
}
