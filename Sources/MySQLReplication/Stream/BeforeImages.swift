import ColumnarBytes
import LeatState
import MySQLProtocol
import Warehouse

/// The rows of one table as they were before a batch changed them: what the table's checksum loses by it. They go no
/// further than that.
final class BeforeImages {
    private let columns: [(name: String, buffer: ColumnBuffer)]
    private let buffers: [ColumnBuffer]
    /// False once an image lacked columns or could not be decoded: then nothing can be said of the batch's rows.
    private(set) var isWhole = true

    init(_ table: WarehouseTable) {
        buffers = table.columns.map { ColumnBuffer(layout: $0.layout, isNullable: $0.isNullable) }
        columns = zip(table.columns, buffers).map { (ReservedNames.shownName(of: $0.name), $1) }
    }

    /// Takes in the image that `image` begins with.
    func append(_ image: ByteCursor, presence: ColumnBitmap, _ decoder: RowDecoder) {
        guard isWhole else { return }
        guard presence.isFull else {
            giveUp()
            return
        }
        var image = image
        do {
            try decoder.decodeRow(&image, presence: presence, into: buffers)
        } catch {
            // A row that could not be carried over when it was written; the image after it is judged by itself.
            giveUp()
        }
    }

    private func giveUp() {
        isWhole = false
        for buffer in buffers { buffer.removeAll() }
    }

    /// Bytes in use.
    var byteCount: Int { buffers.reduce(0) { $0 + $1.byteCount } }

    /// nil if not all of the images were whole.
    var checksum: RowsChecksum? { isWhole ? RowHashing.checksum(of: columns) : nil }
}
