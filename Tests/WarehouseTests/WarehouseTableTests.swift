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

    @Test("versions rise with the batch, then with the place in it")
    func versions() {
        #expect(RowVersion.first(ofBatch: 2) == 2 << 24)
        #expect(RowVersion.batch(of: 2 << 24 | 77) == 2)
        #expect(RowVersion.first(ofBatch: 3) > RowVersion.first(ofBatch: 2) | UInt64(RowVersion.rowsMax - 1))
        #expect(RowVersion.last(ofBatch: 2) == RowVersion.first(ofBatch: 3) - 1)
    }
}
