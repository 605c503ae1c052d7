/// Why the bytes of an answer could not be read.
public enum DecodingFault: Error {
    /// The bytes end within a token; with more bytes it may be read.
    case incomplete
    /// Not of the expected format or shape. What was expected instead.
    case malformed(StaticString)
    /// Well-formed, but still an end: what the server reports, or a value that does not fit its column.
    case failed(InfluxError)
}
