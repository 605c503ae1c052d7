/// A table with a column of every type that is carried over, and for each column the values that are hard.
enum EveryType {
    struct Column: Sendable {
        let name: String
        let type: String
        /// SQL literals; NULL is put in front of them where the column takes it.
        let values: [String]
        var isNullable = true
    }

    /// A YEAR and BITs stand in front of signed integers: signedness in the binlog is counted over numeric columns
    /// only.
    static let columns: [Column] = [
        Column(name: "y", type: "YEAR", values: ["0", "1901", "2155", "'0000'", "2024"]),
        Column(name: "bit_one", type: "BIT(1)", values: ["b'0'", "b'1'"]),
        Column(name: "i8", type: "TINYINT", values: ["-128", "127", "0", "-1"]),
        Column(name: "u8", type: "TINYINT UNSIGNED", values: ["0", "255", "128"]),
        Column(name: "flag", type: "TINYINT(1)", values: ["0", "1", "-128"]),
        Column(name: "i16", type: "SMALLINT", values: ["-32768", "32767", "-1"]),
        Column(name: "u16", type: "SMALLINT UNSIGNED", values: ["0", "65535"]),
        Column(name: "i24", type: "MEDIUMINT", values: ["-8388608", "8388607", "-1"]),
        Column(name: "u24", type: "MEDIUMINT UNSIGNED", values: ["0", "16777215"]),
        Column(name: "i32", type: "INT", values: ["-2147483648", "2147483647", "-1"]),
        Column(name: "u32", type: "INT UNSIGNED", values: ["0", "4294967295"]),
        Column(name: "filled", type: "INT(8) UNSIGNED ZEROFILL", values: ["0", "42", "4294967295"]),
        Column(name: "i64", type: "BIGINT", values: ["-9223372036854775808", "9223372036854775807", "-1"]),
        Column(name: "u64", type: "BIGINT UNSIGNED", values: ["0", "18446744073709551615"]),
        Column(name: "d9", type: "DECIMAL(9,4)", values: ["-99999.9999", "99999.9999", "0.0001", "-0.0001"]),
        Column(name: "d18", type: "DECIMAL(18,0)", values: ["-999999999999999999", "999999999999999999"]),
        Column(name: "d38", type: "DECIMAL(38,10)", values: [nines(28, 10), "-" + nines(28, 10), "1e-10"]),
        Column(name: "d65", type: "DECIMAL(65,30)", values: [nines(35, 30), "-" + nines(35, 30), "-1e-30", "0"]),
        Column(name: "d65_0", type: "DECIMAL(65,0)", values: [nines(65, 0), "-" + nines(65, 0)]),
        Column(name: "d30_30", type: "DECIMAL(30,30)", values: [nines(0, 30), "-" + nines(0, 30)]),
        Column(name: "d_plain", type: "DECIMAL UNSIGNED", values: ["0", "9999999999"]),
        Column(
            name: "f",
            type: "FLOAT",
            values: ["3.4028234e38", "-3.4028234e38", "1.1754944e-38", "1e-45", "16777217", "0.1", "-0.0"]
        ),
        Column(
            name: "d",
            type: "DOUBLE",
            values: [
                "1.7976931348623157e308", "-1.7976931348623157e308", "5e-324", "2.2250738585072014e-308", "0.1", "-0.0",
                "123456789012345678",
            ]
        ),
        Column(name: "d_short", type: "DOUBLE(10,2)", values: ["12345678.91", "-0.01"]),
        Column(name: "day", type: "DATE", values: ["'1900-01-01'", "'2299-12-31'", "'1969-12-31'", "'2024-02-29'"]),
        Column(
            name: "at",
            type: "DATETIME",
            values: ["'1900-01-01 00:00:00'", "'2299-12-31 23:59:59'", "'1969-12-31 23:59:59'"]
        ),
        Column(name: "at3", type: "DATETIME(3)", values: ["'1969-12-31 23:59:59.999'", "'2024-03-31 02:30:00.001'"]),
        Column(
            name: "at6",
            type: "DATETIME(6)",
            values: ["'1900-01-01 00:00:00.000001'", "'2299-12-31 23:59:59.999999'", "'1970-01-01 00:00:00'"]
        ),
        Column(name: "ts", type: "TIMESTAMP", values: ["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"]),
        Column(
            name: "ts3",
            type: "TIMESTAMP(3)",
            values: ["'1970-01-01 00:00:01.000'", "'2038-01-19 03:14:07.499'", "'2024-10-27 01:30:00.123'"]
        ),
        Column(
            name: "ts6",
            type: "TIMESTAMP(6)",
            values: ["'2038-01-19 03:14:07.499999'", "'2001-09-09 01:46:40.000001'"]
        ),
        Column(name: "clock", type: "TIME", values: ["'-838:59:59'", "'838:59:59'", "'00:00:00'", "'-00:00:01'"]),
        Column(name: "clock3", type: "TIME(3)", values: ["'-00:00:00.001'", "'-12:34:56.789'", "'23:59:59.999'"]),
        Column(
            name: "clock6",
            type: "TIME(6)",
            values: ["'-838:59:58.999999'", "'00:00:00.000001'", "'-00:00:00.000001'"]
        ),
        Column(name: "c", type: "CHAR(10)", values: ["''", "'a  '", "'😀é'", "' x'"]),
        Column(
            name: "v",
            type: "VARCHAR(200)",
            values: ["''", "'a  '", "'tab\\t nl\\n nul\\0 back\\\\ quote'''", "'👩‍👩‍👧‍👦 Ünïcødé 漢字'", "x'00'"]
        ),
        Column(
            name: "v_long",
            type: "VARCHAR(4000)",
            values: ["REPEAT('ß', 4000)", "REPEAT('x', 256)", "REPEAT('y', 255)"]
        ),
        Column(name: "v_ascii", type: "VARCHAR(20) CHARACTER SET ascii", values: ["'plain'", "''"]),
        Column(name: "v_mb3", type: "VARCHAR(20) CHARACTER SET utf8mb3", values: ["'Grüße €'"]),
        Column(
            name: "v_latin1",
            type: "VARCHAR(300) CHARACTER SET latin1",
            values: ["'café €'", "REPEAT('ÿ', 300)", "''"]
        ),
        Column(name: "c_latin1", type: "CHAR(6) CHARACTER SET latin1", values: ["'é  '", "'Ÿ'", "x'81'"]),
        Column(name: "v_cp1250", type: "VARCHAR(20) CHARACTER SET cp1250", values: ["'Żółć'", "''"]),
        Column(name: "t_cyrillic", type: "TEXT CHARACTER SET koi8r", values: ["REPEAT('Жук ', 9000)", "'ё'"]),
        Column(name: "c_utf16", type: "CHAR(5) CHARACTER SET utf16", values: ["'é😀 '", "''"]),
        Column(name: "v_utf16le", type: "VARCHAR(5) CHARACTER SET utf16le", values: ["'é😀 '", "''"]),
        Column(name: "v_ucs2", type: "VARCHAR(5) CHARACTER SET ucs2", values: ["'漢字'", "''"]),
        Column(name: "v_gbk", type: "VARCHAR(20) CHARACTER SET gbk", values: ["'测试 €?'", "''"]),
        Column(name: "t_gb18030", type: "TEXT CHARACTER SET gb18030", values: ["'中😀é'", "REPEAT('漢', 20000)"]),
        Column(name: "c_sjis", type: "CHAR(6) CHARACTER SET sjis", values: ["'テスト'", "'ｱ\\\\ '"]),
        Column(name: "v_cp932", type: "VARCHAR(20) CHARACTER SET cp932", values: ["'①～'", "x'FA54'", "x'ED40'"]),
        Column(name: "v_ujis", type: "VARCHAR(20) CHARACTER SET ujis", values: ["'丂日本'", "''"]),
        Column(name: "v_eucjpms", type: "VARCHAR(20) CHARACTER SET eucjpms", values: ["'①ｱ'", "''"]),
        Column(name: "v_big5", type: "VARCHAR(20) CHARACTER SET big5", values: ["'中文'", "''"]),
        Column(name: "v_euckr", type: "VARCHAR(20) CHARACTER SET euckr", values: ["'한국어'", "''"]),
        Column(name: "v_gb2312", type: "VARCHAR(20) CHARACTER SET gb2312", values: ["'中文'", "''"]),
        Column(name: "v_swe7", type: "VARCHAR(20) CHARACTER SET swe7", values: ["'Åäö'", "''"]),
        Column(name: "en_gbk", type: "ENUM('中','é') CHARACTER SET gbk", values: ["'中'", "'é'"]),
        Column(name: "t_utf32", type: "TEXT CHARACTER SET utf32", values: ["'é😀'", "''"]),
        Column(name: "en_latin1", type: "ENUM('é','€') CHARACTER SET latin1", values: ["'é'", "'€'"]),
        Column(name: "st_greek", type: "SET('α','β') CHARACTER SET greek", values: ["'β'", "'α,β'", "''"]),
        Column(name: "tiny", type: "TINYTEXT", values: ["REPEAT('a', 255)", "''"]),
        Column(name: "txt", type: "TEXT", values: ["REPEAT('€', 20000)", "''", "'null'", "'\\\\N'"]),
        Column(name: "medium", type: "MEDIUMTEXT", values: ["REPEAT('z', 70000)", "''"]),
        Column(name: "long_text", type: "LONGTEXT", values: ["'é'", "''"]),
        Column(name: "b4", type: "BINARY(4)", values: ["x''", "x'01'", "x'00FF0000'", "x'FFFFFFFF'"]),
        Column(name: "vb", type: "VARBINARY(300)", values: ["x''", "x'00'", "x'FF00'", "REPEAT(x'80', 300)"]),
        Column(name: "tiny_blob", type: "TINYBLOB", values: ["x''", "x'00010203FE'"]),
        Column(name: "blb", type: "BLOB", values: ["REPEAT(x'C3', 60000)", "x''"]),
        Column(name: "medium_blob", type: "MEDIUMBLOB", values: ["REPEAT(x'00', 66000)"]),
        Column(name: "long_blob", type: "LONGBLOB", values: ["x'DEADBEEF'"]),
        Column(name: "en", type: "ENUM('a','b,c','it''s','é','')", values: ["'a'", "'b,c'", "'it''s'", "'é'", "''"]),
        Column(name: "en_invalid", type: "ENUM('x','y')", values: ["'z'", "'x'"]),
        Column(name: "en_many", type: "ENUM(\(numbered(300)))", values: ["'m1'", "'m255'", "'m256'", "'m300'"]),
        Column(name: "st", type: "SET('x','y','z','ü')", values: ["''", "'x'", "'z,x'", "'x,y,z,ü'"]),
        Column(
            name: "st64",
            type: "SET(\(numbered(64)))",
            values: ["'m64'", "'m1,m64'", "18446744073709551615", "''"]
        ),
        Column(name: "bits", type: "BIT(64)", values: ["b'0'", "0xFFFFFFFFFFFFFFFF", "0x8000000000000001"]),
        Column(name: "bits9", type: "BIT(9)", values: ["b'100000001'", "b'0'"]),
        Column(name: "j", type: "JSON", values: json),
        Column(
            name: "place",
            type: "GEOMETRY",
            values: ["ST_GeomFromText('POINT(1 -2.5)', 4326)", "ST_GeomFromText('LINESTRING(0 0, 1 1)')"]
        ),
        Column(
            name: "embedding",
            type: "VECTOR(300)",
            values: [
                "STRING_TO_VECTOR('[0.1]')", "x'000000000000008001000000FFFF7F7F'",
                "STRING_TO_VECTOR(CONCAT('[1', REPEAT(',-2.5', 299), ']'))",
            ]
        ),
        Column(name: "i32_again", type: "INT NOT NULL", values: ["-1", "0", "2147483647"], isNullable: false),
        Column(name: "u32_again", type: "INT UNSIGNED NOT NULL", values: ["4294967295", "0"], isNullable: false),
        Column(name: "required", type: "VARCHAR(20) NOT NULL", values: ["''", "'NULL'"], isNullable: false),
        Column(
            name: "required_at",
            type: "DATETIME(6) NOT NULL",
            values: ["'2024-05-06 07:08:09.123456'"],
            isNullable: false
        ),
        Column(name: "required_en", type: "ENUM('p','q') NOT NULL", values: ["'p'", "'q'"], isNullable: false),
        Column(name: "required_set", type: "SET('p','q') NOT NULL", values: ["''", "'p,q'"], isNullable: false),
        Column(name: "Select `odd` \\name'", type: "INT", values: ["7"]),
        Column(
            name: "virtual_sum",
            type: "BIGINT GENERATED ALWAYS AS (i32_again + 1) VIRTUAL",
            values: ["DEFAULT"],
            isNullable: false
        ),
        Column(
            name: "stored_sum",
            type: "BIGINT GENERATED ALWAYS AS (i32_again + 2) STORED",
            values: ["DEFAULT"],
            isNullable: false
        ),
        Column(name: "invisible", type: "INT INVISIBLE", values: ["11"]),
    ]

