import Foundation
import Hummingbird
import LeatState
import Logging
import Observability
import PipelineCore
import Synchronization

/// The HTTP side of a running process: `/metrics` for Prometheus and `/health` on the console's address, and orders on a
/// Unix socket that only this user can reach.
package struct ConsoleServer: Sendable {
    private let host: String
    private let port: Int
    private let controlSocket: String
    private let metrics: LeatMetrics
    private let health: @Sendable () -> Health.Report
    private let pipelines: @Sendable () -> [PipelineReport]
    private let tables: @Sendable (TableOrder, [String]) async throws -> [String]
    private let repair: @Sendable (Data) async throws -> [String]
    private let objectives: @Sendable () -> [ObjectiveState]
    private let logger: Logger

    /// - Parameters:
    ///   - controlSocket: the socket's path; a socket that a dead process has left there is replaced.
    ///   - health: how the parts of the process are now.
    ///   - pipelines: how each pipeline is now.
    ///   - tables: carries out an order about tables; returns lines for the user.
    ///   - repair: carries out the order to repair rows, which the body describes; returns lines for the user.
    ///   - objectives: how they are kept now.
    package init(
        host: String,
        port: Int,
        controlSocket: String,
        metrics: LeatMetrics,
        health: @escaping @Sendable () -> Health.Report,
        pipelines: @escaping @Sendable () -> [PipelineReport],
        tables: @escaping @Sendable (TableOrder, [String]) async throws -> [String],
        repair: @escaping @Sendable (Data) async throws -> [String],
        objectives: @escaping @Sendable () -> [ObjectiveState],
        logger: Logger
    ) {
        self.host = host
        self.port = port
        self.controlSocket = controlSocket
        self.metrics = metrics
        self.health = health
        self.pipelines = pipelines
        self.tables = tables
        self.repair = repair
        self.objectives = objectives
        self.logger = logger
    }

    /// Serves until cancelled.
    ///
    /// - Throws: ``PipelineError`` `.precondition` if the address is taken.
    package func run() async throws {
        var quiet = logger
        // Its errors reach us as errors; what it logs of its own end is noise.
        quiet.logLevel = .critical
        let pages = Application(
            router: pageRouter(),
            configuration: .init(address: .hostname(host, port: port), serverName: "leat"),
            logger: quiet
        )
        try requireAlone()
        let isBound = Mutex(false)
        let control = Application(
            router: controlRouter(),
            configuration: .init(address: .unixDomainSocket(path: controlSocket)),
            onServerRunning: { _ in
                isBound.withLock { $0 = true }
                chmod(controlSocket, 0o600)
            },
            logger: quiet
        )
        defer { if isBound.withLock({ $0 }) { unlink(controlSocket) } }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pages.run() }
                group.addTask { try await control.run() }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch is CancellationError {
            return
        } catch let error as PipelineError {
            throw error
        } catch {
            if Task.isCancelled { return }
            throw PipelineError(
                .precondition,
                "nothing can listen on \(host):\(port) (\(error))",
                remedy: "end the process that has the port, or set console: {listen: …} in leat.yaml"
            )
        }
    }

    /// Makes sure that no other process runs this configuration: removes the socket that a dead one has left.
    ///
    /// - Throws: ``PipelineError`` `.precondition` if a process answers at it.
    package func requireAlone() throws {
        guard FileManager.default.fileExists(atPath: controlSocket) else { return }
        if ControlSocket(controlSocket).isOpen {
            throw PipelineError(
                .precondition,
                "another process runs this configuration (it has \(controlSocket) open)",
                remedy: "end it first; `leat status` shows how far it is"
            )
        }
        unlink(controlSocket)
    }

    private func pageRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: MetricsRegistry.contentType],
                body: .init(byteBuffer: ByteBuffer(string: metrics.registry.exposition()))
            )
        }
        router.get("/health") { _, _ in
            let report = health()
            return Response(
                status: .init(code: report.httpStatus),
                headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: report.json + "\n"))
            )
        }
        return router
    }

    private func controlRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/control/objectives") { _, _ in try Self.json(objectives()) }
        router.get("/control/pipelines") { _, _ in try Self.json(pipelines()) }
        for order in TableOrder.allCases {
            router.post("/control/\(order.rawValue)") { request, _ in
                await answer { try await tables(order, request.uri.queryParameters.getAll("table")) }
            }
        }
        router.post("/control/repair") { request, _ in
            let body = try await request.body.collect(upTo: Self.orderBytesMax)
            return await answer { try await repair(Data(body.readableBytesView)) }
        }
        return router
    }

    private static func json(_ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value)))
        )
    }

    /// An order's lines for the user, or why it could not be carried out.
    private func answer(_ order: () async throws -> [String]) async -> Response {
        do {
            let lines = try await order()
            return Response(
                status: .ok,
                body: .init(byteBuffer: ByteBuffer(string: lines.joined(separator: "\n") + "\n"))
            )
        } catch {
            return Response(status: .conflict, body: .init(byteBuffer: ByteBuffer(string: "\(error)\n")))
        }
    }

    /// The keys of a hundred thousand rows.
    private static let orderBytesMax = 64 << 20
}
