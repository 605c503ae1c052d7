import ClickHouseFormat
import NIOCore

/// Undoes a result's `Content-Encoding`, part by part.
final class ResultDecompressor {
    private static let pieceBytes = 256 << 10
    private let decompressor: FrameDecompressor

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

    /// Calls `body` with each decompressed piece.
    func decompress(_ part: ByteBuffer, _ body: (ByteBuffer) throws -> Void) throws {
        if decompressor.method == .none {
            try body(part)
            return
        }
        var pieces: [ByteBuffer] = []
        try part.withUnsafeReadableBytes { bytes in
            var rest = bytes
            while true {
                var piece = ByteBuffer()
                var room = 0
                let written = try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceBytes) { output in
                    room = output.count
                    return try decompressor.decompress(&rest, into: output)
                }
                if written > 0 { pieces.append(piece) }
                if rest.isEmpty && written < room { break }
                if written == 0 && rest.count == bytes.count { break }
            }
        }
        for piece in pieces { try body(piece) }
    }
}
