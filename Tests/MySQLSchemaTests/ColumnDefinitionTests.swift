import MySQLSchema
import Testing

/// Column definitions beside what a MySQL 9.7.4 server said about them in information_schema.COLUMNS, in a table whose
/// default character set is latin1: definition, COLUMN_TYPE, nullable, CHARACTER_SET_NAME.
private let seen: [(String, String, Bool, String?)] = [
    ("c INT", "int", true, nil),
    ("c INT(10) UNSIGNED ZEROFILL", "int(10) unsigned zerofill", true, nil),
    ("c INT1", "tinyint", true, nil),
    ("c INT2 UNSIGNED", "smallint unsigned", true, nil),
    ("c MIDDLEINT", "mediumint", true, nil),
    ("c INT8", "bigint", true, nil),
    ("c BOOL", "tinyint(1)", true, nil),
    ("c BOOLEAN NOT NULL DEFAULT TRUE", "tinyint(1)", false, nil),
    ("c TINYINT(1)", "tinyint(1)", true, nil),
    ("c TINYINT(4)", "tinyint", true, nil),
    ("c TINYINT(1) UNSIGNED", "tinyint unsigned", true, nil),
    ("c SERIAL", "bigint unsigned", false, nil),
    ("c BIT", "bit(1)", true, nil),
    ("c BIT(8) DEFAULT b'101'", "bit(8)", true, nil),
    ("c DEC", "decimal(10,0)", true, nil),
    ("c NUMERIC(5)", "decimal(5,0)", true, nil),
    ("c FIXED(12,2) UNSIGNED", "decimal(12,2) unsigned", true, nil),
    ("c DECIMAL(12,2) DEFAULT -1.5", "decimal(12,2)", true, nil),
    ("c FLOAT", "float", true, nil),
    ("c FLOAT(24)", "float", true, nil),
    ("c FLOAT(25)", "double", true, nil),
    ("c FLOAT(7,4)", "float(7,4)", true, nil),
    ("c DOUBLE PRECISION", "double", true, nil),
    ("c DOUBLE(10,2)", "double(10,2)", true, nil),
    ("c REAL", "double", true, nil),
    ("c REAL(10,2) UNSIGNED", "double(10,2) unsigned", true, nil),
    ("c FLOAT4", "float", true, nil),
    ("c FLOAT8", "double", true, nil),
    ("c DATE", "date", true, nil),
    ("c YEAR", "year", true, nil),
    ("c YEAR(4)", "year", true, nil),
    ("c TIME", "time", true, nil),
    ("c TIME(3)", "time(3)", true, nil),
    ("c DATETIME(0)", "datetime", true, nil),
    ("c DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)", "datetime(6)", true, nil),
    ("c TIMESTAMP", "timestamp", true, nil),
    ("c TIMESTAMP NULL", "timestamp", true, nil),
    ("c TIMESTAMP(3) NOT NULL DEFAULT NOW(3)", "timestamp(3)", false, nil),
    ("c CHAR", "char(1)", true, "latin1"),
    ("c CHAR(0)", "char(0)", true, "latin1"),
    ("c CHARACTER(5)", "char(5)", true, "latin1"),
    ("c CHAR BYTE", "binary(1)", true, nil),
    ("c CHAR(5) BYTE", "binary(5)", true, nil),
    ("c CHARACTER VARYING(7)", "varchar(7)", true, "latin1"),
    ("c VARCHARACTER(7)", "varchar(7)", true, "latin1"),
    ("c NCHAR(4)", "char(4)", true, "utf8mb3"),
    ("c NATIONAL CHAR(4)", "char(4)", true, "utf8mb3"),
    ("c NATIONAL CHARACTER VARYING(4)", "varchar(4)", true, "utf8mb3"),
    ("c NATIONAL VARCHAR(4)", "varchar(4)", true, "utf8mb3"),
    ("c NCHAR VARYING(4)", "varchar(4)", true, "utf8mb3"),
    ("c NCHAR VARCHAR(4)", "varchar(4)", true, "utf8mb3"),
    ("c NVARCHAR(4)", "varchar(4)", true, "utf8mb3"),
    ("c VARCHAR(10) CHARACTER SET utf8mb4", "varchar(10)", true, "utf8mb4"),
    ("c VARCHAR(10) CHARSET ascii COLLATE ascii_bin", "varchar(10)", true, "ascii"),
    ("c VARCHAR(10) COLLATE utf8mb4_bin", "varchar(10)", true, "utf8mb4"),
    ("c VARCHAR(10) ASCII", "varchar(10)", true, "latin1"),
    ("c VARCHAR(10) UNICODE", "varchar(10)", true, "ucs2"),
    ("c VARCHAR(10) BINARY", "varchar(10)", true, "latin1"),
    ("c VARCHAR(10) CHARACTER SET binary", "varbinary(10)", true, nil),
    ("c TEXT CHARACTER SET binary", "blob", true, nil),
    ("c TEXT", "text", true, "latin1"),
    ("c TEXT(10)", "tinytext", true, "latin1"),
    ("c TEXT(255)", "tinytext", true, "latin1"),
    ("c TEXT(256)", "text", true, "latin1"),
    ("c TEXT(65535)", "text", true, "latin1"),
    ("c TEXT(65536)", "mediumtext", true, "latin1"),
    ("c TEXT(16777216)", "longtext", true, "latin1"),
    ("c TEXT(63) CHARACTER SET utf8mb4", "tinytext", true, "utf8mb4"),
    ("c BLOB", "blob", true, nil),
    ("c BLOB(10)", "tinyblob", true, nil),
    ("c BLOB(255)", "tinyblob", true, nil),
    ("c BLOB(256)", "blob", true, nil),
    ("c BLOB(70000)", "mediumblob", true, nil),
    ("c BLOB(16777216)", "longblob", true, nil),
    ("c LONG", "mediumtext", true, "latin1"),
    ("c LONG VARCHAR", "mediumtext", true, "latin1"),
    ("c LONG CHAR VARYING", "mediumtext", true, "latin1"),
    ("c LONG VARBINARY", "mediumblob", true, nil),
    ("c TINYTEXT", "tinytext", true, "latin1"),
    ("c MEDIUMTEXT", "mediumtext", true, "latin1"),
    ("c LONGTEXT", "longtext", true, "latin1"),
    ("c TINYBLOB", "tinyblob", true, nil),
    ("c BINARY", "binary(1)", true, nil),
    ("c BINARY(16)", "binary(16)", true, nil),
    ("c VARBINARY(300)", "varbinary(300)", true, nil),
    ("c ENUM('a','it''s','b\\\\c','d\\'e',\"f\"\"g\")", "enum('a','it''s','b\\\\c','d''e','f\"g')", true, "latin1"),
    ("c ENUM('x ','y') CHARACTER SET utf8mb4", "enum('x','y')", true, "utf8mb4"),
    ("c ENUM('é','日本') CHARACTER SET utf8mb4", "enum('é','日本')", true, "utf8mb4"),
    ("c ENUM('a\\nb','t\\tc','nul\\0z') NOT NULL DEFAULT 't\\tc'", "enum('a\\nb','t\tc','nul\\0z')", false, "latin1"),
    ("c SET('x','y') DEFAULT 'x,y'", "set('x','y')", true, "latin1"),
    ("c JSON", "json", true, nil),
    ("c GEOMETRY", "geometry", true, nil),
    ("c POINT NOT NULL SRID 4326", "point", false, nil),
    ("c GEOMETRYCOLLECTION", "geomcollection", true, nil),
    ("c GEOMCOLLECTION", "geomcollection", true, nil),
    ("c MULTIPOLYGON", "multipolygon", true, nil),
    ("c VECTOR", "vector(2048)", true, nil),
    ("c VECTOR(3)", "vector(3)", true, nil),
    ("c VARCHAR(20) DEFAULT 'it''s'", "varchar(20)", true, "latin1"),
    ("c VARCHAR(20) DEFAULT ''", "varchar(20)", true, "latin1"),
    ("c INT AS (1+1)", "int", true, nil),
    ("c INT GENERATED ALWAYS AS (2) STORED NOT NULL", "int", false, nil),
    ("c INT INVISIBLE", "int", true, nil),
    ("c INT VISIBLE COLUMN_FORMAT DYNAMIC STORAGE DISK COMMENT 'a, b'", "int", true, nil),
    ("c INT UNIQUE KEY", "int", true, nil),
    ("c INT PRIMARY KEY", "int", false, nil),
    ("c INT AUTO_INCREMENT UNIQUE", "int", false, nil),
    ("c INT CHECK (c > 1) NOT ENFORCED", "int", true, nil),
    ("c INT CONSTRAINT foo CHECK (c > 1)", "int", true, nil),
    ("c INT DEFAULT 7 NULL FIRST", "int", true, nil),
    ("c INT NOT NULL DEFAULT +5", "int", false, nil),
    ("c DOUBLE DEFAULT .5", "double", true, nil),
    ("c DOUBLE DEFAULT 1e3", "double", true, nil),
    ("c DOUBLE DEFAULT 1.5e-3", "double", true, nil),
    ("c DATE DEFAULT '2024-01-01'", "date", true, nil),
    ("c VARCHAR(9) DEFAULT _utf8mb4'x'", "varchar(9)", true, "latin1"),
    ("c BINARY(2) DEFAULT x'4142'", "binary(2)", true, nil),
    ("c BINARY(2) DEFAULT 0x4142", "binary(2)", true, nil),
    ("c TEXT COLLATE 'utf8mb4_bin' DEFAULT ('x')", "text", true, "utf8mb4"),
    ("c DATETIME DEFAULT LOCALTIMESTAMP", "datetime", true, nil),
    ("c DATETIME DEFAULT CURRENT_TIMESTAMP() ON UPDATE NOW()", "datetime", true, nil),
    ("c BIGINT SIGNED", "bigint", true, nil),
    ("c DECIMAL(10,2) ZEROFILL", "decimal(10,2) unsigned zerofill", true, nil),
]

