import CLZ4
import CZstd

/// Decompresses a stream of LZ4 or Zstandard frames. One owner at a time.
public final class FrameDecompressor: @unchecked Sendable {
    // Sendable because a decompressor is owned by one stream and handed on whole; its pointers are its own.

    public let method: CompressionMethod
    private var lz4: OpaquePointer?
    private var zstd: OpaquePointer?
    /// Whether the bytes so far end between frames.
    public private(set) var isAtFrameBoundary = true

    /// - Throws: `.outOfMemory`.
    public init(_ method: CompressionMethod) throws(CompressionError) {
        self.method = method
        switch method {
        case .none: break
        case .lz4:
            if LZ4F_isError(LZ4F_createDecompressionContext(&lz4, UInt32(LZ4F_VERSION))) != 0 { throw .outOfMemory }
        case .zstd:
            zstd = ZSTD_createDCtx()
            if zstd == nil { throw .outOfMemory }
            // A window of 128 MiB at most: what a server says does not decide how much memory we take.
            _ = ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, 27)
        }
    }

    deinit {
        if let lz4 { LZ4F_freeDecompressionContext(lz4) }
        if let zstd { ZSTD_freeDCtx(zstd) }
    }

    /// Decompresses from `input`, which moves past what was read, into `output`.
    ///
    /// Call it again while `input` has bytes or the last call filled `output`: content can wait inside.
    /// - Returns: The bytes written.
    public func decompress(
        _ input: inout UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> Int {
        var read = input.count
        var written = output.count
        switch method {
        case .none:
            written = min(read, written)
            read = written
            output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input.prefix(read)))
        case .lz4:
            let hint = LZ4F_decompress(lz4, output.baseAddress, &written, input.baseAddress, &read, nil)
            if LZ4F_isError(hint) != 0 { throw .library(String(cString: LZ4F_getErrorName(hint))) }
            isAtFrameBoundary = hint == 0
        case .zstd:
            var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
            let hint = ZSTD_decompressStream(zstd, &target, &source)
            if ZSTD_isError(hint) != 0 { throw .library(String(cString: ZSTD_getErrorName(hint))) }
            isAtFrameBoundary = hint == 0
            read = source.pos
            written = target.pos
        }
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(read))
        return written
    }
}
