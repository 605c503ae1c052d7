import LeatState
import MySQLProtocol
import PipelineCore

/// Waits until a pipeline has carried over all that the source has executed, and copied the tables in question.
struct PipelineWait: Sendable {
    let progress: PipelineProgress
    let patience: Patience
    let pollInterval: Duration
    /// What to do once a remedy has helped.
    var again = "verify again"
    let report: @Sendable (VerificationProgress) -> Void

    /// - Parameter meanwhile: called each time before the pipeline is looked at again.
    /// - Returns: the pipeline's own position, which contains `position`, and what it says of its tables. After the
    ///   longest wait some may still be in the states `waiting` and `snapshotting`.
    /// - Throws: ``VerificationError``; `ClickHouseError`.
    func wait(
        for position: GTIDSet,
        copied names: [String],
        meanwhile: () async throws -> Void = {}
    ) async throws -> (position: GTIDSet, tables: [String: PipelineProgress.Table]) {
        let start = ContinuousClock.now
        var patience = patience
        var reported: UInt64?
        while true {
            let checkpoint = try await progress.checkpoint()
            let applied = checkpoint?.position ?? GTIDSet()
            let missing = position.subtracting(applied)
            let liveness = try await progress.liveness(checkpointAge: checkpoint?.age)
            let isOver = patience.isOver(
                after: ContinuousClock.now - start,
                missing: missing.transactionCount,
                isAlive: liveness.isAlive
            )
            if missing.isEmpty, checkpoint != nil {
                let tables = try await progress.tables()
                let isCopying = names.contains { [.waiting, .snapshotting].contains(tables[$0]?.phase) }
                if !isCopying || isOver { return (applied, tables) }
            } else if isOver {
                throw failure(checkpoint, liveness, missing: missing, hasMoved: patience.hasMoved)
            }
            if reported != missing.transactionCount {
                reported = missing.transactionCount
                report(.waiting(transactions: missing.transactionCount))
            }
            try await meanwhile()
            try await Task.sleep(for: pollInterval)
        }
    }

    private func failure(
        _ checkpoint: PipelineProgress.Checkpoint?,
        _ liveness: Liveness,
        missing: GTIDSet,
        hasMoved: Bool
    ) -> VerificationError {
        let name = progress.pipeline
        guard checkpoint != nil else {
            return VerificationError(
                .pipelineUnknown,
                "the pipeline `\(name)` has never run with this ClickHouse",
                remedy: "start it (leat run, or leat up), or name the configuration that it runs with: --config FILE"
            )
        }
        let lacks =
            missing.transactionCount == 1
            ? "the warehouse lacks one of the source's transactions"
            : "the warehouse lacks \(missing.transactionCount) of the source's transactions"
        if !liveness.isAlive {
            return VerificationError(
                .pipelineStopped,
                "the pipeline `\(name)` is \(liveness.text); \(lacks)",
                remedy: "\(liveness.remedy)   then \(again)"
            )
        }
        return VerificationError(
            .pipelineBehind,
            hasMoved
                ? "the pipeline `\(name)` is catching up: \(lacks)"
                : "the pipeline `\(name)` runs but does not move: \(lacks) (\(missing.singleLine))",
            remedy: hasMoved
                ? "wait until leat status shows no lag, then \(again)"
                : "see leat status for the cause; the source may lack binlogs, or be another server than the pipeline's"
        )
    }
}