@Suite("Column definitions in DDL")
struct ColumnDefinitionTests {
    @Test("are read as a real server reads them", arguments: seen.indices)
    func agrees(index: Int) throws {
        let (definition, columnType, isNullable, charset) = seen[index]
        let statement = DDLStatement(parsing: "ALTER TABLE t ADD \(definition)", defaultDatabase: "shop")
        guard case .alterTable(_, let actions) = statement, case .addColumn(let parsed, _, _)? = actions.first else {
            Issue.record("not understood: \(definition)")
            return
        }
        let column = parsed.withDefaultCharset("latin1")
        #expect(column.name == "c")
        #expect(column.columnType == columnType)
        #expect(column.isNullable == isNullable)
        #expect(column.charset == charset)
        #expect(
            column.type == ColumnDefinition(name: "c", columnType: columnType, isNullable: true, charset: charset).type
        )
        #expect(column.type != nil)
    }

    @Test(
        "defaults are constants or expressions",
        arguments: [
            ("INT DEFAULT -5", .constant("-5")), ("INT DEFAULT +5", .constant("5")),
            ("DOUBLE DEFAULT .5", .constant(".5")),
            ("DOUBLE DEFAULT 1.5e-3", .constant("1.5e-3")), ("DOUBLE DEFAULT 1e3", .constant("1e3")),
            ("BINARY(2) DEFAULT 0x4142", .constant("0x4142")), ("BIT(3) DEFAULT b'101'", .constant("b'101'")),
            ("BOOL DEFAULT TRUE", .constant("1")), ("BOOL DEFAULT false", .constant("0")),
            ("VARCHAR(9) DEFAULT 'it''s'", .constant("it's")), ("VARCHAR(9) DEFAULT _utf8mb4'x'", .constant("x")),
            ("VARCHAR(9) DEFAULT ''", .constant("")), ("INT DEFAULT NULL", .null), ("INT", .null),
            ("INT NOT NULL", .none),
            ("DATETIME DEFAULT NOW(6)", .expression("NOW(6)")), ("INT DEFAULT (1 + 1)", .expression("(1 + 1)")),
            ("DATETIME DEFAULT LOCALTIMESTAMP", .expression("LOCALTIMESTAMP")),
        ] as [(String, ColumnDefault)]
    )
    func defaults(definition: String, expected: ColumnDefault) {
        let statement = DDLStatement(parsing: "ALTER TABLE t ADD c \(definition) COMMENT 'x'", defaultDatabase: "shop")
        guard case .alterTable(_, let actions) = statement, case .addColumn(let column, _, _)? = actions.first else {
            Issue.record("not understood: \(definition)")
            return
        }
        #expect(column.defaultValue == expected)
    }
}
