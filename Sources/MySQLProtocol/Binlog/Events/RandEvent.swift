import ColumnarBytes

/// `RAND_EVENT`: the seeds of `RAND()` for a statement-based query that follows.
public struct RandEvent: Equatable, Sendable {
    public let seed1: UInt64
    public let seed2: UInt64

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        seed1 = try bytes.read()
        seed2 = try bytes.read()
    }
}
