import InfluxClient
import InfluxProtocol
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A server that answers with whatever bytes a test wants, for what a real server cannot be made to show.
final class FakeServer: Sendable {
    /// What is done when a whole request has come.
    enum Step: Sendable {
        case send(String)
        case bytes([UInt8])
        /// Leaves the client without more.
        case wait
        /// Ends the connection.
        case close
    }

    private let channel: any Channel
    private let seen: SharedRequests
    let url: String

    /// The requests so far, heads and bodies, as they came.
    var requests: [[UInt8]] { seen.requests.withLock { $0 } }

    /// - Parameter answers: One for each request; the last one for all that follow.
    static func start(_ answers: [[Step]]) async throws -> FakeServer {
        let seen = SharedRequests()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(answers: answers, seen: seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeServer(channel: channel, seen: seen)
    }

    private init(channel: any Channel, seen: SharedRequests) {
        self.channel = channel
        self.seen = seen
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    func stop() async throws { try await channel.close() }

    /// Runs `body` with a server that answers so, and a client of it.
    static func with<Result>(
        _ answers: [[Step]],
        authentication: InfluxEndpoint.Authentication = .basic,
        configuration: InfluxClient.Configuration = .init(),
        _ body: (FakeServer, InfluxClient) async throws -> Result
    ) async throws -> Result {
        let server = try await start(answers)
        let client = InfluxClient(
            endpoint: InfluxEndpoint(
                url: server.url,
                database: "d b",
                user: "u",
                password: "s3cret",
                authentication: authentication
            ),
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            let result = try await body(server, client)
            try await client.shutdown()
            try await server.stop()
            return result
        } catch {
            try await client.shutdown()
            try await server.stop()
            throw error
        }
    }

    /// An answer with a body of a known length.
    static func answer(_ status: String, _ body: String, headers: String = "") -> [Step] {
        [.send("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")]
    }

    fileprivate final class SharedRequests: Sendable {
        let requests = Mutex<[[UInt8]]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answers: [[Step]]
        private let seen: SharedRequests
        private var request: [UInt8] = []

        init(answers: [[Step]], seen: SharedRequests) {
            self.answers = answers
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            request += unwrapInboundIn(data).readableBytesView
            guard isComplete else { return }
            let number = seen.requests.withLock { requests in
                requests.append(request)
                return requests.count - 1
            }
            request = []
            for step in answers[min(number, answers.count - 1)] {
                switch step {
                case .send(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                case .bytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                case .wait: return
                case .close: context.close(promise: nil)
                }
            }
        }

        private var isComplete: Bool {
            guard let head = request.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
            let headers = String(decoding: request[..<head.lowerBound], as: UTF8.self).lowercased()
            guard let length = headers.firstRange(of: "content-length: ") else { return true }
            let count = Int(headers[length.upperBound...].prefix { $0.isNumber }) ?? 0
            return request.count - head.upperBound >= count
        }
    }
}

/// The error that `body` throws; `nil` when it throws none.
func influxFailure(_ body: () async throws -> Void) async -> InfluxError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? InfluxError
    }
}

/// Keeps the rows of a stream.
final class RowKeeper: SeriesRowConsumer {
    private let kept = Mutex<[[InfluxValue?]]>([])

    var rows: [[InfluxValue?]] { kept.withLock { $0 } }

    func consume(_ batch: SeriesRows) async throws -> SeriesRows? {
        let rows = InfluxClientTests.rows(batch)
        kept.withLock { $0 += rows }
        return batch
    }
}
