import NIOCore
import NIOHTTP1

/// A complete answer.
struct ServerAnswer: Sendable {
    var headers: HTTPHeaders
    var body: ByteBuffer

    var text: String { String(buffer: body) }
}
