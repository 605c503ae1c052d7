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
        let parameters = ["pipeline": pipeline]
        let saved = try await client.rows(
            "SELECT acknowledged, position, toUnixTimestamp64Micro(at) / 1e6 - lag_seconds FROM leat.checkpoints FINAL WHERE pipeline = {pipeline:String}",
            parameters: parameters
        )
        var checkpoint = Checkpoint()
        if let row = saved.first {
            checkpoint = Checkpoint(acknowledged: try number(row[0]), position: row[1] ?? "")
        }
        let top = try await client.rows(
            "SELECT max(number), max(epoch), count() FROM leat.batches WHERE pipeline = {pipeline:String}",
            parameters: parameters
        )
        let count = try number(top.first?[2])
        lastNumber = max(count == 0 ? 0 : try number(top.first?[0]), checkpoint.acknowledged)
        epoch = (count == 0 ? 0 : try number(top.first?[1])) + 1
        contiguous = checkpoint.acknowledged
        let open = try await definitions(where: "number > \(checkpoint.acknowledged)")
        let acknowledgedParts = try await definitions(
            where: "number <= \(checkpoint.acknowledged) AND notEmpty(parts)"
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
            completeAt: (saved.first?[2]).flatMap { Double($0) } ?? 0,
            isNew: saved.isEmpty && count == 0
        )
    }

    /// The definitions of a table's copy ranges after batch `number`, by rising number.
    public func ranges(ofTable table: String, after number: UInt64) async throws -> [BatchDefinition] {
        try await definitions(
            where: "kind = 'range' AND table = \(ClickHouseClient.quote(literal: table)) AND number > \(number)"
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
        let limit = min(number, contiguous)
        try await client.execute(
            """
            ALTER TABLE leat.batches DELETE WHERE pipeline = \(ClickHouseClient.quote(literal: pipeline)) \
            AND number < \(limit) AND at < now() - \(age.components.seconds)
            """,
            settings: ["mutations_sync": "0"]
        )
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
                try await client.execute(
                    insertStatement(definition),
                    settings: ["insert_deduplication_token": token, "async_insert": "0", "insert_deduplicate": "1"]
                )
            } catch let error as ClickHouseError where error.isTransient || error.isAnswerUncertain {
                // The row may be there all the same; the read-back below decides.
                logger.warning(
                    "claiming a batch got no clear answer",
                    metadata: ["batch": .stringConvertible(definition.number), "error": "\(error)"]
                )
                try await Task.sleep(for: .milliseconds(min(5_000, 100 << min(attempt, 6))))
            }
            let owners: [[String?]]
            do {
                owners = try await client.rows(
                    "SELECT owner, kind, position, table, detail FROM leat.batches WHERE pipeline = {pipeline:String} AND number = {number:UInt64}",
                    parameters: ["pipeline": pipeline, "number": "\(definition.number)"]
                )
            } catch let error as ClickHouseError where error.isTransient {
                try await Task.sleep(for: .milliseconds(500))
                attempt += 1
                continue
            }
            if let row = owners.first {
                if row[0] == owner {
                    let recorded = [row[1], row[2], row[3], row[4]]
                    if recorded == [definition.kind.rawValue, definition.position, definition.table, definition.detail]
                    {
                        return
                    }
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

    private func insertStatement(_ definition: BatchDefinition) -> String {
        func quoted(_ text: String) -> String { ClickHouseClient.quote(literal: text) }
        let parts = definition.parts.map { "(\(quoted($0.transaction)), \($0.first), \($0.end))" }.joined(
            separator: ", "
        )
        let rows = definition.rows.sorted { $0.key < $1.key }.map { "\(quoted($0.key)), \($0.value)" }
            .joined(separator: ", ")
        let checksums = definition.checksums.sorted { $0.key < $1.key }
            .map { "\(quoted($0.key)), (\($0.value.rows), \($0.value.sum))" }.joined(separator: ", ")
        return """
            INSERT INTO leat.batches \
            (pipeline, number, epoch, owner, kind, position, parts, table, rows, checksums, detail, acknowledged)
            VALUES (\(quoted(pipeline)), \(definition.number), \(epoch), \(quoted(owner)), \
            \(quoted(definition.kind.rawValue)), \(quoted(definition.position)), [\(parts)], \(quoted(definition.table)), \
            map(\(rows)), map(\(checksums)), \(quoted(definition.detail)), \(contiguous))
            """
    }

    private func definitions(where condition: String) async throws -> [BatchDefinition] {
        let found = try await client.rows(
            """
            SELECT number, kind, position, table, detail,
                arrayStringConcat(arrayMap(p -> concat(p.1, ' ', toString(p.2), ' ', toString(p.3)), parts), '\n'),
                arrayStringConcat(arrayMap((k, v) -> concat(toString(v), ' ', k), mapKeys(rows), mapValues(rows)), '\n')
            FROM leat.batches WHERE pipeline = {pipeline:String} AND \(condition) ORDER BY number
            """,
            parameters: ["pipeline": pipeline]
        )
        return try found.map { row in
            guard let kind = BatchDefinition.Kind(rawValue: row[1] ?? "") else {
                throw PipelineError(
                    .corruptState,
                    "leat.batches holds a batch of the unknown kind `\(row[1] ?? "")`",
                    remedy: "run the version of Leat that wrote it, or a newer one"
                )
            }
            var definition = BatchDefinition(
                number: try number(row[0]),
                kind: kind,
                position: row[2] ?? "",
                table: row[3] ?? "",
                detail: row[4] ?? ""
            )
            for line in (row[5] ?? "").split(separator: "\n") {
                let fields = line.split(separator: " ")
                guard fields.count == 3 else { continue }
                definition.parts.append(
                    .init(
                        transaction: String(fields[0]),
                        first: try number(String(fields[1])),
                        end: try number(String(fields[2]))
                    )
                )
            }
            for line in (row[6] ?? "").split(separator: "\n") {
                guard let space = line.firstIndex(of: " ") else { continue }
                definition.rows[String(line[line.index(after: space)...])] = try number(String(line[..<space]))
            }
            return definition
        }
    }

    private func number(_ text: String??) throws -> UInt64 {
        guard let text = text ?? nil, let value = UInt64(text) else {
            throw PipelineError(
                .corruptState,
                "the state of the pipeline `\(pipeline)` in leat.* is not readable (a number was expected)",
                remedy: "leat run --copy-again"
            )
        }
        return value
    }
}
