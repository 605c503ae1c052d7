/// The series of one source, ready to be held by its pipeline.
package final class SourceMetrics: Sendable {
    package let name: String
    package let up: Gauge
    /// 1 while the pipeline has failed.
    package let failed: Gauge
    package let lag: Gauge
    package let binlogRunway: Gauge
    package let transactions: Counter
    package let reconnects: Counter
    package let streamBytes: Counter
    package let snapshotBytes: Counter
    package let writtenBytes: Counter
    package let batchRows: Histogram
    package let batchBytes: Histogram
    package let checkpointBatch: Gauge
    package let insertDuration: Histogram
    package let queueBytes: Gauge
    package let queueCapacityBytes: Gauge
    package let backPressure: Counter
    package let quarantinedTables: Gauge

    let metrics: LeatMetrics
    private let durations: [Stage: Histogram]
    private let batchCounts: [BatchKind: Counter]
    private let tableCounts: [CountedPhase: Gauge]

    init(_ name: String, of metrics: LeatMetrics) {
        self.name = name
        self.metrics = metrics
        up = metrics.sourceUp.with(name)
        failed = metrics.pipelineFailed.with(name)
        lag = metrics.lag.with(name)
        binlogRunway = metrics.binlogRunway.with(name)
        transactions = metrics.transactions.with(name)
        reconnects = metrics.reconnects.with(name)
        streamBytes = metrics.readBytes.with(name, Stage.receive.rawValue)
        snapshotBytes = metrics.readBytes.with(name, Stage.snapshot.rawValue)
        writtenBytes = metrics.writtenBytes.with(name)
        batchRows = metrics.batchRows.with(name)
        batchBytes = metrics.batchBytes.with(name)
        checkpointBatch = metrics.checkpointBatch.with(name)
        insertDuration = metrics.insertDuration.with(name)
        queueBytes = metrics.queueBytes.with(name)
        queueCapacityBytes = metrics.queueCapacityBytes.with(name)
        backPressure = metrics.backPressure.with(name)
        quarantinedTables = metrics.quarantinedTables.with(name)
        durations = Self.perCase { metrics.stageDuration.with(name, $0) }
        batchCounts = Self.perCase { metrics.batches.with(name, $0) }
        tableCounts = Self.perCase { metrics.tables.with(name, $0) }
        // Not known yet is not the same as none.
        lag.set(.nan)
        binlogRunway.set(.nan)
        _ = metrics.verification.verifiedRows.with(name)
        _ = metrics.verification.sourceSeconds.with(name)
        _ = metrics.verification.failures.with(name)
        // Series that never counted must show 0, or an alert on their increase misses the first time.
        for stage in Stage.allCases {
            for errorClass in ErrorClass.allCases {
                _ = metrics.errors.with(name, stage.rawValue, errorClass.rawValue)
            }
        }
    }

    /// What comparing the source's tables shows; most of it has series by table.
    package var verification: VerificationMetrics { metrics.verification }

    private static func perCase<Case: CaseIterable & Hashable & RawRepresentable, Handle>(
        _ make: (String) -> Handle
    ) -> [Case: Handle] where Case.RawValue == String {
        Dictionary(uniqueKeysWithValues: Case.allCases.map { ($0, make($0.rawValue)) })
    }

    /// The stage made progress, or knows that there is nothing to do. Its series appears with the first beat: a stage
    /// that is not used must not look as if it had hung since 1970.
    package func beat(_ stage: Stage) { metrics.heartbeat.with(name, stage.rawValue).setToNow() }

    /// The stage has ended (a copy is complete): its heartbeat is not expected any more.
    package func endBeats(_ stage: Stage) {
        metrics.heartbeat.remove([name, stage.rawValue])
    }

    /// How old the newest heartbeat row is that has come to the stage.
    package func setHeartbeatRow(_ stage: Stage, age seconds: Double) {
        metrics.heartbeatLag.with(name, stage.rawValue).set(seconds)
    }

    package func observe(_ stage: Stage, _ duration: Duration) { durations[stage]?.observe(duration) }

    package func countBatch(_ kind: BatchKind) { batchCounts[kind]?.increment() }

    package func setTables(_ state: CountedPhase, _ count: Int) {
        tableCounts[state]?.set(count)
        if state == .quarantined { quarantinedTables.set(count) }
    }

    package func countError(_ stage: Stage, _ errorClass: ErrorClass) {
        metrics.errors.with(name, stage.rawValue, errorClass.rawValue).increment()
    }

    /// The handles of a table, `shop.orders`. Make them once for each table.
    package func table(_ table: String) -> TableMetrics {
        TableMetrics(source: name, table: table, of: metrics)
    }

    /// Forgets the series of a table that is gone.
    package func removeTable(_ table: String) {
        metrics.events.remove(label: "table", value: table)
        metrics.rows.remove(label: "table", value: table)
        metrics.snapshotRows.remove(label: "table", value: table)
        metrics.snapshotRowsExpected.remove(label: "table", value: table)
    }
}
