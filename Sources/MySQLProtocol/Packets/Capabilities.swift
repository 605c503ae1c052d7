/// What a client and a server can do; both must have a flag for it to count.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html
package struct Capabilities: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let longPassword = Capabilities(rawValue: 1 << 0)
    package static let longFlag = Capabilities(rawValue: 1 << 2)
    /// A database is named in the handshake response.
    package static let connectWithDatabase = Capabilities(rawValue: 1 << 3)
    /// `LOAD DATA LOCAL` may ask the client for data.
    package static let localFiles = Capabilities(rawValue: 1 << 7)
    package static let protocol41 = Capabilities(rawValue: 1 << 9)
    package static let tls = Capabilities(rawValue: 1 << 11)
    package static let transactions = Capabilities(rawValue: 1 << 13)
    package static let secureConnection = Capabilities(rawValue: 1 << 15)
    package static let multiStatements = Capabilities(rawValue: 1 << 16)
    package static let multiResults = Capabilities(rawValue: 1 << 17)
    package static let pluginAuthentication = Capabilities(rawValue: 1 << 19)
    package static let connectAttributes = Capabilities(rawValue: 1 << 20)
    package static let pluginAuthenticationLengthEncoded = Capabilities(rawValue: 1 << 21)
    /// Result sets end in an OK packet (with EOF's first byte); none follows the column definitions.
    package static let deprecateEOF = Capabilities(rawValue: 1 << 24)

    /// Without these the protocol below does not work.
    package static let required: Capabilities = [.protocol41, .secureConnection, .pluginAuthentication]
}
