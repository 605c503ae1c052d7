import ColumnarBytes

/// `XID_EVENT`: the transaction is committed.
public struct XIDEvent: Equatable, Sendable {
    /// The server's own number of the transaction.
    public let xid: UInt64

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        xid = try bytes.read()
    }
}
