import Synchronization
import Warehouse

/// Row batches at rest, to be filled again: memory that is used again needs no pages from the system.
final class RowBatchPool: Sendable {
    private let table: WarehouseTable
    private let keptMax: Int
    /// Storage beyond this, left by a very large row, is let go of.
    private let bytesMax: Int
    private let idle = Mutex<[RowBatch]>([])

    init(table: WarehouseTable, keptMax: Int, bytesMax: Int) {
        self.table = table
        self.keptMax = keptMax
        self.bytesMax = bytesMax
    }

    func take() -> RowBatch { idle.withLock { $0.popLast() } ?? RowBatch(table: table) }

    func giveBack(_ rows: RowBatch) {
        guard rows.byteCount <= bytesMax else { return }
        rows.removeAll()
        idle.withLock { batches in
            if batches.count < keptMax { batches.append(rows) }
        }
    }
}
