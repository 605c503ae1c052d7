import ClickHouseClient
import ClickHouseFormat
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A server that answers with whatever bytes a test wants, for misbehaviour that a real server cannot be made to show.
final class FakeServer: Sendable {
    /// What is done when a whole request has come.
    enum Step: Sendable {
        case send(String)
        case bytes([UInt8])
        case wait(Duration)
        /// Ends the connection without more.
        case close
        /// Ends the connection after this many bytes of the request, without an answer.
        case closeAfterRequestBytes(Int)
    }

    private let channel: any Channel
    private let seen: SharedRequests
    let endpoint: ClickHouseEndpoint

    /// The requests so far, heads and bodies, as they came.
    var requests: [String] { seen.requests.withLock { $0 } }

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
        endpoint = ClickHouseEndpoint(
            url: "http://127.0.0.1:\(channel.localAddress?.port ?? 0)",
            user: "u",
            password: "s3cret"
        )
    }

    func stop() async throws { try await channel.close() }

    func client(compression: CompressionMethod = .none) -> ClickHouseClient {
        ClickHouseClient(endpoint: endpoint, compression: compression, logger: Logger(label: "test"))
    }

    fileprivate final class SharedRequests: Sendable {
        let requests = Mutex<[String]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answers: [[Step]]
        private let seen: SharedRequests
        private var request = ""
        private var bytes = 0

        init(answers: [[Step]], seen: SharedRequests) {
            self.answers = answers
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            bytes += buffer.readableBytes
            request += String(buffer: buffer)
            let number = seen.requests.withLock { $0.count }
            let answer = answers[min(number, answers.count - 1)]
            if case .closeAfterRequestBytes(let limit) = answer.first, bytes >= limit {
                record()
                context.close(promise: nil)
                return
            }
            if isComplete {
                record()
                run(answer[...], context)
            }
        }

        private func record() {
            let request = request
            seen.requests.withLock { $0.append(request) }
            self.request = ""
            bytes = 0
        }

        private var isComplete: Bool {
            guard let head = request.range(of: "\r\n\r\n") else { return false }
            let headers = request[..<head.lowerBound].lowercased()
            if headers.contains("transfer-encoding: chunked") { return request.hasSuffix("0\r\n\r\n") }
            guard let length = headers.range(of: "content-length: ") else { return true }
            let count = Int(headers[length.upperBound...].prefix { $0.isNumber }) ?? 0
            return request[head.upperBound...].utf8.count >= count
        }

        private func run(_ steps: ArraySlice<Step>, _ context: ChannelHandlerContext) {
            guard let step = steps.first else { return }
            let rest = steps.dropFirst()
            switch step {
            case .send(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                run(rest, context)
            case .bytes(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                run(rest, context)
            case .wait(let time):
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(
                    in: .milliseconds(
                        time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
                    )
                ) {
                    let (handler, context) = bound.value
                    handler.run(rest, context)
                }
            case .close, .closeAfterRequestBytes: context.close(promise: nil)
            }
        }
    }
}

extension String {
    /// Where `text` occurs first.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }

    /// One chunk of a chunked body.
    var chunk: String { String(utf8.count, radix: 16) + "\r\n" + self + "\r\n" }
}
