import NIOCore
import NIOHTTP1
import NIOPosix

/// Lets the last bytes of a result through when the connection breaks after them.
///
/// ClickHouse reports a failure in the middle of a result by writing the exception and closing the connection before
/// the body's proper end. The HTTP client takes that as an error and drops what it has not handed on yet, which is
/// where the exception stands. This handler follows the HTTP decoder in the pipeline and turns the broken end into a
/// mark, as one more part of the body, and a proper end; ``ClickHouseByteStream`` finds the mark and throws.
final class BrokenResultHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private let mark: ByteBuffer
    private var isInBody = false
    private var isBroken = false

    private init(mark: ByteBuffer) { self.mark = mark }

    /// Adds the handler to a connection of the HTTP client.
    static func add(to channel: any Channel, mark: ByteBuffer) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(BrokenResultHandler(mark: mark), position: .after(decoder))
        }
    }

    /// Bytes that no result has by chance.
    static func makeMark() -> ByteBuffer {
        var random = SystemRandomNumberGenerator()
        var mark = ByteBuffer()
        for _ in 0..<4 { mark.writeInteger(UInt64.random(in: .min ... .max, using: &random)) }
        return mark
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isBroken { return }
        switch unwrapInboundIn(data) {
        case .head: isInBody = true
        case .body: break
        case .end: isInBody = false
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isBroken { return }
        guard isInBody else {
            context.fireErrorCaught(error)
            return
        }
        isBroken = true
        isInBody = false
        context.fireChannelRead(wrapInboundOut(.body(mark)))
        context.fireChannelRead(wrapInboundOut(.end(nil)))
        context.close(promise: nil)
    }
}
