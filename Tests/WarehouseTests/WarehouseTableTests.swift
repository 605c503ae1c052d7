import ColumnarBytes
import Testing

@testable import Warehouse

@Suite("WarehouseTable")
struct WarehouseTableTests {
    private let table = WarehouseTable(
        database: "shop",
        name: "or`ders",
        columns: [
            .init(name: "id", type: "UInt64", wireType: "UInt64", layout: .fixed(width: 8), isNullable: false),
            .init(
                name: "note",
                type: "Nullable(String)",
                wireType: "Nullable(String)",
                layout: .string,
                isNullable: true
            ),
        ],
        orderBy: ["id"]
    )

    @Test("the raw table keeps versions and tombstones, ordered by the key")
    func raw() {
        let sql = table.createRaw(mark: "leat:p", durable: true)
        #expect(sql.contains("`shop_raw`.`or\\`ders`"))
        #expect(sql.contains("ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY (`id`)"))
        #expect(sql.contains("fsync_after_insert = 1, fsync_part_directory = 1"))
        #expect(sql.contains("COMMENT 'leat:p'"))
        #expect(!sql.contains("deduplication"))
        #expect(!table.createRaw(mark: "leat:p", durable: false).contains("fsync"))
    }

    @Test("the view shows the source's columns, and nothing below the floor")
    func view() {
        #expect(!table.createView(mark: "leat:p", floor: 0).contains("WHERE"))
        let sql = table.createView(mark: "leat:p", floor: 5)
        #expect(sql.contains("SELECT `id`, `note`\n"))
        #expect(sql.contains("FINAL\nWHERE _version >= \(5 << 24)"))
        #expect(!sql.contains("_deleted"))
    }

    @Test("names that Leat needs have one underscore more in the raw table, and none is lost by that")
    func reservedNames() {
        let names = ["_version", "__version", "___version", "_row_exists", "version", "_versions", "id", "__id", "_"]
        let raw = names.map(ReservedNames.rawName)
        #expect(
            raw == [
                "__version", "___version", "____version", "__row_exists", "version", "_versions", "id", "__id", "_",
            ]
        )
        #expect(raw.map(ReservedNames.shownName) == names)
        #expect(WarehouseTable.reservedNames.isDisjoint(with: raw))
        var table = table
        table.columns[1].name = "__version"
        #expect(
            table.createView(mark: "leat:p", floor: 5).contains(
                "SELECT `id`, named.`__version` AS `_version`\nFROM\n(\nSELECT `id`, `__version`\nFROM "
            )
        )
        table.orderBy = WarehouseTable.multisetOrder
        let sql = table.createView(mark: "leat:p", floor: 0)
        #expect(sql.contains(") AS named\nCOMMENT 'leat:p'"), "else COMMENT would be its name")
        #expect(sql.contains("GROUP BY `id`, `__version`\nHAVING _sign > 0"))
        #expect(
            table.createRaw(mark: "leat:p", durable: false).contains(
                "ReplacingMergeTree(_version) ORDER BY (`_version`)"
            )
        )
    }

    @Test("versions rise with the batch, then with the place in it")
    func versions() {
        #expect(RowVersion.first(ofBatch: 2) == 2 << 24)
        #expect(RowVersion.batch(of: 2 << 24 | 77) == 2)
        #expect(RowVersion.first(ofBatch: 3) > RowVersion.first(ofBatch: 2) | UInt64(RowVersion.rowsMax - 1))
        #expect(RowVersion.last(ofBatch: 2) == RowVersion.first(ofBatch: 3) - 1)
    }
}
