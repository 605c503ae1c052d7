import MySQLProtocol
import NIOCore
import NIOEmbedded
import NIOSSL
import Synchronization
import Testing

@testable import MySQLClient

/// A handler on a channel without a socket, and the server's side of the talk.
final class HandlerFixture {
    let channel: EmbeddedChannel
    let handler: MySQLChannelHandler
    let reads: ReadCounter
    let connected: EventLoopFuture<Handshake>
    let loop: EmbeddedEventLoop
    /// The number that the server's next packet has.
    var sequence: UInt8 = 0

    init(_ login: Login = .testing()) throws {
        loop = EmbeddedEventLoop()
        channel = EmbeddedChannel(loop: loop)
        let promise = loop.makePromise(of: Handshake.self)
        connected = promise.futureResult
        handler = MySQLChannelHandler(login: login, eventLoop: loop, connected: promise) {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            return try NIOSSLClientHandler(context: NIOSSLContext(configuration: configuration), serverHostname: nil)
        }
        reads = ReadCounter()
        try channel.pipeline.syncOperations.addHandlers([reads, handler])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 3306), promise: nil)
    }

    /// Whatever the test did, nothing is left open.
    deinit {
        handler.fail(CancellationError())
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    static func loggedIn(_ login: Login = .testing()) throws -> HandlerFixture {
        let fixture = try HandlerFixture(login)
        try fixture.logIn()
        return fixture
    }

    func logIn() throws {
        try send([ServerBytes.handshake])
        _ = try sent()
        try send([ServerBytes.fastAuthentication, ServerBytes.ok], from: 2)
        _ = try connected.wait()
    }

    /// The server sends payloads, numbered from `first` on.
    func send(_ payloads: [[UInt8]], from first: UInt8 = 0, piece: Int = .max) throws {
        var bytes = ServerBytes.packets(payloads, from: first)
        while let part = bytes.readSlice(length: min(piece, bytes.readableBytes)), part.readableBytes > 0 {
            try channel.writeInbound(part)
        }
    }

    /// All that the client has sent since the last look.
    func sent() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = try channel.readOutbound(as: ByteBuffer.self) { bytes += part.readableBytesView }
        return bytes
    }

    func submit(
        _ command: Command,
        kind: ConnectionStateMachine.Kind = .query(sendsLocalData: false),
        consumer: (any PacketConsumer)? = nil,
        timeout: TimeAmount? = nil,
        silenceMax: TimeAmount? = nil,
        localDataWanted: EventLoopPromise<Bool>? = nil
    ) -> Outcome {
        let promise = loop.makePromise(of: OKPacket.self)
        handler.submit(
            PendingCommand(
                command: command,
                kind: kind,
                consumer: consumer,
                timeout: timeout,
                silenceMax: silenceMax,
                localDataWanted: localDataWanted,
                outcome: promise
            )
        )
        return Outcome(promise.futureResult)
    }

    /// What has become of a command so far.
    final class Outcome: Sendable {
        private let result = Mutex<Result<OKPacket, any Error>?>(nil)

        init(_ future: EventLoopFuture<OKPacket>) {
            future.whenComplete { value in self.result.withLock { $0 = value } }
        }

        var isPending: Bool { result.withLock { $0 == nil } }
        var packet: OKPacket? { result.withLock { try? $0?.get() } }
        var error: (any Error)? {
            result.withLock { if case .failure(let error) = $0 { error } else { nil } }
        }
        var failure: MySQLError? { error as? MySQLError }
    }
}

/// Counts the reads that come through to the socket's side.
final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = Any
    var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}

/// Keeps what it gets, and pauses or throws when told to.
final class PayloadCollector: PacketConsumer {
    struct Refusal: Error {}

    private let kept = Mutex<[[UInt8]]>([])
    private let pauseEvery: Int
    private let throwAt: Int

    init(pauseEvery: Int = .max, throwAt: Int = .max) {
        self.pauseEvery = pauseEvery
        self.throwAt = throwAt
    }

    var payloads: [[UInt8]] { kept.withLock { $0 } }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        let count = kept.withLock { kept in
            kept.append(Array(payload))
            return kept.count
        }
        if count >= throwAt { throw Refusal() }
        return count.isMultiple(of: pauseEvery) ? .pause : .more
    }
}
