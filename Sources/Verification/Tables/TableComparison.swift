import ClickHouseClient
import LeatState
import MySQLClient
import MySQLProtocol
import MySQLSchema

/// Compares one table, span by span, while both sides continue.
///
/// A span is summed up at the source between two of its positions; when the warehouse has reached the second one, it is
/// summed up there. Where the sums of a part of its rows differ, the rows are checked (``SpanSettlement``). No locks,
/// no pauses, no long transactions: each statement is short, and sees whatever is there.
struct TableComparison: Sendable {
    let source: SourceReader
    let warehouse: WarehouseReader
    let progress: PipelineProgress
    let wait: PipelineWait
    let limits: ComparisonLimits
    /// Called after each span; may take its time, and save what has been found.
    var pace: @Sendable (SpanOutcome) async throws -> Void = { _ in }

    /// - Parameters:
    ///   - lower: where an earlier comparison stopped, as ``SpanOutcome/upper``; `nil` to begin at the table's
    ///     beginning.
    ///   - earlier: a comparison of the same definition; only what it has not shown to be equal is compared again.
    /// - Throws: errors that do not lie in the table: a server is out of reach.
    func compare(
        _ table: TableToVerify,
        above lower: String? = nil,
        after earlier: TableResult? = nil
    ) async throws -> TableResult {
        let clock = ContinuousClock()
        var result = TableResult(name: table.name, isEqual: false)
        let seconds = try await clock.measure {
            do {
                try await requireStreaming(table.name)
                try await fill(&result, table, above: lower, after: earlier?.ledger)
            } catch {
                guard let failure = TableFailure.describe(error) else { throw error }
                result.failure = failure
                result.isEqual = false
            }
        }
        result.seconds = seconds / .seconds(1)
        result.endedAt = .now
        return result
    }

    private func fill(
        _ result: inout TableResult,
        _ table: TableToVerify,
        above lower: String?,
        after earlier: SpanLedger?
    ) async throws {
        let shown = try await warehouse.columns(of: table)
        if shown.isEmpty {
            result.failure =
                "the warehouse has no view \(table.view)\n  fix: leat tables resync \(table.name), if leat status lists the table"
            return
        }
        let names = table.definition.columns.map(\.name)
        result.differences =
            names.filter { name in !shown.contains { $0.name == name } }
            .map { Difference(key: nil, column: $0, kind: .missingColumn) }
            + shown.map(\.name).filter { !names.contains($0) }
            .map { Difference(key: nil, column: $0, kind: .extraColumn) }
        guard result.differences.isEmpty else { return }
        let compared = try ComparedTable(table.carrying(shown))
        var ledger = SpanLedger()
        if let earlier {
            ledger.equal = earlier.equal
            for group in earlier.unequal where result.failure == nil {
                try Task.checkCancellation()
                var spans = group.spans[...]
                try await compare(of: compared, into: &result, &ledger) {
                    spans.popFirst()
                } learn: { _, _ in
                }
            }
        } else if compared.orderedColumn != nil {
            try await compareRanges(of: compared, above: lower, into: &result, &ledger)
        } else {
            try await compareSlices(of: compared, into: &result, &ledger)
        }
        let tally = ledger.all
        result.sourceRows = tally.source.rows
        result.warehouseRows = tally.warehouse.rows
        result.sourceChecksum = tally.source.description
        result.warehouseChecksum = tally.warehouse.description
        result.unsettledRows = tally.unsettled
        if result.failure == nil, tally.unsettled > 0, result.differences.isEmpty, !result.hasMoreDifferences {
            result.isOnlyUnsettled = true
            result.failure =
                "\(tally.unsettled) rows not settled: written to whenever they were looked at\n  fix: verify again"
        }
        result.isEqual = result.failure == nil && result.differences.isEmpty && !result.hasMoreDifferences
        if !result.hasMoreDifferences { result.duplicateKeys = tally.duplicates }
        // A comparison that ended early, or began in the middle, must not pass for one of all spans.
        if lower == nil, result.failure == nil || result.isOnlyUnsettled { result.ledger = ledger }
    }

