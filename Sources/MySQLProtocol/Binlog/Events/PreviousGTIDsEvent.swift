import ColumnarBytes

/// `PREVIOUS_GTIDS_EVENT`: the transactions in all binlog files before this one.
public struct PreviousGTIDsEvent: Equatable, Sendable {
    public let gtids: GTIDSet

    /// - Throws: ``GTIDError``; `ByteCursorError`.
    init(decoding bytes: inout ByteCursor) throws {
        gtids = try GTIDSet(decoding: &bytes)
    }
}
