import Foundation
import Hummingbird
import LeatState
import Logging
import Synchronization

/// The HTTP side of a running process: pages on the console's address, and orders on a Unix socket that only this user
/// can reach.
package struct ConsoleServer: Sendable {
    private let host: String
    private let port: Int
    private let controlSocket: String
    private let pages: [any ConsoleRoutes]
    private let orders: [any ConsoleRoutes]
    private let logger: Logger

    /// - Parameters:
    ///   - controlSocket: the socket's path; a socket that a dead process has left there is replaced.
    ///   - pages: what is served on the address.
    ///   - orders: what is served on the socket.
    package init(
        host: String,
        port: Int,
        controlSocket: String,
        pages: [any ConsoleRoutes],
        orders: [any ConsoleRoutes],
        logger: Logger
    ) {
        self.host = host
        self.port = port
        self.controlSocket = controlSocket
        self.pages = pages
        self.orders = orders
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
        router.add(middleware: PageSecurity(listeningOn: host))
        for routes in pages { router.addRoutes(routes.endpoints) }
        return router
    }

    private func controlRouter() -> Router<BasicRequestContext> {
        let router = Router()
        for routes in orders { router.addRoutes(routes.endpoints) }
        return router
    }
}
