/// The one set of metrics of a Leat process. Families are for those who make series; hot paths hold the handles that
/// ``source(_:)`` and ``SourceMetrics/table(_:)`` give.
package final class LeatMetrics: Sendable {
    package let registry: MetricsRegistry

    package let buildInfo: MetricFamily<Gauge>
    package let startTime: MetricFamily<Gauge>
    package let residentMemory: MetricFamily<Gauge>
    package let openFiles: MetricFamily<Gauge>
    package let cpuSeconds: MetricFamily<Counter>
    package let sourceUp: MetricFamily<Gauge>
    package let warehouseUp: MetricFamily<Gauge>
    package let pipelineFailed: MetricFamily<Gauge>
    package let heartbeat: MetricFamily<Gauge>
    package let lag: MetricFamily<Gauge>
    package let binlogRunway: MetricFamily<Gauge>
    package let transactions: MetricFamily<Counter>
    package let reconnects: MetricFamily<Counter>
    package let events: MetricFamily<Counter>
    package let rows: MetricFamily<Counter>
    package let readBytes: MetricFamily<Counter>
    package let writtenBytes: MetricFamily<Counter>
    package let batches: MetricFamily<Counter>
    package let batchRows: MetricFamily<Histogram>
    package let batchBytes: MetricFamily<Histogram>
    package let checkpointBatch: MetricFamily<Gauge>
    package let stageDuration: MetricFamily<Histogram>
    package let insertDuration: MetricFamily<Histogram>
    package let queueBytes: MetricFamily<Gauge>
    package let queueCapacityBytes: MetricFamily<Gauge>
    package let backPressure: MetricFamily<Counter>
    package let errors: MetricFamily<Counter>
    package let tables: MetricFamily<Gauge>
    package let quarantinedTables: MetricFamily<Gauge>
    package let snapshotRows: MetricFamily<Gauge>
    package let snapshotRowsExpected: MetricFamily<Gauge>
    package let logLinesLeftOut: MetricFamily<Counter>
    package let points: MetricFamily<Counter>
    package let pushAge: MetricFamily<Histogram>
    package let pushesRefused: MetricFamily<Counter>
    package let subscribed: MetricFamily<Gauge>
    package let windowsCompared: MetricFamily<Counter>
    package let windowsDifferent: MetricFamily<Counter>
    package let heartbeatLag: MetricFamily<Gauge>
    package let verification: VerificationMetrics
    package let servers: ServerMetrics
    package let objectives: ObjectiveMetrics

    /// - Parameter version: Leat's version, for `leat_build_info`.
    package init(version: String, registry: MetricsRegistry = MetricsRegistry()) {
        self.registry = registry
        buildInfo = registry.register(Self.buildInfo)
        startTime = registry.register(Self.startTime)
        residentMemory = registry.register(Self.residentMemory)
        openFiles = registry.register(Self.openFiles)
        cpuSeconds = registry.register(Self.cpuSeconds)
        sourceUp = registry.register(Self.sourceUp)
        warehouseUp = registry.register(Self.warehouseUp)
        pipelineFailed = registry.register(Self.pipelineFailed)
        heartbeat = registry.register(Self.heartbeat)
        lag = registry.register(Self.lag)
        binlogRunway = registry.register(Self.binlogRunway)
        transactions = registry.register(Self.transactions)
        reconnects = registry.register(Self.reconnects)
        events = registry.register(Self.events)
        rows = registry.register(Self.rows)
        readBytes = registry.register(Self.readBytes)
        writtenBytes = registry.register(Self.writtenBytes)
        batches = registry.register(Self.batches)
        batchRows = registry.register(Self.batchRows)
        batchBytes = registry.register(Self.batchBytes)
        checkpointBatch = registry.register(Self.checkpointBatch)
        stageDuration = registry.register(Self.stageDuration)
        insertDuration = registry.register(Self.insertDuration)
        queueBytes = registry.register(Self.queueBytes)
        queueCapacityBytes = registry.register(Self.queueCapacityBytes)
        backPressure = registry.register(Self.backPressure)
        errors = registry.register(Self.errors)
        tables = registry.register(Self.tables)
        quarantinedTables = registry.register(Self.quarantinedTables)
        snapshotRows = registry.register(Self.snapshotRows)
        snapshotRowsExpected = registry.register(Self.snapshotRowsExpected)
        logLinesLeftOut = registry.register(Self.logLinesLeftOut)
        points = registry.register(Self.points)
        pushAge = registry.register(Self.pushAge)
        pushesRefused = registry.register(Self.pushesRefused)
        subscribed = registry.register(Self.subscribed)
        windowsCompared = registry.register(Self.windowsCompared)
        windowsDifferent = registry.register(Self.windowsDifferent)
        heartbeatLag = registry.register(Self.heartbeatLag)
        verification = VerificationMetrics(registry)
        servers = ServerMetrics(registry)
        objectives = ObjectiveMetrics(registry)

        buildInfo.with(version, Self.swiftVersion).set(1)
        startTime.only.setToNow()
        let (memory, files, cpu) = (residentMemory.only, openFiles.only, cpuSeconds.only)
        registry.onScrape {
            guard let usage = ProcessUsage.now() else { return }
            memory.set(usage.residentBytes)
            files.set(usage.openFiles)
            cpu.set(usage.cpuNanoseconds)
        }
    }

    private static var swiftVersion: String {
        #if compiler(>=6.4)
        "6.4 or later"
        #elseif compiler(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }

    /// The handles of one source. Make them once.
    package func source(_ name: String) -> SourceMetrics { SourceMetrics(name, of: self) }
}
