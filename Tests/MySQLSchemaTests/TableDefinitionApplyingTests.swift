import MySQLSchema
import Testing

private let name = TableName(database: "shop", table: "orders")

/// The table that every statement here is applied to.
private let old: TableDefinition = {
    let sql = """
        CREATE TABLE orders (id INT, note VARCHAR(40) CHARSET utf8mb3, kind ENUM('a','b'), tags SET('a','b'), price FLOAT,
            email VARCHAR(190) NOT NULL UNIQUE, t TEXT, g INT AS (id + 1), PRIMARY KEY (id), KEY i (price), UNIQUE u (price))
            ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
        """
    guard case .createTable(let create) = DDLStatement(parsing: sql, defaultDatabase: "shop"), let body = create.body,
        var definition = TableDefinition(body: body, name: name, databaseCharset: nil)
    else { preconditionFailure("not understood") }
    definition.columns[7].generationExpression = "(`id` + 1)"
    return definition
}()

private func applied(_ sql: String, to definition: TableDefinition = old) -> AppliedAlter {
    guard let alteration = DDLStatement(parsing: sql, defaultDatabase: "shop").alteration else {
        return .stopped(reason: "not understood")
    }
    return definition.applying(alteration.actions)
}

private func unchanged(_ sql: String, from definition: TableDefinition = old) -> TableDefinition? {
    if case .unchanged(let new) = applied(sql, to: definition) { new } else { nil }
}

@Suite("Definitions after ALTER TABLE")
struct TableDefinitionApplyingTests {
    @Test(
        "that change neither values nor keys are followed",
        arguments: [
            "ALTER TABLE orders ENGINE=InnoDB, COMMENT='x', ALGORITHM=INPLACE", "ALTER TABLE orders FORCE",
            "CREATE INDEX j ON orders (note)", "DROP INDEX i ON orders", "ALTER TABLE orders RENAME INDEX i TO j",
            "ALTER TABLE orders ADD CONSTRAINT c CHECK (price > 0), DROP FOREIGN KEY f",
            "ALTER TABLE orders PARTITION BY HASH (id) PARTITIONS 4", "ALTER TABLE orders REMOVE PARTITIONING",
            "ALTER TABLE orders ADD PARTITION (PARTITION p VALUES LESS THAN (5))",
            "ALTER TABLE orders MODIFY id INT NOT NULL COMMENT 'x' FIRST",
            "ALTER TABLE orders MODIFY note VARCHAR(40) CHARSET utf8mb3 AFTER id",
            "ALTER TABLE orders CHANGE price price FLOAT DEFAULT 1",
            "ALTER TABLE orders ADD COLUMN IF NOT EXISTS note INT", "ALTER TABLE orders DROP COLUMN IF EXISTS nothing",
            "ALTER TABLE orders ORDER BY price, note", "ALTER TABLE orders RENAME COLUMN id TO id",
        ]
    )
    func harmless(sql: String) {
        #expect(unchanged(sql) != nil, "\(applied(sql))")
    }

