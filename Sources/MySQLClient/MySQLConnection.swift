import Logging
import MySQLProtocol
import NIOCore
import NIOPosix

/// One connection to a MySQL server: logged in, speaking utf8mb4, running one command at a time.
///
/// Commands from several tasks wait for each other. Cancelling a task closes the connection, since the protocol cannot
/// take a command back; so do timeouts and consumers that throw. Close it when done; one that is let go of is closed.
package final class MySQLConnection: Sendable {
    /// As the server writes it, e.g. `8.4.3` or `10.11.6-MariaDB-0+deb12u1`.
    package let serverVersion: String
    /// The connection's id on the server, for `KILL`.
    package let threadID: UInt32
    package let isMariaDB: Bool
    package let endpoint: MySQLEndpoint

    /// What ``query(_:timeout:)`` holds at most, in bytes on the wire.
    package static let bufferedBytesMax = 256 << 20

    let channel: any Channel
    private let handler: NIOLoopBound<MySQLChannelHandler>

    private init(
        channel: any Channel,
        handler: NIOLoopBound<MySQLChannelHandler>,
        handshake: Handshake,
        endpoint: MySQLEndpoint
    ) {
        self.channel = channel
        self.handler = handler
        self.endpoint = endpoint
        serverVersion = handshake.serverVersion
        threadID = handshake.threadID
        isMariaDB = handshake.isMariaDB
    }

    deinit { channel.close(promise: nil) }

    /// Connects and logs in. What the server has refused is not tried again for some seconds, see ``LogInPacing``.
    ///
    /// - Throws: ``MySQLError`` with `.connectionFailed`, `.tls`, `.authentication`, `.timeout` or `.unsupported`; also
    ///   `.server` where the server refuses for a reason of its own (too many connections, no such database).
    package static func connect(
        to endpoint: MySQLEndpoint,
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger = Logger(label: "leat.mysql")
    ) async throws -> MySQLConnection {
        let makeTLSHandler = try TLSClient.handlerFactory(for: endpoint)
        try LogInGate.shared.pass(endpoint)
        let eventLoop = group.next()
        let timeout = TimeAmount(endpoint.connectTimeout)
        let deadline = NIODeadline.now() + timeout
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 16384, maximum: 262_144)
            )
        // A host with several addresses gets a channel for each until one is connected: nothing is shared among them.
        let initialize: @Sendable (any Channel) -> EventLoopFuture<Opened> = { channel in
            channel.eventLoop.makeCompletedFuture {
                let connected = channel.eventLoop.makePromise(of: Handshake.self)
                let handler = MySQLChannelHandler(
                    login: Login(endpoint),
                    eventLoop: channel.eventLoop,
                    connected: connected,
                    makeTLSHandler: makeTLSHandler
                )
                try channel.pipeline.syncOperations.addHandler(handler)
                return Opened(
                    channel: channel,
                    handler: NIOLoopBound(handler, eventLoop: channel.eventLoop),
                    connected: connected.futureResult
                )
            }
        }
        let opened: Opened
        do {
            if let path = endpoint.unixSocketPath {
                opened = try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initialize)
            } else {
                opened = try await bootstrap.connect(
                    host: endpoint.host,
                    port: endpoint.port,
                    channelInitializer: initialize
                )
            }
        } catch {
            throw ConnectionFailure.translate(error, address: endpoint.address, isConnecting: true)
        }
        let handler = opened.handler
        let alarm = eventLoop.scheduleTask(deadline: deadline) {
            handler.value.fail(MySQLError(.timeout, "\(endpoint.address) did not answer the log-in in time"))
        }
        defer { alarm.cancel() }
        let handshake: Handshake
        do {
            handshake = try await withTaskCancellationHandler {
                try await opened.connected.get()
            } onCancel: {
                eventLoop.execute { handler.value.fail(CancellationError()) }
            }
        } catch {
            LogInGate.shared.failed(endpoint, error)
            throw error
        }
        LogInGate.shared.succeeded(endpoint)
        logger.debug(
            "connected to MySQL",
            metadata: [
                "address": "\(endpoint.address)", "version": "\(handshake.serverVersion)",
                "thread": "\(handshake.threadID)",
            ]
        )
        return MySQLConnection(channel: opened.channel, handler: handler, handshake: handshake, endpoint: endpoint)
    }

    private struct Opened: Sendable {
        var channel: any Channel
        var handler: NIOLoopBound<MySQLChannelHandler>
        var connected: EventLoopFuture<Handshake>
    }

    // MARK: Statements

    /// Runs one statement and holds its result, which must be small (``bufferedBytesMax``).
    ///
    /// - Parameter timeout: for the whole statement; when it is over the connection is closed.
    package func query(_ sql: String, timeout: Duration? = nil) async throws -> QueryResult {
        let collector = RowCollector(bytesMax: MySQLConnection.bufferedBytesMax)
        var command = command(.query(sql), kind: .query(sendsLocalData: false), timeout: timeout)
        command.consumer = collector
        command.beginRows = { collector.begin($0) }
        return collector.result(try await run(command))
    }

    /// Runs one statement that gives no rows.
    ///
    /// - Throws: ``MySQLError`` with `.protocolViolation` where it does give rows.
    @discardableResult
    package func execute(_ sql: String, timeout: Duration? = nil) async throws -> OKPacket {
        try await run(command(.query(sql), kind: .query(sendsLocalData: false), timeout: timeout))
    }

    /// Runs one statement and hands each row's payload to `rows` as it comes.
    ///
    /// While `rows` is paused nothing is read, and the server waits (for `net_write_timeout` at most).
    ///
    /// - Parameters:
    ///   - silenceMax: the longest time without a byte while `rows` wants more.
    ///   - columns: called once, on the event loop, before the first row.
    package func stream(
        _ sql: String,
        silenceMax: Duration? = nil,
        columns: @escaping @Sendable ([ColumnDefinition41]) throws -> Void = { _ in },
        rows: any PacketConsumer
    ) async throws {
        var command = command(.query(sql), kind: .query(sendsLocalData: false), timeout: nil)
        command.consumer = rows
        command.beginRows = columns
        command.silenceMax = silenceMax.map { TimeAmount($0) }
        _ = try await run(command)
    }

    /// Runs `LOAD DATA LOCAL INFILE 'any name' …` with `body` as the file's content.
    ///
    /// The endpoint must have `allowsLocalData`, the server `local_infile=ON`. Where `body` throws, the connection is
    /// closed and the server rolls the statement back.
    package func loadData<Body: AsyncSequence & Sendable>(
        _ sql: String,
        body: Body,
        timeout: Duration? = nil
    ) async throws -> OKPacket where Body.Element == ByteBuffer {
        let wanted = channel.eventLoop.makePromise(of: Bool.self)
        var command = command(.query(sql), kind: .query(sendsLocalData: true), timeout: timeout)
        command.localDataWanted = wanted
        let outcome = command.outcome.futureResult
        return try await closingOnCancel {
            self.submit(command)
            if try await wanted.futureResult.get() {
                do {
                    for try await chunk in body where chunk.readableBytes > 0 { try await self.sendLocalData(chunk) }
                } catch {
                    await self.end(error)
                    throw error
                }
                try await self.sendLocalData(ByteBuffer())
            }
            return try await outcome.get()
        }
    }

    /// Asks for a sign of life.
    package func ping(timeout: Duration = .seconds(5)) async throws {
        _ = try await run(command(.ping, kind: .simple, timeout: timeout))
    }

    /// A consumer that had answered `.pause` has room again. From any thread.
    package func resume() {
        channel.eventLoop.execute { self.handler.value.resume() }
    }

    /// Ends the session and waits until the connection is closed. What still runs fails with `.closed`.
    package func close() async {
        await end(MySQLError(.closed, "the connection to \(endpoint.address) was closed"))
    }

    /// Whether the connection is still open as far as this side knows.
    package var isOpen: Bool { channel.isActive }

    // MARK: Within the module

    func command(_ command: Command, kind: ConnectionStateMachine.Kind, timeout: Duration?) -> PendingCommand {
        PendingCommand(
            command: command,
            kind: kind,
            timeout: timeout.map { TimeAmount($0) },
            outcome: channel.eventLoop.makePromise(of: OKPacket.self)
        )
    }

    func submit(_ command: PendingCommand) {
        channel.eventLoop.execute { self.handler.value.submit(command) }
    }

    func run(_ command: PendingCommand) async throws -> OKPacket {
        try await closingOnCancel {
            self.submit(command)
            return try await command.outcome.futureResult.get()
        }
    }

    func closingOnCancel<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        try await withTaskCancellationHandler(operation: body) {
            channel.eventLoop.execute { self.handler.value.fail(CancellationError()) }
        }
    }

    /// Closes with `error` for what still runs.
    func end(_ error: any Error) async {
        channel.eventLoop.execute { self.handler.value.close(error) }
        try? await channel.closeFuture.get()
    }

    private func sendLocalData(_ data: ByteBuffer) async throws {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.eventLoop.execute { self.handler.value.sendLocalData(data, promise: promise) }
        try await promise.futureResult.get()
    }
}
