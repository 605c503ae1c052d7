import ClickHouseClient
import Logging

/// The one sequence of batch numbers of a pipeline, kept in `leat.batches`: claims numbers, records what each covers,
/// and knows up to which number everything is in the warehouse.
///
/// A number is claimed by inserting its definition under a deduplication token made of the number, then reading back who
/// owns it. Of two processes that believe they lead, one loses the claim and stops: this fences a paused or partitioned
/// leader without a lock service.
public actor BatchLog {
    /// What a start finds: where to go on, and what was defined and not known to be complete.
    public struct Recovery: Sendable {
        public var checkpoint: Checkpoint
        /// Defined and unacknowledged, by rising number. Each must be written again with the same number and content.
        public var unacknowledged: [BatchDefinition]
        /// Parts of transactions that are in the warehouse, though the transaction as a whole may not be: what of it comes
        /// again must not be written again, under a higher number than the parts behind it.
        public var acknowledgedParts: [BatchDefinition.Part]
        /// Everything that the source had committed until then was in the warehouse: seconds since 1970, 0 if unknown.
        public var completeAt: Double
        /// No batch and no checkpoint yet: the pipeline starts from nothing.
        public var isNew: Bool
    }

    private let records: BatchRecords
    private let checkpoints: CheckpointRecords
    private let client: ClickHouseClient
    private let pipeline: String
    private let owner: String
    private let logger: Logger
    private var epoch: UInt64 = 0
    private var lastNumber: UInt64 = 0
    private var contiguous: UInt64 = 0
    /// Acknowledged above `contiguous`.
    private var acknowledgedAhead: Set<UInt64> = []
    /// Positions of defined batches that are not yet within `contiguous`.
    private var pendingPositions: [UInt64: String] = [:]
    /// Claims go one after another; the actor is reentrant while an insert is awaited.
    private var claimTail: Task<UInt64, any Error>?
    private let onAdvance: @Sendable (_ positions: [String], _ acknowledged: UInt64) -> Void

    /// - Parameters:
    ///   - owner: a name for this process that no other has (a random UUID).
    ///   - onAdvance: called in order with the positions of batches that have just become contiguous.
    public init(
        client: ClickHouseClient,
        pipeline: String,
        owner: String,
        logger: Logger,
        onAdvance: @escaping @Sendable (_ positions: [String], _ acknowledged: UInt64) -> Void
    ) {
        self.client = client
        records = BatchRecords(client: client, pipeline: pipeline)
        checkpoints = CheckpointRecords(client: client, pipeline: pipeline)
        self.pipeline = pipeline
        self.owner = owner
        self.logger = logger
        self.onAdvance = onAdvance
    }

    /// Everything up to this number is in the warehouse.
    public var acknowledged: UInt64 { contiguous }
    /// The highest number claimed.
    public var last: UInt64 { lastNumber }

    /// Creates the state tables where missing and reads where the last process stopped.
    public func recover() async throws -> Recovery {
        try await StateSchema.prepare(with: client)
        let saved = try await checkpoints.newest()
        let checkpoint = saved?.checkpoint ?? Checkpoint()
        let newest = try await records.newest()
        lastNumber = max(newest.number, checkpoint.acknowledged)
        epoch = newest.epoch + 1
        contiguous = checkpoint.acknowledged
        let open = try await records.definitions(numbers: "number > \(checkpoint.acknowledged)")
        let acknowledgedParts = try await records.definitions(
            numbers: "number <= \(checkpoint.acknowledged)",
            where: "notEmpty(parts)"
        ).flatMap(\.parts).filter { $0.end != BatchDefinition.Part.untilTheEnd }
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
        return Recovery(
            checkpoint: checkpoint,
            unacknowledged: open,
            acknowledgedParts: acknowledgedParts,
            completeAt: saved.map { $0.savedAt - $0.lagSeconds } ?? 0,
            isNew: saved == nil && newest.number == 0
        )
    }

    /// The definitions of a table's copy ranges after batch `number`, by rising number.
    public func ranges(ofTable table: String, after number: UInt64) async throws -> [BatchDefinition] {
        try await records.definitions(
            numbers: "number > \(number)",
            where: "kind = 'range' AND table = \(ClickHouseClient.quote(literal: table))"
        )
    }

    /// Claims the next number for `definition` and records it.
    ///
    /// - Returns: the number.
    /// - Throws: ``PipelineError`` `.fenced` if another process has claimed it; ``ClickHouseError`` once retries end.
    public func define(_ definition: BatchDefinition) async throws -> UInt64 {
        let previous = claimTail
        let claim = Task {
            _ = await previous?.result
            return try await self.defineNow(definition)
        }
        claimTail = claim
        return try await claim.value
    }

    private func defineNow(_ definition: BatchDefinition) async throws -> UInt64 {
        var claimed = definition
        claimed.number = lastNumber + 1
        try await claim(claimed)
        lastNumber = claimed.number
        pendingPositions[claimed.number] = claimed.position
        return claimed.number
    }

    /// Records that all rows of batch `number` are in the warehouse.
    public func acknowledge(_ number: UInt64) {
        acknowledgedAhead.insert(number)
        var positions: [String] = []
        while acknowledgedAhead.remove(contiguous + 1) != nil {
            contiguous += 1
            if let position = pendingPositions.removeValue(forKey: contiguous), !position.isEmpty {
                positions.append(position)
            }
        }
        onAdvance(positions, contiguous)
    }

    /// Deletes, in the background, the records of batches below `number` that are older than `age` (whole seconds):
    /// nothing is replayed from them any more.
    public func forget(below number: UInt64, olderThan age: Duration) async throws {
        try await records.forget(below: min(number, contiguous), olderThan: age)
    }

    /// Waits until all batches up to `number` are acknowledged.
    ///
    /// - Throws: `CancellationError`.
    public func waitUntilAcknowledged(_ number: UInt64) async throws {
        while contiguous < number { try await Task.sleep(for: .milliseconds(5)) }
    }

    private func claim(_ definition: BatchDefinition) async throws {
        var attempt = 0
        while true {
            let token =
                attempt == 0 ? "\(pipeline):\(definition.number)" : "\(pipeline):\(definition.number).\(attempt)"
            do {
                try await records.insert(definition, epoch: epoch, owner: owner, acknowledged: contiguous, token: token)
            } catch let error as ClickHouseError where error.isTransient || error.isAnswerUncertain {
                // The row may be there all the same; the read-back below decides.
                logger.warning(
                    "claiming a batch got no clear answer",
                    metadata: ["batch": .stringConvertible(definition.number), "error": "\(error)"]
                )
                try await Task.sleep(for: .milliseconds(min(5_000, 100 << min(attempt, 6))))
            }
            let claims: [BatchRecords.Claim]
            do {
                claims = try await records.claims(of: definition.number)
            } catch let error as ClickHouseError where error.isTransient {
                try await Task.sleep(for: .milliseconds(500))
                attempt += 1
                continue
            }
            if let claim = claims.first {
                if claim.owner == owner {
                    if claim.isOf(definition) { return }
                    throw PipelineError(
                        .corruptState,
                        "batch \(definition.number) of the pipeline `\(pipeline)` was recorded by a claim that seemed to fail",
                        remedy: "start again: the recorded batch is replayed"
                    )
                }
                throw PipelineError(
                    .fenced,
                    "another process has taken over the pipeline `\(pipeline)` (it claimed batch \(definition.number))",
                    remedy: "run only one `leat run` per pipeline; this one has stopped and written nothing more"
                )
            }
            // The token was logged and the part was not committed: send it again under another token.
            attempt += 1
        }
    }
}
