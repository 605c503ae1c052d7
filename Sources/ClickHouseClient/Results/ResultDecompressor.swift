import ClickHouseFormat
import NIOCore

/// Undoes a result's `Content-Encoding`, piece by piece: a small part can hold gigabytes, so each piece is only made
/// when it is asked for.
struct ResultDecompressor {
    private static let pieceBytes = 256 << 10
    private let decompressor: FrameDecompressor
    private var part = ByteBuffer()
    /// Whether content may wait inside although ``part`` has no more bytes.
    private var mayHoldContent = false

    /// - Throws: `.protocolViolation` for an encoding that was not asked for.
    init(contentEncoding: String?) throws {
        let method = contentEncoding.map { CompressionMethod(rawValue: $0.lowercased()) } ?? CompressionMethod.none
        guard let method else {
            throw ClickHouseError(code: .protocolViolation, message: "a content encoding that was not asked for")
        }
        decompressor = try FrameDecompressor(method)
    }

    /// Whether the result so far is complete, as far as compression goes.
    var isComplete: Bool { decompressor.isAtFrameBoundary }

    /// Takes the next part; the last one must be used up.
    mutating func feed(_ part: ByteBuffer) { self.part = part }

    /// The next piece of content; `nil` when another part is needed.
    mutating func next() throws -> ByteBuffer? {
        if decompressor.method == .none {
            defer { part = ByteBuffer() }
            return part.readableBytes > 0 ? part : nil
        }
        while part.readableBytes > 0 || mayHoldContent {
            var piece = ByteBuffer()
            var room = 0
            var consumed = 0
            let written = try part.withUnsafeReadableBytes { bytes in
                var rest = bytes
                let written = try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceBytes) { output in
                    room = output.count
                    return try decompressor.decompress(&rest, into: output)
                }
                consumed = bytes.count - rest.count
                return written
            }
            part.moveReaderIndex(forwardBy: consumed)
            mayHoldContent = written == room
            if written > 0 { return piece }
            if consumed == 0 && part.readableBytes > 0 {
                throw ClickHouseError(code: .protocolViolation, message: "corrupt compressed stream: no output")
            }
        }
        return nil
    }
}
