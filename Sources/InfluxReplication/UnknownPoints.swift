import LeatState
import Synchronization

/// What was pushed and not known: which measurements, and which windows of them, until discovery asks for it.
final class UnknownPoints: Sendable {
    /// More windows of a measurement than this are not noted.
    private static let windowsMax = 10_000

    private let found = Mutex<[MeasurementKey: Set<Int64>]>([:])
    private let windowLength: Int64
    private let signal: AsyncStream<Void>.Continuation

    init(windowLength: Int64, signal: AsyncStream<Void>.Continuation) {
        self.windowLength = windowLength
        self.signal = signal
    }

    func note(_ key: MeasurementKey, time: Int64) {
        let window = time.floored(to: windowLength)
        found.withLock { found in
            if found[key]?.count ?? 0 < Self.windowsMax { found[key, default: []].insert(window) }
        }
        signal.yield()
    }

    func takeAll() -> [MeasurementKey: Set<Int64>] {
        found.withLock { found in
            defer { found = [:] }
            return found
        }
    }
}
