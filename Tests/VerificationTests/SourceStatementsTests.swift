import Testing

@testable import Verification

@Suite("Statements for MySQL") struct SourceStatementsTests {
    private let statements: SourceStatements

    init() throws { statements = SourceStatements(try ComparedTable(AllTypes.table)) }

    private static let table = "`odd ``db'`.`all ``types'\\`"

    /// The cells of all columns but the floating ones, as MySQL is to write them.
    private static let cells = [
        "`id`, ','",
        "IFNULL(`small one`, 'N'), ','",
        "CAST(`filled` AS UNSIGNED), ','",
        "IFNULL(`exact`, 'N'), ','",
        "CAST(`exact_filled` AS DECIMAL(8, 3)), ','",
        "IFNULL(CAST(`bits` AS UNSIGNED), 'N'), ','",
        "IFNULL(`day`, 'N'), ','",
        "`at`, ','",
        "IFNULL(`stamp`, 'N'), ','",
        "IFNULL(`clock`, 'N'), ','",
        "IFNULL(CAST(`y` AS UNSIGNED), 'N'), ','",
        "LENGTH(CAST(`c` AS BINARY)), ':', CAST(`c` AS BINARY)",
        """
        IFNULL(CONCAT(LENGTH(CAST(CONVERT(`v``'\\` USING utf8mb4) AS BINARY)), ':', \
        CAST(CONVERT(`v``'\\` USING utf8mb4) AS BINARY)), 'N')
        """,
        """
        IF(LENGTH(CAST(`t` AS BINARY)) > 65536, CONCAT('#', SHA2(CAST(`t` AS BINARY), 256)), \
        CONCAT(LENGTH(CAST(`t` AS BINARY)), ':', CAST(`t` AS BINARY)))
        """,
        """
        IF(`tn` IS NULL, 'N', IF(LENGTH(CAST(CONVERT(`tn` USING utf8mb4) AS BINARY)) > 65536, \
        CONCAT('#', SHA2(CAST(CONVERT(`tn` USING utf8mb4) AS BINARY), 256)), \
        CONCAT(LENGTH(CAST(CONVERT(`tn` USING utf8mb4) AS BINARY)), ':', \
        CAST(CONVERT(`tn` USING utf8mb4) AS BINARY))))
        """,
        "LENGTH(`bin`), ':', `bin`",
        "IFNULL(CONCAT(LENGTH(`vb`), ':', `vb`), 'N')",
        """
        IF(`bl` IS NULL, 'N', IF(LENGTH(`bl`) > 65536, CONCAT('#', SHA2(`bl`, 256)), \
        CONCAT(LENGTH(`bl`), ':', `bl`)))
        """,
        """
        IFNULL(CONCAT(LENGTH(CAST(CONVERT(`e` USING utf8mb4) AS BINARY)), ':', \
        CAST(CONVERT(`e` USING utf8mb4) AS BINARY)), 'N')
        """,
        "LENGTH(CAST(`s` AS BINARY)), ':', CAST(`s` AS BINARY)",
        """
        IF(`j` IS NULL, 'N', IF(LENGTH(CAST(`j` AS CHAR CHARACTER SET utf8mb4)) > 65536, \
        CONCAT('#', SHA2(CAST(`j` AS CHAR CHARACTER SET utf8mb4), 256)), \
        CONCAT(CAST(`j` AS CHAR CHARACTER SET utf8mb4), ',')))
        """,
        "IF(LENGTH(HEX(`g`)) > 65536, CONCAT('#', SHA2(HEX(`g`), 256)), CONCAT(HEX(`g`), ','))",
        """
        IF(LENGTH(IFNULL(HEX(`vec`), '')) > 65536, CONCAT('#', SHA2(IFNULL(HEX(`vec`), ''), 256)), \
        CONCAT(IFNULL(HEX(`vec`), ''), ','))
        """,
        "`leat_row`, ','",
    ]

    private static let row = "CONCAT(\(cells.joined(separator: ", ")))"
    private static let key = "CONCAT(`id`, ',', LENGTH(CAST(`c` AS BINARY)), ':', CAST(`c` AS BINARY))"
    private static let sum = """
        COALESCE(SUM(CAST(CONV(LEFT(SHA2(leat_row_, 256), 16), 16, 10) AS UNSIGNED)), 0) % 18446744073709551616
        """

    @Test("sum up the rows by parts")
    func buckets() {
        #expect(
            statements.buckets(390) == """
                SELECT /*+ MERGE(t) */ CRC32(leat_key) % 390, COUNT(*), COUNT(*) - COUNT(leat_row_), \(Self.sum) \
                FROM (SELECT \(Self.key) AS leat_key, \(Self.row) AS leat_row_ FROM \(Self.table)) AS t \
                GROUP BY CRC32(leat_key) % 390
                """
        )
    }

    @Test("read keys and hashes of cells, and floating numbers as products")
    func rows() {
        var cells = Self.cells.map { "LEFT(SHA2(CONCAT(\($0)), 256), 16)" }
        cells.insert(contentsOf: ["`f` * 1e0", "`d` * 1e0"], at: 5)
        #expect(
            statements.rows(ofBuckets: [3, 17], of: 390) == """
                SELECT HEX(\(Self.key)), \(cells.joined(separator: ", ")) FROM \(Self.table) \
                WHERE CRC32(\(Self.key)) % 390 IN (3, 17)
                """
        )
    }

    @Test("are limited to a range of the key's first column, to a slice, and to what is asked for")
    func spans() throws {
        let table = try ComparedTable(AllTypes.table)
        let range = SourceStatements(
            table,
            span: KeySpan(lower: "-3", upper: "17", filter: "`y` > 2000 OR `y` IS NULL")
        )
        let key = "CRC32(\(Self.key))"
        #expect(
            range.floatingRows.hasSuffix(" WHERE `id` > -3 AND `id` <= 17 AND (`y` > 2000 OR `y` IS NULL)")
        )
        #expect(
            range.rows(ofBuckets: [1], of: 8)
                .hasSuffix("`id` <= 17 AND (`y` > 2000 OR `y` IS NULL) AND \(key) % 8 IN (1)")
        )
        let slice = SourceStatements(table, span: KeySpan(slice: 2, slices: 5))
        #expect(slice.rows(ofBuckets: [1], of: 8).hasSuffix(" WHERE \(key) % 5 = 2 AND \(key) DIV 5 % 8 IN (1)"))
        #expect(slice.buckets(8).hasPrefix("SELECT /*+ MERGE(t) */ CRC32(leat_key) DIV 5 % 8, COUNT(*)"))
        #expect(
            range.upperBound(above: "5", rows: 100)
                == "SELECT `id` FROM \(Self.table) WHERE `id` > 5 ORDER BY `id` LIMIT 1 OFFSET 99"
        )
    }

    @Test("read key and floating columns for Leat to hash")
    func floatingRows() {
        #expect(statements.floatingRows == "SELECT \(Self.key), `f` * 1e0, `d` * 1e0 FROM \(Self.table)")
    }
}
