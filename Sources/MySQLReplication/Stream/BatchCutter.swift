import LeatState
import MySQLProtocol
import Warehouse

/// The batch that is being filled, when it ends, and what was handed over and waits for the warehouse.
///
/// All bytes are those in memory: a NULL takes one bit in the binlog, and as much as any other value here and in
/// ClickHouse.
struct BatchCutter {
    private let limits: StreamDecoder.Limits
    private(set) var open = OpenBatch()
    private var mustCutAtCommit = false
    private var emitted: [StreamItem] = []
    private(set) var outstandingBytes = 0
    /// Since when the source is held back, as far as it is not counted yet.
    private var heldSince: ContinuousClock.Instant?
    private var held = Duration.zero

    init(limits: StreamDecoder.Limits) { self.limits = limits }

    var bytesMax: Int { limits.bytes }
    var hasChecksums: Bool { limits.hasChecksums }
    var outstandingBytesMax: Int { limits.outstandingBytes }
    var isBlocked: Bool { outstandingBytes > limits.outstandingBytes }

    // MARK: Filling

    func decoded(in time: Duration) { open.times.decoding += time }

    /// A transaction ends in the open batch.
    ///
    /// - Parameter part: the last part of it, if earlier batches hold others.
    func add(_ transaction: OpenTransaction, _ part: BatchDefinition.Part?) {
        if let part { open.parts.append(part) }
        open.transactions.insert(transaction.gtid)
        if let prepared = transaction.outcomeOf { open.transactions.insert(prepared) }
        open.times.newestCommit = max(open.times.newestCommit, transaction.committedAt)
        if open.times.started == nil { open.times.started = .now }
    }

    // MARK: Cutting

    /// Whether the batch ends where a transaction ends.
    var isFull: Bool { mustCutAtCommit || open.rows >= rowsMax || open.reaches(limits.bytes) }

    /// Whether a transaction that is being read has to be divided: the batch takes half as much again as it should,
    /// since a transaction is better left whole.
    var isOverfull: Bool { open.rows >= Self.dividedRowsMax(rowsMax) || open.reaches(limits.bytes + limits.bytes / 2) }

    private var rowsMax: UInt64 { min(UInt64(max(1, limits.rows)), UInt64(RowVersion.rowsMax / 4)) }

    /// A batch must not have more rows than versions have numbers for.
    private static func dividedRowsMax(_ rows: UInt64) -> UInt64 { min(8 * rows, UInt64(RowVersion.rowsMax / 2)) }

    func isDue(_ now: ContinuousClock.Instant) -> Bool {
        open.times.started.map { now - $0 >= limits.interval } ?? false
    }

    mutating func cutAtCommit() { mustCutAtCommit = true }

    /// Hands the open batch over and starts another.
    ///
    /// - Parameter parts: those that it has of transactions which continue in later batches.
    mutating func cut(_ parts: [BatchDefinition.Part]) {
        mustCutAtCommit = false
        open.parts += parts
        guard !open.isEmpty || !open.transactions.isEmpty else { return }
        let batch = open
        open = OpenBatch()
        if batch.isEmpty && batch.parts.isEmpty {
            emit(.progress(batch.transactions, newestCommit: batch.times.newestCommit))
        } else {
            batch.times.cut = .now
            handOver(batch)
        }
    }

    // MARK: Handing over

    /// Hands over a batch, which counts for back pressure from here on: also one that is replayed.
    mutating func handOver(_ batch: OpenBatch) {
        batch.heldBytes = batch.bytesInMemory
        outstandingBytes += batch.heldBytes
        if isBlocked, heldSince == nil { heldSince = .now }
        emit(.batch(batch))
    }

    mutating func emit(_ item: StreamItem) { emitted.append(item) }

    mutating func takeEmitted() -> [StreamItem] {
        if emitted.isEmpty { return [] }
        defer { emitted = [] }
        return emitted
    }

    /// The warehouse has taken a batch of that many bytes.
    mutating func release(bytes: Int) {
        outstandingBytes -= bytes
        guard let since = heldSince, !isBlocked else { return }
        held += .now - since
        heldSince = nil
    }

    /// How long the source was held back since this was asked before.
    mutating func takeHeld() -> Duration {
        if let since = heldSince {
            heldSince = .now
            held += .now - since
        }
        defer { held = .zero }
        return held
    }
}