    @Test(
        "that may change values, the key or rows stop the table and say why",
        arguments: [
            // A3: the definition afterwards is the same, the values are not.
            ("ALTER TABLE orders DROP COLUMN price, ADD COLUMN price FLOAT", "column price was dropped"),
            (
                "ALTER TABLE orders DROP COLUMN id, ADD COLUMN id INT NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST",
                "column id was dropped"
            ),
            // MySQL gives a number to rows that hold 0.
            ("ALTER TABLE orders MODIFY id INT(11) AUTO_INCREMENT", "numbers the rows"),
            ("ALTER TABLE orders CHANGE note remark VARCHAR(40) CHARSET utf8mb3", "renamed to remark"),
            ("ALTER TABLE orders RENAME COLUMN note TO remark", "renamed to remark"),
            ("ALTER TABLE orders RENAME COLUMN note TO Note", "renamed to Note"),
            ("ALTER TABLE orders MODIFY Note VARCHAR(40) CHARSET utf8mb3", "renamed to Note"),
            ("ALTER TABLE orders MODIFY tags SET('b','a')", "column tags changed"),
            ("ALTER TABLE orders MODIFY tags SET('a','x','b')", "column tags changed"),
            ("ALTER TABLE orders MODIFY kind ENUM('a')", "column kind changed"),
            ("ALTER TABLE orders MODIFY kind ENUM('b','a')", "column kind changed"),
            ("ALTER TABLE orders MODIFY price FLOAT(7,2)", "column price changed"),
            ("ALTER TABLE orders MODIFY price FLOAT UNSIGNED", "column price changed"),
            ("ALTER TABLE orders MODIFY price FLOAT NOT NULL", "no longer allows NULL"),
            ("ALTER TABLE orders MODIFY note VARCHAR(39)", "column note changed"),
            ("ALTER TABLE orders MODIFY t TEXT CHARSET utf8mb3", "column t changed"),
            ("ALTER TABLE orders MODIFY id BIGINT", "column id was defined again, and g may be computed from it"),
            ("ALTER TABLE orders MODIFY g INT AS (id + 2)", "is computed"),
            ("ALTER TABLE orders MODIFY price FLOAT AS (id)", "is computed"),
            ("ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4", "converted"),
            ("ALTER TABLE orders DROP PRIMARY KEY", "the key changed"),
            ("ALTER TABLE orders DROP INDEX `PRIMARY`", "the key changed"),
            ("DROP INDEX `primary` ON orders", "the key changed"),
            ("ALTER TABLE orders DROP PRIMARY KEY, ADD PRIMARY KEY (email)", "the key changed"),
            ("ALTER TABLE orders ADD PRIMARY KEY (email)", "does not fit"),
            ("ALTER TABLE orders RENAME TO items", "renamed to shop.items"),
            ("ALTER TABLE orders DROP PARTITION p0", "rows come or go"),
            ("ALTER TABLE orders TRUNCATE PARTITION ALL", "rows come or go"),
            ("ALTER TABLE orders EXCHANGE PARTITION p WITH TABLE x", "rows come or go"),
            ("ALTER TABLE orders IMPORT TABLESPACE", "rows come or go"),
            ("ALTER TABLE orders ENGINE=BLACKHOLE", "storage engine"),
            ("ALTER TABLE orders FROBNICATE", "not understood"),
            ("ALTER TABLE orders ADD c FANCY(3)", "not understood"),
            ("ALTER TABLE orders ADD note INT", "is there already"),
            ("ALTER TABLE orders MODIFY nothing INT", "there is no column nothing"),
            ("ALTER TABLE orders ADD c INT AFTER nothing", "there is no column nothing"),
            ("ALTER TABLE orders ADD c INT AS (id)", "are computed"),
            ("ALTER TABLE orders ADD c INT AUTO_INCREMENT UNIQUE", "numbers the rows"),
            ("ALTER TABLE orders ADD c SERIAL", "numbers the rows"),
            ("ALTER TABLE orders ADD c DATETIME DEFAULT CURRENT_TIMESTAMP", "is an expression"),
            ("ALTER TABLE orders ADD c CHAR(36) DEFAULT (uuid())", "is an expression"),
            ("ALTER TABLE orders ADD c DECIMAL(5,1) DEFAULT 1.55", "is not known"),
            ("ALTER TABLE orders ADD c INT NOT NULL FIRST, DROP PRIMARY KEY, ADD PRIMARY KEY (c)", "the key changed"),
        ]
    )
    func stopped(sql: String, expected: String) {
        guard case .stopped(let reason) = applied(sql) else {
            Issue.record("not stopped: \(applied(sql))")
            return
        }
        #expect(reason.contains(expected))
    }

