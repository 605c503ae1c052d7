/// Why bytes could not be compressed or decompressed.
public enum CompressionError: Error, Equatable, Sendable {
    /// The library's own name of the error.
    case library(String)
    /// A compressed stream that ends inside a frame.
    case truncated
    /// No memory for a context.
    case outOfMemory
}
