import ClickHouseClient
import Console
import Foundation
import InfluxReplication
import LeatConfig
import LeatState
import Logging
import MySQLReplication
import Observability
import PipelineCore
import UnixSignals
import Verification

/// Runs the pipelines of a configuration in this process, with metrics, health and a socket for orders.
package final class PipelineRunner: Sendable {
    package let configuration: LeatConfiguration
    package let observers: [String: MetricsObserver]
    private let pipelines: [PipelineSupervisor<ReplicationPipeline>]
    private let seriesPipelines: [PipelineSupervisor<TimeSeriesPipeline>]
    /// In the order of `pipelines`; empty if nothing is to be compared in the background.
    private let verifiers: [ContinuousVerifier]
    private let checksums: [ChecksumWatch]
    private let client: ClickHouseClient
    package let metrics: LeatMetrics
    private let health: Health
    private let objectives: ObjectiveKeeper
    private let recorder: LivenessRecorder
    private let exporter: OTLPExporter?
    private let logger: Logger

    /// - Parameter copiesAgain: give up the positions and copy every table again.
    package init(_ configuration: LeatConfiguration, copiesAgain: Bool = false, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        let metrics = LeatMetrics(version: LeatVersion.current)
        Logs.count(in: metrics)
        let health = Health()
        let client = configuration.warehouseClient(logger: logger)
        let owner = UUID().uuidString
        let exporter = configuration.spanExporter(instance: owner, logger: logger)
        var observers: [String: MetricsObserver] = [:]
        var pipelines: [PipelineSupervisor<ReplicationPipeline>] = []
        var verifiers: [ContinuousVerifier] = []
        var checksums: [ChecksumWatch] = []
        for (source, mySQL) in configuration.mySQLSources {
            let observer = MetricsObserver(source.name, metrics: metrics, health: health)
            observers[source.name] = observer
            let pipeline = PipelineSupervisor(
                source.name,
                copiesAgain: copiesAgain,
                observer: observer,
                client: client,
                logger: logger
            ) { copiesAgain in
                var options = configuration.replicationOptions(for: source, mySQL)
                options.copiesAgain = copiesAgain
                options.tracer = exporter?.tracer
                options.hasChecksums = configuration.verification.hasChecksums
                return ReplicationPipeline(
                    options: options,
                    client: client,
                    observer: observer,
                    owner: owner,
                    logger: logger
                )
            }
            pipelines.append(pipeline)
            let verifier =
                configuration.verification.isInBackground
                ? configuration.verifier(of: pipeline, source, mySQL, client: client, observer: observer, logger) : nil
            if let verifier { verifiers.append(verifier) }
            if configuration.verification.hasChecksums {
                checksums.append(
                    configuration.checksumWatch(
                        of: pipeline,
                        source,
                        mySQL,
                        client: client,
                        observer: observer,
                        verifier: verifier,
                        logger
                    )
                )
            }
        }
        var seriesPipelines: [PipelineSupervisor<TimeSeriesPipeline>] = []
        for (source, influx) in configuration.influxDBSources {
            let observer = MetricsObserver(source.name, metrics: metrics, health: health, hasMeasurements: true)
            observers[source.name] = observer
            seriesPipelines.append(
                PipelineSupervisor(
                    source.name,
                    copiesAgain: copiesAgain,
                    observer: observer,
                    client: client,
                    logger: logger
                ) { _ in
                    TimeSeriesPipeline(
                        options: configuration.seriesOptions(for: source, influx),
                        client: client,
                        observer: observer,
                        logger: logger
                    )
                }
            )
        }
        self.seriesPipelines = seriesPipelines
        self.verifiers = verifiers
        self.checksums = checksums
        self.metrics = metrics
        self.health = health
        self.exporter = exporter
        objectives = ObjectiveKeeper(configuration.checkedObjectives, metrics: metrics)
        self.client = client
        self.observers = observers
        self.pipelines = pipelines
        recorder = LivenessRecorder(
            client: client,
            instance: owner,
            place: HomeFiles.place(ofSocket: HomeFiles.controlSocket(forConfiguration: configuration.path)),
            reports: { [observers] in Self.reports(observers) },
            logger: logger
        )
    }

    /// Whether every pipeline knows its tables, or has failed.
    package var isSettled: Bool {
        get async {
            for pipeline in pipelines where await !pipeline.isSettled { return false }
            for pipeline in seriesPipelines where await !pipeline.isSettled { return false }
            return true
        }
    }

    /// All pipelines, whatever their sources are.
    package var sources: [any SupervisedSource] {
        pipelines.map { $0 as any SupervisedSource } + seriesPipelines.map { $0 as any SupervisedSource }
    }

    /// How each pipeline is, by name.
    package var reports: [PipelineReport] { Self.reports(observers) }

    private static func reports(_ observers: [String: MetricsObserver]) -> [PipelineReport] {
        for observer in observers.values { observer.refresh() }
        return observers.values.map { $0.report() }.sorted { $0.name < $1.name }
    }

    /// Runs until SIGINT or SIGTERM, then ends cleanly.
    package func runUntilSignal() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.run() }
            group.addTask {
                for await signal in signals {
                    self.logger.info("shutting down", metadata: ["signal": "\(signal)"])
                    return
                }
            }
            defer { group.cancelAll() }
            try await group.next()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    /// Runs until cancelled. A pipeline that fails is started again, and ends neither the others nor the process.
    ///
    /// - Throws: ``PipelineError`` for a configuration without sources, another process that runs it, or a console
    ///   whose
    ///   address is taken.
    package func run() async throws {
        guard !pipelines.isEmpty || !seriesPipelines.isEmpty else {
            throw PipelineError(
                .precondition,
                "\(configuration.path) has no source",
                remedy: "add one under sources: (docs/configuration.md)"
            )
        }
        let console = ConsoleServer(
            host: configuration.console.listen.host,
            port: configuration.console.listen.port,
            controlSocket: HomeFiles.controlSocket(forConfiguration: configuration.path),
            pages: [
                MetricsRoutes(metrics.registry),
                HealthRoutes {
                    for observer in self.observers.values { observer.refresh() }
                    return self.health.report()
                },
            ],
            orders: [
                ControlRoutes(
                    pipelines: { self.reports },
                    objectives: { self.objectives.states },
                    tables: { order, tables in try await self.perform(order, tables) },
                    repair: { order in try await self.repair(try JSONDecoder().decode(RepairOrder.self, from: order)) }
                )
            ],
            logger: logger
        )
        let watch = ServerWatch(configuration, client: client, metrics: metrics.servers, logger: logger)
        do {
            // Before anything is claimed, which would take the pipelines away from a process that runs them.
            try console.requireAlone()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await console.run() }
                group.addTask { try await ProcessMemory.keepSmall() }
                group.addTask { await watch.run() }
                group.addTask { try await self.objectives.run() }
                if let exporter { group.addTask { try await exporter.run() } }
                for pipeline in pipelines { group.addTask { await pipeline.run() } }
                for pipeline in seriesPipelines { group.addTask { await pipeline.run() } }
                group.addTask { await self.recorder.run() }
                for verifier in verifiers { group.addTask { await verifier.run() } }
                for watch in checksums { group.addTask { await watch.run() } }
                // The first to end ends all: a failure, or cancellation from outside.
                defer { group.cancelAll() }
                try await group.next()
                group.cancelAll()
                try await group.waitForAll()
            }
        } catch {
            await end()
            // Clients have errors of their own for what was cancelled.
            if error is CancellationError || Task.isCancelled { return }
            throw error
        }
        await end()
    }

    /// In a task of its own, since this one may be cancelled by now.
    private func end() async {
        await Task {
            await recorder.recordStop()
            try? await client.shutdown()
        }.value
    }

    /// Writes rows again that differ, and has their tables compared again.
    private func repair(_ order: RepairOrder) async throws -> [String] {
        if let series = seriesPipelines.first(where: { $0.name == order.source }) {
            return try await series.order { try await Self.repair(order.measurements ?? [], of: $0) }
        }
        guard let pipeline = pipelines.first(where: { $0.name == order.source }) else {
            throw PipelineError(
                .precondition,
                "no pipeline is called `\(order.source)`",
                remedy: "the running process has another configuration: restart it, or name its file with --config"
            )
        }
        let names = order.tables.map(\.name)
        for watch in checksums { await watch.hold(names) }
        let result: Result<[String], any Error>
        do {
            result = .success(try await pipeline.order { try await Self.repair(order, of: $0) })
        } catch {
            result = .failure(error)
        }
        for watch in checksums { await watch.release(names) }
        for verifier in verifiers { await verifier.prioritize(names) }
        return try result.get()
    }

    private static func repair(
        _ measurements: [RepairOrder.Measurement],
        of pipeline: TimeSeriesPipeline
    ) async throws -> [String] {
        var answers: [String] = []
        for measurement in measurements {
            let spans = measurement.spans.compactMap { $0.count == 2 && $0[0] < $0[1] ? $0[0]..<$0[1] : nil }
            let points = try await pipeline.repair(measurement.name, spans: spans)
            answers.append("\(measurement.name): \(points) points read again in \(spans.count) spans")
        }
        return answers
    }

    private static func repair(_ order: RepairOrder, of pipeline: ReplicationPipeline) async throws -> [String] {
        var answers: [String] = []
        for table in order.tables {
            let rows = try await pipeline.repair(
                table.name,
                keys: table.keys.map { RowKey(values: $0) },
                foreignVersions: table.foreignVersions
            )
            answers.append(
                "\(table.name): \(rows) row\(rows == 1 ? "" : "s") written again, \(UInt64(table.keys.count) - min(UInt64(table.keys.count), rows)) removed"
            )
        }
        return answers
    }
}
