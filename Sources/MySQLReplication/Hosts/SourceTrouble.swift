/// Why the source cannot be read now, for status and health.
package struct SourceTrouble: Sendable, Hashable {
    /// What kind of trouble it is.
    package enum Kind: String, Sendable, CaseIterable {
        /// No connection: nobody listens, the network, TLS.
        case unreachable
        /// The log-in is refused. Log-ins are spaced out, so that the account is not locked for them.
        case logIn
        /// The host has not executed yet what the warehouse has.
        case behind
        /// The host must not be followed: its settings, the account's rights, or what it has lost.
        case refused
        /// The stream of the binlog ended.
        case stream
    }

    package var kind: Kind
    /// `host:port`
    package var host: String
    /// One line.
    package var message: String
    /// One line; empty where nothing need be done.
    package var remedy: String

    package init(_ kind: Kind, host: String, message: String, remedy: String = "") {
        self.kind = kind
        self.host = host
        self.message = message
        self.remedy = remedy
    }
}
