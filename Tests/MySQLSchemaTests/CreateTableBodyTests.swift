import MySQLSchema
import Testing

private let name = TableName(database: "shop", table: "orders")

private func body(_ sql: String, _ dialect: SQLDialect = SQLDialect()) -> CreateTableBody? {
    guard case .createTable(let create) = DDLStatement(parsing: sql, defaultDatabase: "shop", dialect: dialect) else {
        return nil
    }
    return create.body
}

private func table(_ sql: String, databaseCharset: String? = "utf8mb4") -> TableDefinition? {
    body(sql).flatMap { TableDefinition(body: $0, name: name, databaseCharset: databaseCharset) }
}

@Suite("Tables that a CREATE TABLE defines")
struct CreateTableBodyTests {
    @Test("are read from what SHOW CREATE TABLE prints")
    func showCreateTable() throws {
        // MySQL 9.7.
        let definition = try #require(
            table(
                """
                CREATE TABLE `orders` (
                  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
                  `my``name` varchar(40) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT 'it''s',
                  `total` decimal(12,2) NOT NULL DEFAULT '0.00' COMMENT 'a, (b',
                  `at` timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
                  `net` decimal(12,2) GENERATED ALWAYS AS ((`total` / 1.2)) STORED,
                  `flags` bit(8) NOT NULL DEFAULT b'101',
                  `raw` binary(4) DEFAULT '\\0\\0ab',
                  `kind` enum('a','it''s') COLLATE utf8mb4_bin DEFAULT NULL,
                  `spot` point NOT NULL /*!80003 SRID 4326 */,
                  `hidden` int DEFAULT '0' /*!80023 INVISIBLE */,
                  PRIMARY KEY (`id`),
                  UNIQUE KEY `kind_total` (`kind`,`total` DESC),
                  UNIQUE KEY `part` (`my``name`(10)),
                  UNIQUE KEY `whole` (`my``name`(40)),
                  UNIQUE KEY `fn` ((lower(`kind`)),`total`),
                  KEY `i` (`total`) USING BTREE COMMENT 'x' /*!80000 INVISIBLE */,
                  SPATIAL KEY `s` (`spot`),
                  FULLTEXT KEY `f` (`my``name`) /*!50100 WITH PARSER `ngram` */ ,
                  CONSTRAINT `c` CHECK ((`total` >= 0)) /*!80016 NOT ENFORCED */,
                  CONSTRAINT `fk` FOREIGN KEY (`total`) REFERENCES `x` (`a`) ON DELETE SET NULL
                ) /*!50100 TABLESPACE `ts` */ ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci STATS_PERSISTENT=0 COMMENT='a ''b'
                /*!50100 PARTITION BY RANGE (`id`)
                (PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,
                 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */
                """
            )
        )
        #expect(
            definition.columns.map(\.name) == [
                "id", "my`name", "total", "at", "net", "flags", "raw", "kind", "spot", "hidden",
            ]
        )
        #expect(
            definition.columns.map(\.columnType) == [
                "bigint unsigned", "varchar(40)", "decimal(12,2)", "timestamp(3)", "decimal(12,2)", "bit(8)",
                "binary(4)",
                "enum('a','it''s')", "point", "int",
            ]
        )
        #expect(
            definition.columns.map(\.isNullable) == [false, true, false, false, true, false, true, true, false, true]
        )
        #expect(
            definition.columns.map(\.defaultValue) == [
                .none, .constant("it's"), .constant("0.00"), .expression("CURRENT_TIMESTAMP(3)"), .none,
                .constant("b'101'"), .constant("0x00006162"), .null, .none, .constant("0"),
            ]
        )
        #expect(
            definition.columns.map(\.charset) == [nil, "latin1", nil, nil, nil, nil, nil, "utf8mb4", nil, nil]
        )
        #expect(definition.columns[4].generation == .stored)
        #expect(definition.columns.map(\.isInvisible).filter { $0 }.count == 1)
        #expect(definition.columns.map(\.isAutoIncrement).filter { $0 }.count == 1)
        #expect(definition.primaryKey == ["id"])
        #expect(
            definition.uniqueKeys == [
                UniqueKey(name: "kind_total", columns: ["kind", "total"]),
                UniqueKey(name: "part", columns: ["my`name"], hasPartialParts: true),
                UniqueKey(name: "whole", columns: ["my`name"]),
                UniqueKey(name: "fn", columns: ["total"], hasPartialParts: true),
            ]
        )
        #expect(definition.engine == "InnoDB")
        #expect(definition.charset == "utf8mb4")
        #expect(definition.collation == "utf8mb4_0900_ai_ci")
    }

    @Test("get keys that columns define for themselves, and names that MySQL would give")
    func inlineKeys() throws {
        let definition = try #require(
            table(
                """
                create table if not exists orders (ID int(11) primary key, n serial, a int not null unique key, B int,
                    unique (a, b), index (b), unique b_3 (b), unique (b), unique ((a + 1)), constraint x unique (a),
                    constraint y unique index z (a), unique u using btree (a) key_block_size 8)
                """
            )
        )
        #expect(definition.primaryKey == ["ID"])
        #expect(definition.columns.map(\.isNullable) == [false, false, false, true])
        #expect(
            definition.uniqueKeys == [
                UniqueKey(name: "n", columns: ["n"]),
                UniqueKey(name: "a", columns: ["a"]),
                UniqueKey(name: "a_2", columns: ["a", "B"]),
                UniqueKey(name: "b_3", columns: ["B"]),
                UniqueKey(name: "b_2", columns: ["B"]),
                UniqueKey(name: "functional_index", columns: [], hasPartialParts: true),
                UniqueKey(name: "x", columns: ["a"]),
                UniqueKey(name: "z", columns: ["a"]),
                UniqueKey(name: "u", columns: ["a"]),
            ]
        )
    }

    @Test("have a primary key of NOT NULL columns, said or not, spelled as the columns are")
    func primaryKey() throws {
        let definition = try #require(
            table("CREATE TABLE orders (a INT, B VARCHAR(9), PRIMARY KEY USING BTREE (b, A))")
        )
        #expect(definition.primaryKey == ["B", "a"])
        #expect(definition.columns.map(\.isNullable) == [false, false])
        #expect(definition.columns.map(\.defaultValue) == [.none, .none])
    }

    @Test(
        "take the character set of column, table or database",
        arguments: [
            ("CREATE TABLE t (c VARCHAR(9))", "utf8mb3", "varchar(9)", "utf8mb3"),
            ("CREATE TABLE t (c VARCHAR(9)) CHARSET utf8", "latin1", "varchar(9)", "utf8mb3"),
            ("CREATE TABLE t (c VARCHAR(9)) COLLATE=latin1_bin", "utf8mb4", "varchar(9)", "latin1"),
            ("CREATE TABLE t (c VARCHAR(9) COLLATE ascii_bin) CHARSET=latin1", "utf8mb4", "varchar(9)", "ascii"),
            ("CREATE TABLE t (c VARCHAR(9)) DEFAULT CHARACTER SET = binary", "utf8mb4", "varbinary(9)", nil),
            ("CREATE TABLE t (c CHAR(9) CHARSET binary)", "utf8mb4", "binary(9)", nil),
            ("CREATE TABLE t (c TEXT(70))", "utf8mb4", "text", "utf8mb4"),
            ("CREATE TABLE t (c TEXT(70))", "latin1", "tinytext", "latin1"),
            ("CREATE TABLE t (c TEXT(70)) CHARSET binary", "latin1", "tinyblob", nil),
            ("CREATE TABLE t (c VARCHAR(20000))", "utf8mb4", "mediumtext", "utf8mb4"),
            ("CREATE TABLE t (c VARCHAR(20000))", "utf8mb3", "varchar(20000)", "utf8mb3"),
        ] as [(String, String, String, String?)]
    )
    func charsets(sql: String, databaseCharset: String, columnType: String, charset: String?) throws {
        let column = try #require(table(sql, databaseCharset: databaseCharset)?.columns.first)
        #expect(column.columnType == columnType)
        #expect(column.charset == charset)
    }

    @Test("are not guessed: a character set that is not known, a key over no column")
    func unknown() {
        #expect(table("CREATE TABLE t (id INT PRIMARY KEY, c TEXT)", databaseCharset: nil) == nil)
        #expect(table("CREATE TABLE t (id INT PRIMARY KEY, c BLOB)", databaseCharset: nil) != nil)
        #expect(table("CREATE TABLE t (id INT, PRIMARY KEY (x))") == nil)
        #expect(table("CREATE TABLE t (id INT, UNIQUE (x))") == nil)
    }

    @Test("a UNIQUE key whose name depends on a foreign key's index has none")
    func foreignKeyNames() throws {
        let definition = try #require(
            table("CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES x (id), UNIQUE (a, id), id INT PRIMARY KEY)")
        )
        #expect(definition.uniqueKeys == [UniqueKey(name: nil, columns: ["a", "id"])])
    }

    @Test(
        "are nil where something was not understood, or is not said",
        arguments: [
            "CREATE TABLE t LIKE x", "CREATE TABLE t (LIKE x)", "CREATE TABLE t SELECT 1", "CREATE TABLE t AS TABLE x",
            "CREATE TABLE t (a INT) SELECT 1", "CREATE TABLE t (a FANCY(3))", "CREATE TABLE t (a INT FROBNICATE)",
            "CREATE TABLE t (a INT, PERIOD FOR x (b, c))", "CREATE TABLE t (a INT) FROBNICATE=1",
            "CREATE TABLE t (a INT) ENGINE=MERGE UNION=(x, y)", "CREATE TABLE t (a INT", "CREATE TABLE t (a INT FIRST)",
            "CREATE TABLE t (a INT, KEY k (a) FROBNICATE)", "CREATE TABLE t (a INT) CONNECTION='mysql://x/y'",
        ]
    )
    func nothing(sql: String) {
        #expect(body(sql) == nil)
    }

    @Test("are read with START TRANSACTION, as MySQL logs CREATE TABLE … SELECT")
    func startTransaction() throws {
        let sql = "CREATE TABLE `t` (\n  `1` int NOT NULL DEFAULT '0'\n) START TRANSACTION"
        #expect(body(sql)?.columns.map(\.name) == ["1"])
    }

    @Test("a bare TIMESTAMP is understood only with explicit_defaults_for_timestamp")
    func timestamps() {
        var dialect = SQLDialect()
        dialect.explicitDefaultsForTimestamp = false
        #expect(body("CREATE TABLE t (a TIMESTAMP)")?.columns.first?.isNullable == true)
        #expect(body("CREATE TABLE t (a TIMESTAMP)", dialect) == nil)
        #expect(body("CREATE TABLE t (a TIMESTAMP NULL)", dialect)?.columns.first?.isNullable == true)
    }

    @Test("in a session that does not use UTF-8, names and strings beyond ASCII are not understood")
    func otherCharset() {
        var dialect = SQLDialect()
        dialect.isUTF8 = false
        #expect(body("CREATE TABLE t (a INT, b VARCHAR(9) DEFAULT 'x')", dialect) != nil)
        #expect(body("CREATE TABLE t (a INT, b VARCHAR(9) DEFAULT 'é')", dialect) == nil)
        #expect(body("CREATE TABLE t (a INT, é INT)", dialect) == nil)
        // A comment says nothing.
        #expect(body("CREATE TABLE t (a INT COMMENT 'é')", dialect) != nil)
    }
}
