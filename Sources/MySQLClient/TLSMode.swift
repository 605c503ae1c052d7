/// How a connection is encrypted, in the words of MySQL's own clients (`--ssl-mode`).
///
/// https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode
package enum TLSMode: String, Hashable, Sendable, CaseIterable {
    /// Never.
    case disabled
    /// When the server offers it, in the clear otherwise. The certificate is not checked: safe against listeners, not
    /// against a man in the middle.
    case preferred
    /// Or no connection. The certificate is not checked.
    case required
    /// As `required`, and the certificate must come from a trusted authority.
    case verifyCA = "verify-ca"
    /// As `verifyCA`, and the certificate must be for the host's name or address.
    case verifyFull = "verify-full"
}
