import MySQLProtocol
import MySQLSchema
import Testing

@Suite("Column types")
struct MySQLTypeTests {
    @Test(
        "are read from information_schema's spelling",
        arguments: [
            ("tinyint", .integer(bytes: 1, isUnsigned: false)),
            ("tinyint(1)", .integer(bytes: 1, isUnsigned: false)),
            ("tinyint(3) unsigned", .integer(bytes: 1, isUnsigned: true)),
            ("smallint", .integer(bytes: 2, isUnsigned: false)),
            ("mediumint unsigned", .integer(bytes: 3, isUnsigned: true)),
            ("int(10) unsigned zerofill", .integer(bytes: 4, isUnsigned: true)),
            ("bigint(20)", .integer(bytes: 8, isUnsigned: false)),
            ("decimal(12,2)", .decimal(precision: 12, scale: 2)),
            ("decimal(65,30) unsigned", .decimal(precision: 65, scale: 30)),
            ("decimal(12,0) unsigned zerofill", .decimal(precision: 12, scale: 0)),
            ("float", .float),
            ("float(7,4) unsigned", .float),
            ("double", .double),
            ("double(10,2)", .double),
            ("bit(1)", .bit(1)),
            ("bit(64)", .bit(64)),
            ("date", .date),
            ("datetime", .dateTime(fraction: 0)),
            ("datetime(6)", .dateTime(fraction: 6)),
            ("timestamp(3)", .timestamp(fraction: 3)),
            ("time(2)", .time(fraction: 2)),
            ("year", .year),
            ("year(4)", .year),
            ("binary(16)", .binary(length: 16)),
            ("binary(0)", .binary(length: 0)),
            ("varbinary(300)", .bytes),
            ("tinyblob", .bytes),
            ("longblob", .bytes),
            ("enum('a','b')", .enumeration(["a", "b"])),
            ("enum('it''s',' x,y) ','b\\\\c','')", .enumeration(["it's", " x,y) ", "b\\c", ""])),
            ("enum('a\\nb','日本')", .enumeration(["a\nb", "日本"])),
            ("set('x','y')", .set(["x", "y"])),
            ("json", .json),
            ("geometry", .geometry),
            ("geomcollection", .geometry),
            ("geometrycollection", .geometry),
            ("multipolygon", .geometry),
            ("vector(2048)", .vector),
        ] as [(String, MySQLType)]
    )
    func reads(columnType: String, expected: MySQLType) {
        #expect(MySQLType(columnType: columnType, charset: nil) == expected)
    }

    @Test(
        "text depends on its character set",
        arguments: ["char(3)", "varchar(40)", "tinytext", "text", "mediumtext", "longtext"]
    )
    func text(columnType: String) {
        for charset in ["utf8mb4", "utf8mb3", "utf8", "ascii"] {
            #expect(MySQLType(columnType: columnType, charset: charset) == .text(.utf8))
        }
        #expect(MySQLType(columnType: columnType, charset: "latin1") == .text(.other("latin1")))
        #expect(MySQLType(columnType: columnType, charset: nil) == nil)
    }

    @Test(
        "that cannot be carried over exactly are refused",
        arguments: [
            "", "inet6", "uuid", "varchar(10) /*M!100301 COMPRESSED*/", "datetime /* 5.5 binary format */ x",
            "decimal(66,2)",
            "decimal(5,6)", "bit(65)", "bit(0)", "datetime(7)", "enum()", "enum('a'", "int unsigned fancy",
            "binary(99999999999)",
            "set()", "(", "enum('a) unsigned", "decimal(-1,2)",
        ]
    )
    func refuses(columnType: String) {
        #expect(MySQLType(columnType: columnType, charset: "utf8mb4") == nil)
    }

    @Test("a SET has at most 64 members")
    func setMembers() {
        let members = (0..<65).map { "'\($0)'" }
        #expect(MySQLType(columnType: "set(\(members.prefix(64).joined(separator: ",")))", charset: nil) != nil)
        #expect(MySQLType(columnType: "set(\(members.joined(separator: ",")))", charset: nil) == nil)
    }
}
