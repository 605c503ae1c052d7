/// How a request's or a result's body is compressed.
public enum CompressionMethod: String, Sendable, Hashable, CaseIterable {
    case none
    /// LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md).
    case lz4
    /// Zstandard frames (RFC 8878).
    case zstd

    /// The value of `Content-Encoding` and `Accept-Encoding`; `nil` without compression.
    public var contentEncoding: String? { self == .none ? nil : rawValue }
}
