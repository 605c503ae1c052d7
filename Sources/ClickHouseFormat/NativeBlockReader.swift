import ColumnarBytes

/// Cuts a stream of bytes into decoded blocks, wherever the network cut it.
///
/// Append what arrives, then call ``next()`` until it gives `nil`. A block that is not complete is tried again only
/// when the bytes known to be missing are there and the buffer has grown by half, so that work stays proportional to
/// the bytes.
public struct NativeBlockReader: Sendable {
    private let limits: NativeDecodingLimits
    private var buffer: [UInt8] = []
    private var consumed = 0
    /// Unread bytes that must be there before it is worth while to try again.
    private var worthTrying = 1

    public init(limits: NativeDecodingLimits = .init()) { self.limits = limits }

    /// Takes bytes in the order of the stream.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if consumed > 0 && consumed >= buffer.count / 2 {
            buffer.removeSubrange(0..<consumed)
            consumed = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete block; `nil` when more bytes are needed first.
    ///
    /// - Throws: as ``NativeBlockDecoder/decodeBlock(_:limits:)``, but never `.truncated`.
    public mutating func next() throws(NativeFormatError) -> DecodedBlock? {
        let available = buffer.count - consumed
        if available < worthTrying { return nil }
        if available == 0 { return nil }
        return try decode(available: available, isLast: false)
    }

    /// Decodes what is left at the end of the stream, a block a call; `nil` when nothing is left.
    ///
    /// - Throws: `.truncated` too, where the stream ends inside a block.
    public mutating func finish() throws(NativeFormatError) -> DecodedBlock? {
        let available = buffer.count - consumed
        if available == 0 { return nil }
        return try decode(available: available, isLast: true)
    }

    private mutating func decode(available: Int, isLast: Bool) throws(NativeFormatError) -> DecodedBlock? {
        let start = consumed
        let attempt = buffer.withUnsafeBytes { bytes -> Result<(DecodedBlock, Int), NativeFormatError> in
            var cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[start...]))
            do throws(NativeFormatError) {
                let block = try NativeBlockDecoder.decodeBlock(&cursor, limits: limits)
                return .success((block, available - cursor.remaining))
            } catch {
                return .failure(error)
            }
        }
        switch attempt {
        case .success(let (block, length)):
            consumed += length
            worthTrying = 1
            return block
        case .failure(.truncated(let missing)) where !isLast:
            if available >= limits.blockBytesMax { throw .limitExceeded("bytes of a block") }
            let (needed, overflow) = available.addingReportingOverflow(missing)
            if overflow || needed > limits.blockBytesMax { throw .limitExceeded("bytes of a block") }
            worthTrying = max(needed, available + available / 2)
            return nil
        case .failure(let error): throw error
        }
    }
}
