import ClickHouseClient
import Logging

/// The one sequence of batch numbers of a pipeline, kept in `leat.batches`: claims numbers, records what each covers,
/// and knows up to which number everything is in the warehouse.
///
/// ``recover()`` takes the lead of the pipeline (``LeadershipClaim``); a process that led before loses its next claim
/// of a number (``BatchClaim``) and stops. This fences a paused or partitioned leader without a lock service.
package actor BatchLog {
    /// What a start finds: where to continue, and what was defined and not known to be complete.
    package struct Recovery: Sendable {
        package var checkpoint: Checkpoint
        /// Defined and unacknowledged, by rising number. Each must be written again with the same number and content.
        package var unacknowledged: [BatchDefinition]
        /// Parts of transactions that are in the warehouse, though the transaction as a whole may not be: what of it
        /// comes again must not be written again, under a higher number than the parts after it.
        package var acknowledgedParts: [BatchDefinition.Part]
        /// Everything that the source had committed until then was in the warehouse: seconds since 1970, 0 if unknown.
        package var completeAt: Double
        /// No batch and no checkpoint yet: the pipeline starts from nothing.
        package var isNew: Bool
        /// Under which this process leads; for ``StateStore/takeOver(epoch:)``.
        package var epoch: UInt64
    }

    private let records: BatchRecords
    private let checkpoints: CheckpointRecords
    private let client: ClickHouseClient
    private let pipeline: String
    private let owner: String
    private let logger: Logger
    private let clock: any Clock<Duration>
    private var ballot: Ballot
    private var lastNumber: UInt64 = 0
    private var contiguous: UInt64 = 0
    /// Acknowledged above `contiguous`.
    private var acknowledgedAhead: Set<UInt64> = []
    /// Positions of defined batches that are not yet within `contiguous`.
    private var pendingPositions: [UInt64: String] = [:]
    /// Claims go one after another; the actor is reentrant while an insert is awaited.
    private var claimTail: Task<UInt64, any Error>?
    /// Why no number is claimed any more, until the next ``recover()``: one whose claim ended without an answer must
    /// not be used for another batch.
    private var broken: PipelineError?
    private var waiters: [(id: UInt64, number: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    private var lastWaiter: UInt64 = 0
    private let onAdvance: @Sendable (_ positions: [String], _ acknowledged: UInt64) -> Void

    /// - Parameters:
    ///   - owner: a name for this process that no other has (a random UUID).
    ///   - clock: for the waits between attempts.
    ///   - onAdvance: called in order with the positions of batches that have just become contiguous.
    package init(
        client: ClickHouseClient,
        pipeline: String,
        owner: String,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        onAdvance: @escaping @Sendable (_ positions: [String], _ acknowledged: UInt64) -> Void
    ) {
        self.client = client
        records = BatchRecords(client: client, pipeline: pipeline)
        checkpoints = CheckpointRecords(client: client, pipeline: pipeline)
        self.pipeline = pipeline
        self.owner = owner
        self.clock = clock
        ballot = Ballot(epoch: 0, owner: owner)
        self.logger = logger
        self.onAdvance = onAdvance
    }

    /// Everything up to this number is in the warehouse.
    package var acknowledged: UInt64 { contiguous }
    /// The highest number claimed.
    package var last: UInt64 { lastNumber }

    /// Creates the state tables where missing, takes the lead, and reads where the last process stopped.
    package func recover() async throws -> Recovery {
        try await StateSchema.prepare(with: client)
        ballot = try await lead()
        let records = records
        async let begun = records.starts()
        let saved = try await checkpoints.newest()
        let checkpoint = saved?.checkpoint ?? Checkpoint()
        let starts = try await begun
        async let parts = records.definitions(
            numbers: "number <= \(checkpoint.acknowledged)",
            where: "notEmpty(parts)"
        ).flatMap(\.parts)
        let open = try await records.definitions(numbers: "number > \(checkpoint.acknowledged)", starts: starts)
        let acknowledgedParts = try await parts.filter { $0.end != BatchDefinition.Part.untilTheEnd }
        acknowledgedAhead = []
        pendingPositions = [:]
        broken = nil
        lastNumber = open.last?.number ?? checkpoint.acknowledged
        contiguous = checkpoint.acknowledged
        for definition in open { pendingPositions[definition.number] = definition.position }
        var expected = checkpoint.acknowledged
        for definition in open {
            expected += 1
            guard definition.number == expected else {
                throw PipelineError(
                    .corruptState,
                    "leat.batches has no batch \(expected) of the pipeline `\(pipeline)`, but later ones",
                    remedy: "leat run --copy-again   (somebody has deleted rows from leat.batches)"
                )
            }
        }
        // Before anything is claimed or written.
        try await retrying {
            try await records.insertStart(.init(ballot: ballot, last: lastNumber))
        }
        return Recovery(
            checkpoint: checkpoint,
            unacknowledged: open,
            acknowledgedParts: acknowledgedParts,
            completeAt: saved.map { $0.savedAt - $0.lagSeconds } ?? 0,
            isNew: saved == nil && open.isEmpty,
            epoch: ballot.epoch
        )
    }

    /// The definitions of a table's copy ranges after batch `number`, by rising number.
    package func ranges(ofTable table: String, after number: UInt64) async throws -> [BatchDefinition] {
        try await records.definitions(
            numbers: "number > \(number)",
            where: "kind = 'range' AND table = \(ClickHouseClient.quote(literal: table))"
        )
    }

    /// Claims the next number for `definition` and records it.
    ///
    /// - Returns: the number.
    /// - Throws: ``PipelineError`` `.fenced` if another process has claimed it; ``ClickHouseError`` once retries end.
    package func define(_ definition: BatchDefinition) async throws -> UInt64 {
        let previous = claimTail
        let claim = Task {
            _ = await previous?.result
            return try await self.defineNow(definition)
        }
        claimTail = claim
        return try await claim.value
    }

    private func defineNow(_ definition: BatchDefinition) async throws -> UInt64 {
        if let broken { throw broken }
        var claimed = definition
        claimed.number = lastNumber + 1
        try await claim(claimed)
        lastNumber = claimed.number
        pendingPositions[claimed.number] = claimed.position
        return claimed.number
    }

    /// The position is given up with what was not acknowledged: none of these batches will be written, and what they
    /// were to hold comes again.
    package func giveUpPositions() { pendingPositions = [:] }

    /// Records that all rows of batch `number` are in the warehouse.
    package func acknowledge(_ number: UInt64) {
        acknowledgedAhead.insert(number)
        var positions: [String] = []
        while acknowledgedAhead.remove(contiguous + 1) != nil {
            contiguous += 1
            if let position = pendingPositions.removeValue(forKey: contiguous), !position.isEmpty {
                positions.append(position)
            }
        }
        onAdvance(positions, contiguous)
        let reached = waiters.filter { $0.number <= contiguous }
        waiters.removeAll { $0.number <= contiguous }
        for waiter in reached { waiter.continuation.resume() }
    }

    /// Deletes, in the background, the records of batches below `number` that are older than `age` (whole seconds):
    /// nothing is replayed from them any more.
    package func forget(below number: UInt64, olderThan age: Duration) async throws {
        try await records.forget(below: min(number, contiguous), olderThan: age, epoch: ballot.epoch)
    }

    /// Waits until all batches up to `number` are acknowledged.
    ///
    /// - Throws: `CancellationError`.
    package func waitUntilAcknowledged(_ number: UInt64) async throws {
        if contiguous >= number { return }
        lastWaiter += 1
        let id = lastWaiter
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                // Cancelled before this: the handler below has found nothing to end.
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                waiters.append((id, number, continuation))
            }
        } onCancel: {
            Task { await self.endWaiter(id) }
        }
    }

    private func endWaiter(_ id: UInt64) {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: index).continuation.resume(throwing: CancellationError())
    }

    // MARK: Claims

    private func lead() async throws -> Ballot {
        var claim = LeadershipClaim(owner: owner)
        var step = LeadershipClaim.first
        while true {
            let answer: LeadershipClaim.Answer
            switch step {
            case .leads(let ballot): return ballot
            case .lost(let winner): throw fenced(by: winner)
            case .wait(let count):
                try await pause(count)
                answer = .waited
            case .insert(let ballot):
                do {
                    try await records.insertLeader(ballot)
                    answer = .inserted
                } catch let error as ClickHouseError where error.isTransient || error.isAnswerUncertain {
                    answer = .uncertain
                }
            case .read:
                do {
                    let epochs = try await records.epochs()
                    answer = .rows(epochs.claimed, highest: epochs.highest)
                } catch let error as ClickHouseError where error.isTransient {
                    answer = .unreadable
                }
            }
            step = claim.next(after: answer)
        }
    }

    private func claim(_ definition: BatchDefinition) async throws {
        let content = BatchClaim.Content(
            kind: definition.kind.rawValue,
            position: definition.position,
            table: definition.table,
            detail: definition.detail
        )
        var claim = BatchClaim(definition.number, content, by: ballot)
        var step = BatchClaim.first
        // Whatever ends this early: a number that may be recorded is not used again.
        defer { if step != .won, claim.mayBeRecorded, broken == nil { broken = unclear(definition.number) } }
        var refusal: (any Error)?
        while true {
            let answer: BatchClaim.Answer
            switch step {
            case .won: return
            case .lost(let winner):
                let fenced = fenced(by: winner)
                broken = fenced
                throw fenced
            case .conflict: throw unclear(definition.number)
            case .failed: throw refusal ?? unclear(definition.number)
            case .wait(let count):
                try await pause(count)
                answer = .waited
            case .insert:
                do {
                    try await records.insert(definition, by: ballot, acknowledged: contiguous)
                    answer = .inserted
                } catch let error as ClickHouseError where error.isTransient || error.isAnswerUncertain {
                    logger.warning(
                        "batch claim result unknown; reading back",
                        metadata: ["batch": .stringConvertible(definition.number), "error": "\(error)"]
                    )
                    answer = .uncertain
                } catch {
                    refusal = error
                    answer = .refused
                }
            case .readBack:
                do {
                    answer = .rows(try await records.claims(of: definition.number, by: ballot))
                } catch let error as ClickHouseError where error.isTransient {
                    answer = .unreadable
                }
            }
            step = claim.next(after: answer)
        }
    }

    private func fenced(by winner: Ballot) -> PipelineError {
        PipelineError(
            .fenced,
            "another process has taken over the pipeline `\(pipeline)` (it has led since epoch \(winner.epoch))",
            remedy: "run only one `leat run` per pipeline; this one has stopped and written nothing more"
        )
    }

    private func unclear(_ number: UInt64) -> PipelineError {
        PipelineError(
            .corruptState,
            "batch \(number) of the pipeline `\(pipeline)` was claimed without a clear answer, or its claim is gone",
            remedy: "start again: what is recorded is replayed"
        )
    }

    /// Repeats what can be repeated until it is done.
    private func retrying(_ body: () async throws -> Void) async throws {
        var attempt = 0
        while true {
            do { return try await body() } catch let error as ClickHouseError
                where error.isTransient || error.isAnswerUncertain
            {
                attempt += 1
                logger.warning("the start could not be recorded; retrying", metadata: ["error": "\(error)"])
                try await pause(attempt)
            }
        }
    }

    /// Between 0.1 and 5 s.
    private func pause(_ count: Int) async throws {
        try await clock.sleep(for: .milliseconds(min(5_000, 50 << min(count, 7))))
    }
}