    private static let json = [
        "'null'", "'{}'", "'[]'", "'\"\"'", "'true'", "'-0'", "'18446744073709551615'", "'-9223372036854775808'",
        "'18446744073709551616'", "'1e308'", "'0.1'", "'1.0'", "'123456789.123456789e-5'",
        "'{\"b\": 1, \"a\": {\"c\": [1, null, false, \"x\"]}, \"\": 2, \"aa\": 3}'",
        "'\"\\\\u0000 \\\\\" \\\\\\\\ / \\\\b \\\\n é 😀 \\\\ud83d\\\\ude00\"'",
        "CAST(CAST('12345678901234567890.123' AS DECIMAL(30,5)) AS JSON)",
        "CAST(CAST('2024-02-29 23:59:59.123456' AS DATETIME(6)) AS JSON)", "CAST(CAST('2024-02-29' AS DATE) AS JSON)",
        "CAST(CAST('-12:34:56.5' AS TIME(1)) AS JSON)", "CAST(x'00FF10' AS JSON)", "CAST(b'101' AS JSON)",
        "JSON_ARRAY(1, 'x', CAST('9.50' AS DECIMAL(4,2)))", "JSON_OBJECT('big', REPEAT('k', 70000), 'n', 1)",
        "JSON_ARRAY(32767, 32768, -32769, 65536, 4294967296)",
    ]

