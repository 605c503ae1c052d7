import ColumnarBytes
import InfluxProtocol
import Synchronization

/// Keeps streamed points of some windows by the text of their tags and time, with hashes of their fields' cells: for
/// few points.
final class SeriesPointsConsumer: SeriesRowConsumer {
    private let run: WindowRun
    private let keyCells: Int
    private let state = Mutex<[[UInt8]: [UInt64]]>([:])

    /// - Parameter keyCells: how many cells stand before the first field.
    init(_ run: WindowRun, keyCells: Int) {
        self.run = run
        self.keyCells = keyCells
    }

    var points: [[UInt8]: [UInt64]] { state.withLock { $0 } }

    func consume(_ rows: SeriesRows) async throws -> SeriesRows? {
        add(rows)
        return rows
    }

    private func add(_ rows: SeriesRows) {
        state.withLock { points in
            var writer = SeriesTextWriter(rows)
            while writer.next() {
                guard run.contains(writer.time) else { continue }
                let text = writer.text.bytes
                var start = writer.ends[keyCells - 1]
                let key = Array(text[..<start])
                points[key] = writer.ends[keyCells...].map { end in
                    defer { start = end }
                    return SipHash.hash(UnsafeRawBufferPointer(rebasing: text[start..<end]))
                }
            }
        }
    }
}
