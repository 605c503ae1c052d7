import ColumnarBytes
import InfluxProtocol
import Synchronization

/// Sums up streamed points by window.
final class WindowSumsConsumer: SeriesRowConsumer {
    private let span: SeriesSpan
    private let state: Mutex<[WindowSums]>

    init(_ span: SeriesSpan) {
        self.span = span
        state = Mutex(Array(repeating: WindowSums(), count: span.count))
    }

    var sums: [WindowSums] { state.withLock { $0 } }

    func consume(_ rows: SeriesRows) async throws -> SeriesRows? {
        add(rows)
        return rows
    }

    private func add(_ rows: SeriesRows) {
        state.withLock { sums in
            var writer = SeriesTextWriter(rows)
            while writer.next() {
                let index = span.index(of: writer.time)
                sums[index].points &+= 1
                sums[index].texts.add(writer.text.bytes)
            }
        }
    }
}