    @Test("added columns carry the statement's default and place")
    func added() throws {
        // A4: a second statement drops the default; it is not this one's.
        let sql = """
            ALTER TABLE orders ADD a INT DEFAULT 5 AFTER id, ADD b VARCHAR(9) NOT NULL FIRST, ADD (c DATE, d TEXT(10)),
                ADD x CHAR(3) CHARSET latin1 DEFAULT 'x' AFTER a, ADD UNIQUE (a)
            """
        guard case .columnsChanged(let changes, let new) = applied(sql) else {
            Issue.record("\(applied(sql))")
            return
        }
        let added = changes.added
        #expect(
            new.columns.map(\.name)
                == ["b", "id", "a", "x", "note", "kind", "tags", "price", "email", "t", "g", "c", "d"]
        )
        #expect(added.map(\.column.name) == ["b", "a", "x", "c", "d"])
        #expect(added.map(\.position) == [.first, .after("id"), .after("a"), .after("g"), .after("c")])
        #expect(added.map(\.column.defaultValue) == [.none, .constant("5"), .constant("x"), .null, .null])
        #expect(added.map(\.column.charset) == ["utf8mb4", nil, "latin1", nil, "utf8mb4"])
        #expect(added.map(\.column.columnType) == ["varchar(9)", "int", "char(3)", "date", "tinytext"])
        #expect(new.uniqueKeys.last == UniqueKey(name: nil, columns: ["a"]))
        let later = try #require(unchanged("ALTER TABLE orders ALTER a DROP DEFAULT", from: new))
        #expect(later.column(named: "a")?.defaultValue == .null)
        #expect(
            unchanged("ALTER TABLE orders ALTER a SET DEFAULT 0", from: new)?.column(named: "a")?.defaultValue
                == .constant("0")
        )
    }

    @Test("longer text, more members and utf8mb4 change the definition and no value")
    func widened() throws {
        let sql = """
            ALTER TABLE orders MODIFY note VARCHAR(80), MODIFY kind ENUM('a','b','c'), MODIFY tags SET('a','b','c'),
                MODIFY t LONGTEXT, ALTER note SET DEFAULT 'x', ALTER note SET INVISIBLE
            """
        let new = try #require(unchanged(sql))
        #expect(new.column(named: "note")?.columnType == "varchar(80)")
        #expect(new.column(named: "note")?.charset == "utf8mb4")
        #expect(new.column(named: "kind")?.columnType == "enum('a','b','c')")
        #expect(new.column(named: "t")?.columnType == "longtext")
    }

    @Test("a column that numbers rows already may be defined so again")
    func autoIncrement() {
        var numbered = old
        numbered.columns[0].isAutoIncrement = true
        let sql = "ALTER TABLE orders MODIFY id INT(11) NOT NULL AUTO_INCREMENT COMMENT 'x'"
        #expect(unchanged(sql, from: numbered) != nil, "\(applied(sql, to: numbered))")
    }

    @Test("columns that go, move, or hold more values leave the others as they are")
    func reshaped() throws {
        let sql = "ALTER TABLE orders DROP note, MODIFY email VARCHAR(190), MODIFY price FLOAT FIRST, COMMENT 'x'"
        guard case .columnsChanged(let changes, let new) = applied(sql) else {
            Issue.record("\(applied(sql))")
            return
        }
        #expect(changes.dropped == ["note"] && changes.widened == ["email"] && changes.isReordered)
        #expect(new.columns.first?.name == "price" && new.column(named: "note") == nil)
        #expect(new.column(named: "email")?.isNullable == true)
    }

    @Test("the table's character set counts for columns that the same statement adds, and for later ones")
    func defaultCharset() throws {
        guard
            case .columnsChanged(let changes, let new) = applied("ALTER TABLE orders ADD c VARCHAR(9), CHARSET latin1")
        else {
            Issue.record("not added")
            return
        }
        #expect(changes.added.first?.column.charset == "latin1")
        #expect(new.charset == "latin1")
        #expect(new.collation == nil)
        let later = try #require(unchanged("ALTER TABLE orders COLLATE utf8mb4_bin", from: new))
        #expect(later.charset == "utf8mb4")
        #expect(later.collation == "utf8mb4_bin")
        var unknown = old
        unknown.charset = nil
        guard case .stopped(let reason) = applied("ALTER TABLE orders ADD c VARCHAR(9)", to: unknown) else {
            Issue.record("guessed")
            return
        }
        #expect(reason == "the character set of column c is not known")
    }

    @Test("a primary key that replaces a UNIQUE key over the same columns identifies rows alike")
    func sameKey() throws {
        var unique = old
        unique.primaryKey = []
        #expect(unique.keyColumns == ["email"])
        let primary = try #require(
            unchanged("ALTER TABLE orders DROP KEY email, ADD PRIMARY KEY (EMAIL)", from: unique)
        )
        #expect(primary.primaryKey == ["email"])
        #expect(primary.uniqueKeys.map(\.name) == ["u"])
    }

    @Test("an index of an unknown name may be the key whose name the server chose")
    func unnamedKeys() throws {
        var unnamed = old
        unnamed.primaryKey = []
        unnamed.uniqueKeys = [UniqueKey(name: nil, columns: ["email"])]
        guard case .stopped(let reason) = applied("DROP INDEX email_2 ON orders", to: unnamed) else {
            Issue.record("a key may be gone")
            return
        }
        #expect(reason == "the table lost its key")
        // With a primary key nothing depends on it; it is only no longer trusted.
        unnamed.primaryKey = ["id"]
        #expect(unchanged("DROP INDEX email_2 ON orders", from: unnamed)?.uniqueKeys == [])
    }

    @Test("keys are dropped before others take their names")
    func keyNames() throws {
        let new = try #require(unchanged("ALTER TABLE orders RENAME INDEX u TO email, DROP INDEX email"))
        #expect(new.uniqueKeys == [UniqueKey(name: "email", columns: ["price"])])
        let swapped = try #require(unchanged("ALTER TABLE orders RENAME INDEX u TO email, RENAME INDEX email TO u"))
        #expect(swapped.uniqueKeys.map(\.columns) == [["email"], ["price"]])
        #expect(swapped.uniqueKeys.map(\.name) == ["u", "email"])
    }

    @Test("another collation of a column that others are computed from stops the table")
    func dependents() throws {
        var definition = old
        definition.columns[7].generationExpression = "(`email` = _utf8mb4'x')"
        let sql = "ALTER TABLE orders MODIFY email VARCHAR(190) COLLATE utf8mb4_bin NOT NULL"
        #expect(unchanged(sql) != nil)
        guard case .stopped(let reason) = applied(sql, to: definition) else {
            Issue.record("values of g may have changed")
            return
        }
        #expect(reason == "column email was defined again, and g may be computed from it")
        // Of a definition that an older Leat recorded it is not known what is computed.
        for index in definition.columns.indices { definition.columns[index].generation = .unknown }
        #expect(unchanged("ALTER TABLE orders MODIFY email VARCHAR(200) NOT NULL", from: definition) != nil)
        #expect(unchanged("ALTER TABLE orders MODIFY note VARCHAR(40) CHARSET utf8mb4", from: definition) == nil)
    }

    @Test("under PAD_CHAR_TO_FULL_LENGTH a changed column is not understood")
    func padding() {
        let dialect = SQLDialect(sqlMode: 0x8000_0000)
        let statement = DDLStatement(
            parsing: "ALTER TABLE orders MODIFY note VARCHAR(80)",
            defaultDatabase: "shop",
            dialect: dialect
        )
        #expect(statement.alteration?.actions == [.other("MODIFY note VARCHAR(80)")])
    }
}
