import ColumnarBytes

/// `RAND_EVENT`: the seeds of `RAND()` for a statement-based query that follows.
package struct RandEvent: Equatable, Sendable {
    package let seed1: UInt64
    package let seed2: UInt64

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        seed1 = try bytes.read()
        seed2 = try bytes.read()
    }
}
