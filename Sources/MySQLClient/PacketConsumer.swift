import ColumnarBytes

/// Whether a consumer can take more.
package enum ReadDemand: Sendable {
    case more
    /// Nothing more is handed over, and nothing more is read from the socket, until `resume()`.
    case pause
}

/// Takes the payloads of a result set's rows or a binlog's events, one at a time and in order.
///
/// Called on the connection's event loop, once a row or event: it must not block. It may be offered more after `.pause`
/// only by a `resume()`; one that came from an earlier pause may arrive late, so `.pause` has to be answered again
/// while there is no room.
package protocol PacketConsumer: AnyObject, Sendable {
    /// - Parameter payload: valid during the call only.
    /// - Throws: any error; it fails the command and closes the connection.
    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand

    /// The same, of a payload that may be kept without a copy.
    ///
    /// - Parameter storage: what a large payload lies in; it stays valid as long as this, to which nobody writes any
    ///   more.
    func consume(_ payload: UnsafeRawBufferPointer, in storage: GrowableBytes?) throws -> ReadDemand

    /// A pause is over: the consumer continues with what it has kept of what it was given, before more comes.
    ///
    /// - Throws: as `consume`.
    func continueAfterPause() throws -> ReadDemand
}

extension PacketConsumer {
    package func consume(_ payload: UnsafeRawBufferPointer, in storage: GrowableBytes?) throws -> ReadDemand {
        try consume(payload)
    }

    package func continueAfterPause() throws -> ReadDemand { .more }
}
