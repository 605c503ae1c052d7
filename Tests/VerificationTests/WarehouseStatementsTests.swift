import Testing

@testable import Verification

@Suite("Statements for ClickHouse") struct WarehouseStatementsTests {
    private let statements: WarehouseStatements

    init() throws { statements = WarehouseStatements(try ComparedTable(AllTypes.table)) }

    private static let view = "`odd \\`db'`.`all \\`types'\\\\`"

    /// The cells of all columns but the floating ones, as ClickHouse is to write them.
    private static let cells = [
        "toString(`id`), ','",
        "ifNull(toString(`small one`), 'N'), ','",
        "toString(`filled`), ','",
        "ifNull(toDecimalString(`exact`, 30), 'N'), ','",
        "toDecimalString(`exact_filled`, 3), ','",
        "ifNull(toString(`bits`), 'N'), ','",
        "ifNull(toString(`day`), 'N'), ','",
        "toString(`at`), ','",
        "ifNull(toString(`stamp`), 'N'), ','",
        "ifNull(`clock`, 'N'), ','",
        "ifNull(toString(`y`), 'N'), ','",
        "toString(length(`c`)), ':', `c`",
        "ifNull(concat(toString(length(`v\\`'\\\\`)), ':', `v\\`'\\\\`), 'N')",
        "if(length(`t`) > 65536, concat('#', lower(hex(SHA256(`t`)))), concat(toString(length(`t`)), ':', `t`))",
        """
        ifNull(if(length(`tn`) > 65536, concat('#', lower(hex(SHA256(`tn`)))), \
        concat(toString(length(`tn`)), ':', `tn`)), 'N')
        """,
        "toString(length(`bin`)), ':', `bin`",
        "ifNull(concat(toString(length(`vb`)), ':', `vb`), 'N')",
        """
        ifNull(if(length(`bl`) > 65536, concat('#', lower(hex(SHA256(`bl`)))), \
        concat(toString(length(`bl`)), ':', `bl`)), 'N')
        """,
        "ifNull(concat(toString(length(`e`)), ':', `e`), 'N')",
        "toString(length(`s`)), ':', `s`",
        "ifNull(if(length(`j`) > 65536, concat('#', lower(hex(SHA256(`j`)))), concat(`j`, ',')), 'N')",
        "if(length(hex(`g`)) > 65536, concat('#', lower(hex(SHA256(hex(`g`))))), concat(hex(`g`), ','))",
        "toString(`leat_row`), ','",
    ]

    private static let row = "concat(\(cells.joined(separator: ", ")), '')"
    private static let key = "concat(toString(`id`), ',', toString(length(`c`)), ':', `c`, '')"
    private static let sums = """
        sum(CRC32(leat_row_)), sum(reinterpretAsUInt32(reverse(substring(SHA256(leat_row_), 1, 4))))
        """
    private static let floating = """
        concat(toString(`id`), ',', toString(length(`c`)), ':', `c`, \
        ifNull(toString(reinterpretAsUInt32(`f`)), 'N'), ',', toString(reinterpretAsUInt64(`d`)), ',', '')
        """

    @Test("sum up all rows")
    func checksum() {
        #expect(
            statements.checksum
                == "SELECT count(), \(Self.sums) FROM (SELECT \(Self.row) AS leat_row_ FROM \(Self.view))"
        )
    }

    @Test("sum up the rows by parts")
    func buckets() {
        #expect(
            statements.buckets(390) == """
                SELECT CRC32(leat_key) % 390 AS leat_bucket, count(), 0, \(Self.sums) \
                FROM (SELECT \(Self.key) AS leat_key, \(Self.row) AS leat_row_ FROM \(Self.view)) GROUP BY leat_bucket
                """
        )
    }

    @Test("read keys and hashes of cells, and the bits of floating numbers")
    func rows() {
        var cells = Self.cells.map { "lower(hex(substring(SHA256(concat(\($0), '')), 1, 8)))" }
        cells.insert(
            contentsOf: ["ifNull(toString(reinterpretAsUInt32(`f`)), 'N')", "toString(reinterpretAsUInt64(`d`))"],
            at: 5
        )
        #expect(
            statements.rows(ofBuckets: [3, 17], of: 390) == """
                SELECT hex(\(Self.key)), \(cells.joined(separator: ", ")) FROM \(Self.view) \
                WHERE CRC32(\(Self.key)) % 390 IN (3, 17)
                """
        )
    }

    @Test("sum up key and floating columns")
    func floating() {
        #expect(
            statements.floatingChecksum
                == "SELECT sum(CRC32(leat_row_)), sum(sipHash64(leat_row_)) FROM (SELECT \(Self.floating) AS leat_row_ FROM \(Self.view))"
        )
        #expect(
            statements.floatingBuckets(2) == """
                SELECT CRC32(leat_key) % 2 AS leat_bucket, sum(CRC32(leat_row_)), sum(sipHash64(leat_row_)) \
                FROM (SELECT \(Self.key) AS leat_key, \(Self.floating) AS leat_row_ FROM \(Self.view)) GROUP BY leat_bucket
                """
        )
    }

    @Test("count the keys that are there more than once")
    func duplicates() {
        #expect(
            statements.duplicateKeys
                == "SELECT count() FROM (SELECT 1 FROM \(Self.view) GROUP BY `id`, `c` HAVING count() > 1)"
        )
    }
}
