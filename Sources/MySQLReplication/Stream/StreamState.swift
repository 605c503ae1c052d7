import ColumnarBytes
import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// The state behind ``StreamDecoder``: events in, ``StreamItem``s out. No sockets, no clocks but to date a batch.
///
/// ``TransactionAssembly`` knows what of which transaction was read, ``TableRouter`` where a table's rows go, and
/// ``BatchCutter`` when a batch ends; here is what an event means for them.
struct StreamState {
    private var decoder = BinlogDecoder()
    var transactions: TransactionAssembly
    var router: TableRouter
    var cutter: BatchCutter
    var meter: StreamMeter
    /// Events that came while those before them were still to be handled: a late `resume()` lets one through.
    private var held: [KeptBytes] = []
    private(set) var isInBarrier = false
    /// Whether it stands still while somebody looks at the source.
    private var isHeld = false

    init(
        limits: StreamDecoder.Limits,
        received: GTIDSet,
        plan: ReplayPlan,
        heartbeat: TableName? = nil,
        foldsNames: Bool = false,
        isWanted: @escaping @Sendable (TableName) -> Bool
    ) {
        transactions = TransactionAssembly(received: received, plan: plan)
        router = TableRouter(foldsNames: foldsNames, isWanted: isWanted)
        cutter = BatchCutter(limits: limits)
        meter = StreamMeter(heartbeat: heartbeat)
    }

    var received: GTIDSet { transactions.received }
    var seen: GTIDSet { transactions.seen }
    var needs: StreamNeeds { transactions.needs }
    /// Received XA transactions whose outcome is not known: nothing of them shows anywhere, and no batch has them yet.
    var prepared: GTIDSet { transactions.prepared.gtids }
    var isBlocked: Bool { isInBarrier || isHeld || cutter.isBlocked }
    var isIdle: Bool { cutter.outstandingBytes <= 0 && !isInBarrier && !isHeld }

    mutating func takeEmitted() -> [StreamItem] { cutter.takeEmitted() }

    /// The warehouse has taken a batch of that many bytes.
    mutating func release(bytes: Int) { cutter.release(bytes: bytes) }

    mutating func takeCounts() -> StreamCounts {
        var counts = meter.take()
        counts.held = cutter.takeHeld()
        counts.waitingBytes = cutter.outstandingBytes + cutter.open.bytesInMemory
        counts.waitingBytesMax = cutter.outstandingBytesMax
        return counts
    }

    /// The barrier was carried out, and what was held is to be handled, up to the next barrier.
    mutating func endBarrier() throws {
        leaveBarrier()
        try resume()
    }

    /// The barrier was carried out; ``resume()`` has to follow.
    mutating func leaveBarrier() { isInBarrier = false }

    /// Stands still from here on, so that what has been received stays what it is, or continues; ``resume()`` has to
    /// follow then.
    mutating func hold(_ isHeld: Bool) { self.isHeld = isHeld }

    /// Handles what is left of a compressed transaction and of events that were held, as long as nothing blocks.
    mutating func resume() throws {
        while !isBlocked {
            if decoder.isInsidePayload {
                var decoder = self.decoder
                defer { self.decoder = decoder }
                try decoder.resume { _, event in try handle(event) }
            } else if !held.isEmpty {
                let payload = held.removeFirst()
                try withExtendedLifetime(payload) { try decode(payload.bytes, in: payload.owner) }
            } else {
                return
            }
        }
    }

    mutating func forgetConnection() {
        held = []
        decoder = BinlogDecoder()
        router.forgetRoutes()
        transactions.interrupt()
    }

    /// Decodes a table's rows from here on.
    ///
    /// - Parameters:
    ///   - transactions: those whose rows of the table its copy has seen: they are passed over when they come again.
    ///     Otherwise they would go into a later batch than transactions after them that are replayed.
    ///   - uncertain: those that the copy may have seen or not: one that has rows of the table makes the copy void.
    mutating func follow(
        _ mapping: TableMapping,
        passingOver transactions: GTIDSet = GTIDSet(),
        uncertain: GTIDSet = GTIDSet()
    ) {
        router.follow(mapping, passingOver: transactions, uncertain: uncertain)
    }

    mutating func stop(_ table: TableName, asQuarantined isQuarantined: Bool) {
        router.stop(table, asQuarantined: isQuarantined)
        cutter.open.remove(table: table.description)
        transactions.remove(table: table.description)
    }

