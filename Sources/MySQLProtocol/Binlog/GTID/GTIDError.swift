/// Why a GTID, or a set of them, is none.
public enum GTIDError: Error, Equatable, Sendable {
    case invalidUUID
    /// A tag is 1 to 32 of `a`–`z`, `0`–`9` and `_`, and does not begin with a digit.
    case invalidTag
    /// Sequence numbers are 1 to 2^63 − 2, and the first of an interval is not above the last.
    case invalidInterval
    /// Bytes that are no encoded set.
    case malformedEncoding
}
