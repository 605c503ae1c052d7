import ColumnarBytes

/// `INTVAR_EVENT`: `LAST_INSERT_ID()` or the next AUTO_INCREMENT value for a statement-based query that follows.
package struct IntVarEvent: Equatable, Sendable {
    /// 1: LAST_INSERT_ID, 2: INSERT_ID.
    package let kind: UInt8
    package let value: UInt64

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        kind = try bytes.read()
        value = try bytes.read()
    }
}
