/// The one set of metrics of a Leat process. Families are for those who make series; hot paths hold the handles that
/// ``source(_:)`` and ``SourceMetrics/table(_:)`` give.
public final class LeatMetrics: Sendable {
    public let registry: MetricsRegistry

    public let buildInfo: MetricFamily<Gauge>
    public let startTime: MetricFamily<Gauge>
    public let residentMemory: MetricFamily<Gauge>
    public let openFiles: MetricFamily<Gauge>
    public let cpuSeconds: MetricFamily<Counter>
    public let sourceUp: MetricFamily<Gauge>
    public let warehouseUp: MetricFamily<Gauge>
    public let pipelineFailed: MetricFamily<Gauge>
    public let heartbeat: MetricFamily<Gauge>
    public let lag: MetricFamily<Gauge>
    public let binlogRunway: MetricFamily<Gauge>
    public let transactions: MetricFamily<Counter>
    public let reconnects: MetricFamily<Counter>
    public let events: MetricFamily<Counter>
    public let rows: MetricFamily<Counter>
    public let readBytes: MetricFamily<Counter>
    public let writtenBytes: MetricFamily<Counter>
    public let batches: MetricFamily<Counter>
    public let batchRows: MetricFamily<Histogram>
    public let batchBytes: MetricFamily<Histogram>
    public let checkpointBatch: MetricFamily<Gauge>
    public let stageDuration: MetricFamily<Histogram>
    public let insertDuration: MetricFamily<Histogram>
    public let queueBytes: MetricFamily<Gauge>
    public let queueCapacityBytes: MetricFamily<Gauge>
    public let backPressure: MetricFamily<Counter>
    public let errors: MetricFamily<Counter>
    public let tables: MetricFamily<Gauge>
    public let quarantinedTables: MetricFamily<Gauge>
    public let snapshotRows: MetricFamily<Gauge>
    public let snapshotRowsExpected: MetricFamily<Gauge>
    public let logLinesLeftOut: MetricFamily<Counter>
    public let points: MetricFamily<Counter>
    public let pushAge: MetricFamily<Histogram>
    public let pushesRefused: MetricFamily<Counter>
    public let subscribed: MetricFamily<Gauge>
    public let windowsCompared: MetricFamily<Counter>
    public let windowsDifferent: MetricFamily<Counter>
    public let heartbeatLag: MetricFamily<Gauge>
    public let verification: VerificationMetrics
    public let servers: ServerMetrics
    public let objectives: ObjectiveMetrics

    /// - Parameter version: Leat's version, for `leat_build_info`.
    public init(version: String, registry: MetricsRegistry = MetricsRegistry()) {
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
    public func source(_ name: String) -> SourceMetrics { SourceMetrics(name, of: self) }
}
