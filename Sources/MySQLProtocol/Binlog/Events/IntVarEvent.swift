import ColumnarBytes

/// `INTVAR_EVENT`: `LAST_INSERT_ID()` or the next AUTO_INCREMENT value for a statement-based query that follows.
public struct IntVarEvent: Equatable, Sendable {
    /// 1: LAST_INSERT_ID, 2: INSERT_ID.
    public let kind: UInt8
    public let value: UInt64

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        kind = try bytes.read()
        value = try bytes.read()
    }
}
