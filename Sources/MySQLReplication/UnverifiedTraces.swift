import Synchronization
import Tracing

/// Traces of batches that are in the warehouse, until what the warehouse shows of all their tables has been compared
/// with the stream's checksums: then each gets its last span, `verified`.
final class UnverifiedTraces: Sendable {
    private struct Entry {
        var number: UInt64
        var trace: BatchTrace
        var acknowledged: DefaultTracerClock.Timestamp
        var tables: Set<String>
    }

    /// Oldest first. Those beyond are given up: tables that cannot be compared must not keep all that is written to
    /// them.
    private let entries = Mutex<[Entry]>([])
    private static let countMax = 2000

    /// A batch is in the warehouse with rows of these tables.
    func add(_ trace: BatchTrace?, number: UInt64, tables: some Sequence<String>) {
        guard let trace else { return }
        let entry = Entry(
            number: number,
            trace: trace,
            acknowledged: DefaultTracerClock.now,
            tables: Set(tables)
        )
        entries.withLock { entries in
            if entries.count >= Self.countMax { entries.removeFirst(Self.countMax / 4) }
            entries.append(entry)
        }
    }

    /// The warehouse shows of a table what all batches up to `number` have made of it.
    func confirm(_ table: String, upTo number: UInt64) {
        let confirmed = entries.withLock { entries in
            for index in entries.indices where entries[index].number <= number { entries[index].tables.remove(table) }
            let confirmed = entries.filter(\.tables.isEmpty)
            entries.removeAll(where: \.tables.isEmpty)
            return confirmed
        }
        for entry in confirmed {
            let span = entry.trace.span("verified", from: entry.acknowledged)
            span.attributes["leat.batch"] = Int64(clamping: entry.number)
            span.end()
        }
    }
}
