import CZlib
import InfluxProtocol
import NIOCore

/// One body, compressed as `Content-Encoding: gzip` wants it (RFC 1952).
enum GzipBody {
    /// Line protocol repeats itself: the fastest level already makes it small.
    static let level: Int32 = 1

    /// - Throws: `.invalidRequest` where zlib has no memory.
    static func compress(_ bytes: UnsafeRawBufferPointer) throws(InfluxError) -> ByteBuffer {
        var stream = z_stream()
        // 15 bits of window; 16 more ask for gzip's header instead of zlib's.
        let status = deflateInit2_(
            &stream,
            level,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else {
            throw InfluxError(code: .invalidRequest, message: "the body cannot be compressed (zlib \(status))")
        }
        defer { deflateEnd(&stream) }
        var output = ByteBuffer()
        output.reserveCapacity(Int(deflateBound(&stream, UInt(min(bytes.count, 64 << 20)))))
        var rest = bytes
        while true {
            // zlib counts in 32 bits.
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
            stream.next_in = UnsafeMutablePointer(
                mutating: piece.bindMemory(to: UInt8.self).baseAddress
            )
            stream.avail_in = UInt32(piece.count)
            let flush = rest.isEmpty ? Z_FINISH : Z_NO_FLUSH
            repeat {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: 64 << 10) { room in
                    let size = min(room.count, 1 << 30)
                    stream.next_out = room.bindMemory(to: UInt8.self).baseAddress
                    stream.avail_out = UInt32(size)
                    deflate(&stream, flush)
                    return size - Int(stream.avail_out)
                }
            } while stream.avail_out == 0
            if rest.isEmpty { return output }
        }
    }
}
