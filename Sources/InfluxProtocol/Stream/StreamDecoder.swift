/// Reads the pieces of a streamed result into rows. It can stop between any two bytes.
public protocol StreamDecoder {
    /// Reads on in `bytes` from `start`.
    ///
    /// - Returns: Where it stopped: at a full batch, or where more bytes are needed. What is before that place is not
    ///   needed any more; what follows it must be there at the next call, with more bytes after it.
    mutating func decode(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        into rows: inout RowAssembly
    ) throws(DecodingFault) -> Int

    /// Whether the result is complete where it has been read to, with no bytes after it.
    var isComplete: Bool { get }
}