    private static func nines(_ whole: Int, _ fraction: Int) -> String {
        String(repeating: "9", count: whole) + "." + String(repeating: "9", count: fraction)
    }

    private static func numbered(_ count: Int) -> String { (1...count).map { "'m\($0)'" }.joined(separator: ",") }

    private static func quoted(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }

    static func create(_ table: String) -> String {
        let list = columns.map { "\(quoted($0.name)) \($0.type)" + ($0.isNullable ? " NULL" : "") }
        return "CREATE TABLE \(table) (id INT NOT NULL, \(list.joined(separator: ", ")), PRIMARY KEY (id))"
    }

    /// As many rows as the column with most values needs; a column with fewer begins again with its first.
    static var rowCount: Int { columns.map { $0.values.count + 1 }.max() ?? 0 }

    /// One statement a row, with ids from `first`.
    static func inserts(into table: String, ids first: Int) -> [String] {
        (0..<rowCount).map { row in
            let values = columns.map { column in
                let all = column.isNullable ? ["NULL"] + column.values : column.values
                return all[row % all.count]
            }
            let names = columns.map { quoted($0.name) }.joined(separator: ", ")
            return "INSERT INTO \(table) (id, \(names)) VALUES (\(first + row), \(values.joined(separator: ", ")))"
        }
    }
}