    private func compareRanges(
        of table: ComparedTable,
        above start: String?,
        into result: inout TableResult,
        _ ledger: inout SpanLedger
    ) async throws {
        var planner = SpanPlanner(target: limits.statement)
        var lower = start
        var isOver = false
        while !isOver, result.failure == nil {
            try Task.checkCancellation()
            var left = max(1, limits.spansAtOnce)
            try await compare(of: table, into: &result, &ledger) {
                guard left > 0, !isOver else { return nil }
                left -= 1
                let upper = try await source.upperBound(of: table, above: lower, rows: planner.rows)
                defer { lower = upper }
                isOver = upper == nil
                let span = KeySpan(lower: lower, upper: upper, filter: limits.filter)
                return PlannedSpan(span: span, buckets: BucketPlan.buckets(rows: planner.rows), isLast: isOver)
            } learn: {
                planner.observe(rows: $0, took: $1)
            }
        }
    }

    /// Of a key that the servers do not order alike: slices by a hash of the key.
    private func compareSlices(
        of table: ComparedTable,
        into result: inout TableResult,
        _ ledger: inout SpanLedger
    ) async throws {
        let rows = try await source.estimatedRows(of: table)
        // Without a key each slice would take what all of them take together.
        let slices = table.isMultiset ? 1 : SpanPlanner.slices(rows: rows)
        let buckets = BucketPlan.buckets(rows: Int(clamping: (rows ?? 0) / UInt64(slices)))
        var next = 0
        while next < slices, result.failure == nil {
            try Task.checkCancellation()
            let end = min(slices, next + max(1, limits.spansAtOnce))
            try await compare(of: table, into: &result, &ledger) {
                guard next < end else { return nil }
                defer { next += 1 }
                let span = KeySpan(slice: next, slices: slices, filter: limits.filter)
                return PlannedSpan(span: span, buckets: buckets, isLast: next == slices - 1)
            } learn: { _, _ in
            }
        }
    }

    /// Compares some spans together: the warehouse is waited for once.
    ///
    /// - Parameters:
    ///   - plan: the next span; nil after the last.
    ///   - learn: called with a span's rows at the source and how long it took to sum them up.
    private func compare(
        of table: ComparedTable,
        into result: inout TableResult,
        _ ledger: inout SpanLedger,
        plan: () async throws -> PlannedSpan?,
        learn: (UInt64, Duration) -> Void
    ) async throws {
        let began = ContinuousClock.now
        try await requireStreaming(table.name)
        var tally = SpanTally()
        let (firstDifference, firstRow) = (result.differences.count, result.differentRows.count)
        var spans: [PlannedSpan] = []
        var known: [[Int: RowSums]] = []
        var shown: [[Int: RowSums]] = []
        var sourceTime = try await aligned {
            while let planned = try await plan() {
                let clock = ContinuousClock.now
                let sums = try await source.buckets(planned.buckets, of: table, in: planned.span)
                learn(sums.values.reduce(into: UInt64(0)) { $0 += $1.rows }, ContinuousClock.now - clock)
                spans.append(planned)
                known.append(sums)
            }
        } then: {
            for planned in spans {
                shown.append(try await warehouse.buckets(planned.buckets, of: table, in: planned.span))
            }
        }
        let withoutText = known.joined().reduce(into: UInt64(0)) { $0 += $1.value.rowsWithoutText }
        if withoutText > 0 {
            result.failure =
                "\(withoutText) rows are too long for the source to hash\n  fix: raise max_allowed_packet there"
        }
        var unequal: [UnequalPart] = []
        for index in spans.indices {
            let different = Set(BucketPlan.unequal(known[index], shown[index]))
            for bucket in different {
                unequal.append(
                    UnequalPart(
                        span: index,
                        bucket: bucket,
                        known: known[index][bucket] ?? RowSums(),
                        shown: shown[index][bucket] ?? RowSums()
                    )
                )
            }
            for (bucket, sums) in known[index] where !different.contains(bucket) {
                tally.source += sums
                tally.warehouse += sums
            }
        }
        if withoutText == 0, !unequal.isEmpty {
            var settlement = SpanSettlement(
                comparison: self,
                table: table,
                spans: spans.map { ($0.span, $0.buckets) }
            )
            try await settlement.settle(unequal, into: &result, &tally)
            sourceTime += settlement.sourceTime
        }
        // Nothing can be said of these spans.
        if result.failure != nil { return }
        let isEqual =
            result.differences.count == firstDifference && tally.unsettled == 0
            && (unequal.isEmpty || !result.hasMoreDifferences)
        ledger.enter(.init(spans: spans, tally: tally), isEqual: isEqual)
        try await pace(
            SpanOutcome(
                upper: spans.last?.span.upper,
                isLast: spans.last?.isLast ?? true,
                sourceRows: tally.source.rows,
                warehouseRows: tally.warehouse.rows,
                unsettledRows: tally.unsettled,
                differences: Array(result.differences.dropFirst(firstDifference)),
                differentRows: Array(result.differentRows.dropFirst(firstRow)),
                hasMoreDifferences: result.hasMoreDifferences,
                sourceTime: sourceTime,
                duration: ContinuousClock.now - began
            )
        )
    }

