import ClickHouseClient
import Console
import Foundation
import LeatConfig
import LeatState
import Logging
import Observability
import PipelineCore
import UnixSignals

/// Runs the sources of a configuration in this process, with metrics, health and a socket for orders.
package final class PipelineRunner: Sendable {
    package let configuration: LeatConfiguration
    let sources: [any SourceRuntime]
    private let client: ClickHouseClient
    package let metrics: LeatMetrics
    private let health: Health
    private let objectives: ObjectiveKeeper
    private let recorder: LivenessRecorder
    private let exporter: OTLPExporter?
    private let logger: Logger

    /// - Parameters:
    ///   - copiesAgain: give up the positions and copy every table again.
    ///   - others: makes sources of a kind that a configuration cannot name.
    package init(
        _ configuration: LeatConfiguration,
        copiesAgain: Bool = false,
        logger: Logger,
        others: (SourceSurroundings) -> [any SourceRuntime] = { _ in [] }
    ) {
        self.configuration = configuration
        self.logger = logger
        metrics = LeatMetrics(version: LeatVersion.current)
        Logs.count(in: metrics)
        health = Health()
        client = configuration.warehouseClient(logger: logger)
        let owner = UUID().uuidString
        exporter = configuration.spanExporter(instance: owner, logger: logger)
        let around = SourceSurroundings(
            configuration: configuration,
            copiesAgain: copiesAgain,
            client: client,
            metrics: metrics,
            health: health,
            owner: owner,
            exporter: exporter,
            logger: logger
        )
        let sources = SourceRuntimes.make(around) + others(around)
        self.sources = sources
        objectives = ObjectiveKeeper(configuration.checkedObjectives, metrics: metrics)
        recorder = LivenessRecorder(
            client: client,
            instance: owner,
            place: HomeFiles.place(ofSocket: HomeFiles.controlSocket(forConfiguration: configuration.path)),
            reports: { Self.reports(sources) },
            logger: logger
        )
    }

    package var observers: [MetricsObserver] { sources.map(\.observer) }

    /// Whether every pipeline knows its tables, or has failed.
    package var isSettled: Bool {
        get async {
            for source in sources where await !source.isSettled { return false }
            return true
        }
    }

    /// How each pipeline is, by name.
    package var reports: [PipelineReport] { Self.reports(sources) }

    private static func reports(_ sources: [any SourceRuntime]) -> [PipelineReport] {
        sources.map { source in
            source.observer.refresh()
            return source.observer.report()
        }.sorted { $0.name < $1.name }
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
        guard !sources.isEmpty else {
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
                    for observer in self.observers { observer.refresh() }
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
                for source in sources { group.addTask { await source.run() } }
                group.addTask { await self.recorder.run() }
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
        guard let source = sources.first(where: { $0.name == order.source }) else {
            throw PipelineError(
                .precondition,
                "no pipeline is called `\(order.source)`",
                remedy: "the running process has another configuration: restart it, or name its file with --config"
            )
        }
        return try await source.repair(order)
    }
}
