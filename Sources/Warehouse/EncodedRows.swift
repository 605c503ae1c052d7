import ClickHouseClient
import ColumnarBytes

/// Rows as the blocks of one insert, encoded one after the other into the same bytes.
final class EncodedRows: InsertBlocks, @unchecked Sendable {
    // Sendable because one insert reads it, one block after the other.

    private let rows: any RowSource
    private let number: UInt64
    private let block = GrowableBytes()

    init(_ rows: any RowSource, asBatch number: UInt64) {
        self.rows = rows
        self.number = number
    }

    func next() async throws -> GrowableBytes? {
        guard let batch = try await rows.next() else { return nil }
        block.removeAll()
        try batch.encode(asBatch: number, into: block)
        rows.giveBack(batch)
        return block
    }
}