    /// Reads at the source, then at the warehouse once it has everything that the source may have shown.
    ///
    /// - Parameter meanwhile: called again and again while the warehouse does not have it yet.
    /// - Returns: how long reading at the source took.
    @discardableResult
    func aligned(
        _ read: () async throws -> Void,
        meanwhile: () async throws -> Void = {},
        then show: () async throws -> Void
    ) async throws -> Duration {
        guard let checkpoint = try await progress.checkpoint() else {
            throw VerificationError(
                .pipelineUnknown,
                "the pipeline `\(progress.pipeline)` has never run with this ClickHouse",
                remedy: "start it (leat run, or leat up)"
            )
        }
        try await source.wait(for: try await progress.arrived(at: checkpoint), atMost: limits.sourceWaitMax)
        let duration = try await ContinuousClock().measure { try await read() }
        let end = try await source.position()
        if !end.subtracting(checkpoint.position).isEmpty {
            _ = try await wait.wait(for: end, copied: [], meanwhile: meanwhile)
        }
        try await show()
        return duration
    }

    /// What the pipeline says of a table that it follows.
    ///
    /// - Throws: ``NotStreaming`` if it does not, at the moment: then the sides are not meant to be equal.
    @discardableResult
    func requireStreaming(_ table: String) async throws -> PipelineProgress.Table? {
        let state = try await progress.tables()[table]
        if let failure = Self.failure(of: state) { throw NotStreaming(failure: failure) }
        return state
    }

    /// A table that is not being streamed cannot be compared.
    struct NotStreaming: Error {
        /// Cause and remedy.
        var failure: String
    }

    private static func failure(of state: PipelineProgress.Table?) -> String? {
        guard let state else { return "the pipeline does not follow this table" }
        switch state.phase {
        case .streaming: return nil
        case .snapshotting:
            return "it is still being copied\n  fix: verify again when leat status shows it as streaming"
        default:
            let cause = state.cause.isEmpty ? "" : ": \(state.cause)"
            let remedy = state.remedy.isEmpty ? "" : "\n  fix: \(state.remedy)"
            return "it is \(state.phase.rawValue)\(cause)\(remedy)"
        }
    }
}

/// What the comparison of one span has shown.
struct SpanOutcome: Sendable {
    /// Where the next span begins; `nil` where nothing can be resumed.
    var upper: String?
    var isLast: Bool
    var sourceRows: UInt64
    var warehouseRows: UInt64
    var unsettledRows: UInt64
    var differences: [Difference]
    var differentRows: [DifferentRow]
    var hasMoreDifferences: Bool
    /// How long the source was busy.
    var sourceTime: Duration
    /// … and how long all of it took.
    var duration: Duration
}
