import CLZ4
import CZstd

/// Compresses one body after the other into LZ4 or Zstandard frames; the context is made once and reused.
///
/// For each body: ``begin()``, then ``compress(_:isLast:into:)`` for each piece in order. One owner at a time.
public final class FrameCompressor: @unchecked Sendable {
    // Sendable because a compressor is owned by one body at a time and handed on whole; its pointers are its own.

    public let method: CompressionMethod
    private var lz4: OpaquePointer?
    private var zstd: OpaquePointer?
    private var preferences = LZ4F_preferences_t()
    private var isAtStart = true

    /// - Parameter level: Of Zstandard, 1 to 19. LZ4 takes its fastest.
    /// - Throws: `.outOfMemory`.
    public init(_ method: CompressionMethod, level: Int32 = 1) throws(CompressionError) {
        self.method = method
        switch method {
        case .none: break
        case .lz4:
            // Independent blocks, each piece flushed whole: the library then compresses between our own buffers.
            preferences.frameInfo.blockSizeID = LZ4F_max1MB
            preferences.frameInfo.blockMode = LZ4F_blockIndependent
            preferences.autoFlush = 1
            if LZ4F_isError(LZ4F_createCompressionContext(&lz4, UInt32(LZ4F_VERSION))) != 0 { throw .outOfMemory }
        case .zstd:
            zstd = ZSTD_createCCtx()
            if zstd == nil { throw .outOfMemory }
            _ = ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, level)
        }
    }

    deinit {
        if let lz4 { LZ4F_freeCompressionContext(lz4) }
        if let zstd { ZSTD_freeCCtx(zstd) }
    }

    /// Forgets an unfinished body.
    public func begin() {
        isAtStart = true
        if let zstd { ZSTD_CCtx_reset(zstd, ZSTD_reset_session_only) }
    }

    /// Room that ``compress(_:isLast:into:)`` needs for a piece of `count` bytes.
    public func outputBound(forPieceOf count: Int) -> Int {
        switch method {
        case .none: count
        case .lz4: LZ4F_compressBound(count, &preferences) + Int(LZ4F_HEADER_SIZE_MAX)
        // The frame's header and the block headers of a flush come on top.
        case .zstd: ZSTD_compressBound(count) + 64
        }
    }

    /// Compresses the body's next piece; all of it is in the output afterwards.
    ///
    /// - Parameter output: At least ``outputBound(forPieceOf:)`` bytes.
    /// - Returns: The bytes written.
    public func compress(
        _ piece: UnsafeRawBufferPointer,
        isLast: Bool,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> Int {
        if output.count < outputBound(forPieceOf: piece.count) { throw .library("the output has too little room") }
        switch method {
        case .none:
            output.copyMemory(from: piece)
            return piece.count
        case .lz4: return try compressLZ4(piece, isLast: isLast, into: output)
        case .zstd: return try compressZstandard(piece, isLast: isLast, into: output)
        }
    }

    private func compressLZ4(
        _ piece: UnsafeRawBufferPointer,
        isLast: Bool,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> Int {
        guard let start = output.baseAddress else { throw .truncated }
        var written = 0
        if isAtStart {
            written += try check(LZ4F_compressBegin(lz4, start, output.count, &preferences))
            isAtStart = false
        }
        if let source = piece.baseAddress, piece.count > 0 {
            written += try check(
                LZ4F_compressUpdate(lz4, start + written, output.count - written, source, piece.count, nil)
            )
        }
        if isLast {
            written += try check(LZ4F_compressEnd(lz4, start + written, output.count - written, nil))
            isAtStart = true
        }
        return written
    }

    private func check(_ result: Int) throws(CompressionError) -> Int {
        if LZ4F_isError(result) != 0 { throw .library(String(cString: LZ4F_getErrorName(result))) }
        return result
    }

    private func compressZstandard(
        _ piece: UnsafeRawBufferPointer,
        isLast: Bool,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> Int {
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        var source = ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: 0)
        let rest = ZSTD_compressStream2(zstd, &target, &source, isLast ? ZSTD_e_end : ZSTD_e_flush)
        if ZSTD_isError(rest) != 0 { throw .library(String(cString: ZSTD_getErrorName(rest))) }
        if rest != 0 || source.pos != source.size { throw .library("the output has too little room") }
        return target.pos
    }
}