    /// Takes rows out of a batch that were decoded before their table was stopped. It has been copied since, or will
    /// be: the copy has them, and newer ones, in batches that may have lower numbers than this one gets.
    func withdraw(from batch: OpenBatch) { batch.removeTables { router.hasStayed($0) } }

    mutating func refuse(_ table: TableName, _ refusal: TableRefusal) {
        stop(table, asQuarantined: true)
        cutter.emit(.refused(table, refusal))
    }

    // MARK: Events

    /// - Parameter storage: what a large payload lies in, which may be kept.
    mutating func take(_ payload: UnsafeRawBufferPointer, in storage: GrowableBytes? = nil) throws {
        try resume()
        if isInBarrier || isHeld || decoder.isInsidePayload || !held.isEmpty {
            held.append(KeptBytes(payload, in: storage))
        } else {
            try decode(payload, in: storage)
        }
    }

    private mutating func decode(_ payload: UnsafeRawBufferPointer, in storage: GrowableBytes?) throws {
        meter.event(bytes: payload.count)
        // Taken out, since the decoder is busy while it delivers.
        var decoder = self.decoder
        defer { self.decoder = decoder }
        try decoder.decodePiecewise(payload, in: storage) { _, event in try handle(event) }
    }

    /// - Returns: whether more may follow from within the same compressed transaction.
    private mutating func handle(_ event: BinlogEvent) throws -> Bool {
        try take(event)
        return !isBlocked
    }

    private mutating func take(_ event: BinlogEvent) throws {
        switch event {
        case .rows(let rows): if !hold(.rows(RowsEventCopy(rows))) { try take(rows) }
        case .tableMap(let map): if !hold(.tableMap(map)) { take(map) }
        case .gtid(let event):
            guard let gtid = event.gtid else { throw StreamError.anonymousTransaction }
            transactions.begin(gtid, committedAt: Int64(clamping: event.originalCommitMicroseconds))
            router.forgetRoutes()
        case .xid: commit()
        case .query(let query): try take(query)
        case .xaPrepare(let prepare): try take(prepare)
        case .incident: throw StreamError.incident
        case .formatDescription, .rotate, .previousGTIDs, .heartbeat, .rowsQuery, .intVar, .rand, .userVar, .stop,
            .transactionPayload, .ignored:
            break
        }
    }

    mutating func take(_ map: TableMapEvent) {
        switch router.take(map, of: transactions.current?.gtid) {
        case (let table, .refused(let refusal))?: refuse(table, refusal)
        case (let table, .unannounced)?:
            // Reported once: from here on its rows are passed over until the table is followed.
            router.stop(table, asQuarantined: true)
            cutter.emit(.unannounced(table))
        case nil: break
        }
    }

    /// Separates what came before a statement from what comes after.
    mutating func raiseBarrier(_ statement: DDLStatement, of transaction: OpenTransaction) {
        cut()
        // Rows of CREATE TABLE … SELECT follow in the same transaction, which then is not complete yet.
        let continues = transaction.hasBegun
        transactions.current?.noteChange()
        cutter.emit(
            .barrier(
                StreamBarrier(
                    transaction: continues ? nil : transaction.gtid,
                    number: transactions.plan.barrier(of: transaction.gtid),
                    statement: statement
                )
            )
        )
        isInBarrier = true
        if !continues, let ended = transactions.end() { meter.ended(ended.transaction) }
    }

    // MARK: Batches

    /// - Parameter isQuiet: whether a transaction in which no change was read has changed nothing.
    mutating func commit(isQuiet: Bool = true) {
        guard let ended = transactions.end() else { return }
        if isQuiet, ended.transaction.isQuiet { transactions.noteQuiet(ended.transaction.gtid) }
        meter.ended(ended.transaction)
        for batch in ended.complete { cutter.handOver(batch) }
        if ended.isPlanned { return }
        cutter.add(ended.transaction, ended.transaction.lastPart)
        if cutter.isFull { cut() }
    }

    /// A transaction that alone fills a batch is divided between two of its rows.
    mutating func split(_ transaction: inout OpenTransaction) {
        guard cutter.isOverfull, transaction.hasOpenRows, transaction.isPastKnown, let part = transaction.cut() else {
            return
        }
        cut([part])
    }

    mutating func cutIfDue(_ now: ContinuousClock.Instant) {
        guard cutter.isDue(now) else { return }
        if transactions.hasOpenRows { cutter.cutAtCommit() } else { cut() }
    }

    private mutating func cut(_ parts: [BatchDefinition.Part] = []) {
        cutter.cut(parts + transactions.cutInterrupted())
    }
}
