import ColumnarBytes

/// `PREVIOUS_GTIDS_EVENT`: the transactions in all binlog files before this one.
package struct PreviousGTIDsEvent: Equatable, Sendable {
    package let gtids: GTIDSet

    /// - Throws: ``GTIDError``; `ByteCursorError`.
    init(decoding bytes: inout ByteCursor) throws {
        gtids = try GTIDSet(decoding: &bytes)
    }
}
