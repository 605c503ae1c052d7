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
        "if(length(\(vector)) > 65536, concat('#', lower(hex(SHA256(\(vector))))), concat(\(vector), ','))",
        "toString(`leat_row`), ','",
    ]
    private static let vector = "arrayStringConcat(arrayMap(x -> hex(reinterpretAsFixedString(x)), `vec`))"

    private static let row = "concat(\(cells.joined(separator: ", ")), '')"
    private static let key = "concat(toString(`id`), ',', toString(length(`c`)), ':', `c`, '')"
    private static let sum = "sum(reinterpretAsUInt64(reverse(substring(SHA256(leat_row_), 1, 8))))"
    private static let floating = """
        concat(toString(`id`), ',', toString(length(`c`)), ':', `c`, \
        ifNull(toString(reinterpretAsUInt32(`f`)), 'N'), ',', toString(reinterpretAsUInt64(`d`)), ',', '')
        """

    @Test("sum up the rows by parts")
    func buckets() {
        #expect(
            statements.buckets(390) == """
                SELECT CRC32(leat_key) % 390 AS leat_bucket, count(), 0, \(Self.sum) \
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
            statements.floatingBuckets(2) == """
                SELECT CRC32(leat_key) % 2 AS leat_bucket, sum(CRC32(leat_row_)), sum(sipHash64(leat_row_)) \
                FROM (SELECT \(Self.key) AS leat_key, \(Self.floating) AS leat_row_ FROM \(Self.view)) GROUP BY leat_bucket
                """
        )
    }

    @Test("are limited to a range of the key's first column, to a slice, and to what is asked for")
    func spans() throws {
        let table = try ComparedTable(AllTypes.table)
        let range = WarehouseStatements(table, span: KeySpan(lower: "-3", upper: "17", filter: "`y` > 2000"))
        let key = "CRC32(\(Self.key))"
        #expect(
            range.rows(ofBuckets: [1], of: 8)
                .hasSuffix(" WHERE `id` > -3 AND `id` <= 17 AND (`y` > 2000) AND \(key) % 8 IN (1)")
        )
        let slice = WarehouseStatements(table, span: KeySpan(slice: 2, slices: 5))
        #expect(slice.rows(ofBuckets: [1], of: 8).hasSuffix(" WHERE \(key) % 5 = 2 AND intDiv(\(key), 5) % 8 IN (1)"))
        #expect(slice.buckets(8).hasPrefix("SELECT intDiv(CRC32(leat_key), 5) % 8 AS leat_bucket, count(), 0, "))
    }

    @Test("read the versions after a batch, and all versions of some rows")
    func versions() throws {
        let raw = "`odd \\`db'_raw`.`all \\`types'\\\\`"
        #expect(
            statements.versions(ofBuckets: [4], of: 8, from: 77).contains(
                " FROM \(raw) WHERE _version >= 77 AND CRC32("
            )
        )
        #expect(
            statements.history(keys: ["3132", "33"]) == """
                SELECT hex(\(Self.key)), toString(_version), toString(_deleted) FROM \(raw) \
                WHERE hex(\(Self.key)) IN ('3132', '33')
                """
        )
    }
}
