import ClickHouseFormat
import ColumnarBytes
import NIOCore
import Synchronization

/// The body of one insert attempt: the statement, a line feed, the data. It cuts the caller's bytes into pieces and
/// compresses each when the connection asks for it, so that no second copy of the whole body ever exists.
///
/// The HTTP client reads the sequence in a task that can outlive the request for a moment. ``close()`` waits until no
/// piece is being made and ends the sequence; after it the caller may reuse the bytes.
final class InsertBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// Uncompressed bytes in a piece: large enough that per-chunk costs vanish, small enough for caches and to let the
    /// server work while we compress.
    static let pieceBytes = 1 << 20

    /// Where the bytes are.
    enum Source: Sendable {
        case bytes(GrowableBytes)
        case buffer(ByteBuffer)
        /// Made while the server takes them.
        case blocks(any InsertBlocks)
    }

    private struct State {
        /// The statement, until the first piece has it.
        var statement: String?
        var source: Source?
        var compressor: FrameCompressor?
        /// Of `.blocks`: the one that is being sent.
        var block: GrowableBytes?
        var areBlocksOver = false
        var offset = 0
        var isFinished = false
        var wasStarted = false
    }

    private enum Step {
        case piece(ByteBuffer)
        case needsBlock(any InsertBlocks)
        case end
    }

    private let state: Mutex<State>
    let compression: CompressionMethod

    /// - Parameter statement: `INSERT … FORMAT Native`, without a line feed; the server takes the first one after it as
    ///   the end of the statement, whatever bytes follow.
    init(statement: String, _ source: Source, compressor: FrameCompressor) {
        compression = compressor.method
        state = Mutex(State(statement: statement + "\n", source: source, compressor: compressor))
    }

    /// Whether the connection asked for the first piece, which it does when the request's head is on its way.
    var wasStarted: Bool { state.withLock { $0.wasStarted } }

    /// Ends the sequence and gives the compressor back.
    func close() -> FrameCompressor? {
        state.withLock { state in
            state.source = nil
            state.block = nil
            state.isFinished = true
            return state.compressor.take()
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        let body: InsertBody

        func next() async throws -> ByteBuffer? { try await body.nextPiece() }
    }

    private func nextPiece() async throws -> ByteBuffer? {
        while true {
            switch try step() {
            case .piece(let piece): return piece
            case .end: return nil
            case .needsBlock(let blocks):
                let block = try await blocks.next()
                state.withLock { state in
                    guard state.source != nil else { return }
                    state.block = block
                    state.offset = 0
                    state.areBlocksOver = block == nil
                }
            }
        }
    }

    private func step() throws -> Step {
        try state.withLock { state in
            state.wasStarted = true
            guard !state.isFinished, let source = state.source, let compressor = state.compressor else { return .end }
            switch source {
            case .bytes(let bytes): return .piece(try Self.piece(of: bytes.bytes, &state, compressor))
            case .buffer(let buffer):
                if compressor.method == .none {
                    // Sent as it is, without a copy.
                    if let statement = state.statement.take() { return .piece(ByteBuffer(string: statement)) }
                    state.isFinished = true
                    return .piece(buffer)
                }
                return .piece(try buffer.withUnsafeReadableBytes { try Self.piece(of: $0, &state, compressor) })
            case .blocks(let blocks):
                if let block = state.block, state.offset < block.count {
                    return .piece(try Self.piece(of: block.bytes, &state, compressor))
                }
                guard state.areBlocksOver else { return .needsBlock(blocks) }
                // The frame's end.
                let end = try Self.piece(of: UnsafeRawBufferPointer(start: nil, count: 0), &state, compressor)
                return end.readableBytes > 0 ? .piece(end) : .end
            }
        }
    }

    private static func piece(
        of bytes: UnsafeRawBufferPointer,
        _ state: inout State,
        _ compressor: FrameCompressor
    ) throws -> ByteBuffer {
        let start = Swift.min(state.offset, bytes.count)
        let end = Swift.min(bytes.count, start + pieceBytes)
        let input = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        state.offset = end
        if case .blocks = state.source {
            state.isFinished = state.areBlocksOver
        } else {
            state.isFinished = end == bytes.count
        }
        var piece = ByteBuffer()
        if let statement = state.statement.take() {
            piece.reserveCapacity(
                compressor.outputBound(forPieceOf: statement.utf8.count)
                    + compressor.outputBound(forPieceOf: input.count)
            )
            try ByteBuffer(string: statement).withUnsafeReadableBytes {
                try append($0, isLast: false, compressor, to: &piece)
            }
        }
        try append(input, isLast: state.isFinished, compressor, to: &piece)
        return piece
    }

    private static func append(
        _ bytes: UnsafeRawBufferPointer,
        isLast: Bool,
        _ compressor: FrameCompressor,
        to piece: inout ByteBuffer
    ) throws {
        let bound = compressor.outputBound(forPieceOf: bytes.count)
        try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
            try compressor.compress(bytes, isLast: isLast, into: output)
        }
    }
}
