import ClickHouseFormat
import ColumnarBytes
import Testing

@testable import Warehouse

@Suite("RowBatch")
struct RowBatchTests {
    @Test("a batch carries its number in every version, and the tombstone's mark")
    func encoding() throws {
        let batch = RowBatch(
            table: WarehouseTable(
                database: "d",
                name: "t",
                columns: [
                    .init(name: "id", type: "Int32", wireType: "Int32", layout: .fixed(width: 4), isNullable: false)
                ],
                orderBy: ["id"]
            )
        )
        batch.columns[0].append(Int32(7))
        batch.finishRow(ordinal: 0, isDeleted: false, committedAt: 1_000_000)
        batch.columns[0].append(Int32(8))
        batch.finishRow(ordinal: 5, isDeleted: true, committedAt: 2_000_000)
        let bytes = try batch.encoded(asBatch: 3)
        let blocks = try NativeBlockDecoder.decodeBlocks(bytes.bytes)
        let block = try #require(blocks.first)
        #expect(block.rows == 2)
        let versions = try #require(block["_version"])
        #expect(versions.unsignedInteger(0) == 3 << 24)
        #expect(versions.unsignedInteger(1) == 3 << 24 | 5)
        let deleted = try #require(block["_deleted"])
        #expect(deleted.unsignedInteger(0) == 0 && deleted.unsignedInteger(1) == 1)
        batch.removeAll()
        #expect(batch.rows == 0 && batch.byteCount == 0)
    }
}
