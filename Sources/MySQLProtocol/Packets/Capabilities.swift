/// What a client and a server can do; both must have a flag for it to count.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html
public struct Capabilities: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let longPassword = Capabilities(rawValue: 1 << 0)
    public static let longFlag = Capabilities(rawValue: 1 << 2)
    /// A database is named in the handshake response.
    public static let connectWithDatabase = Capabilities(rawValue: 1 << 3)
    /// `LOAD DATA LOCAL` may ask the client for data.
    public static let localFiles = Capabilities(rawValue: 1 << 7)
    public static let protocol41 = Capabilities(rawValue: 1 << 9)
    public static let tls = Capabilities(rawValue: 1 << 11)
    public static let transactions = Capabilities(rawValue: 1 << 13)
    public static let secureConnection = Capabilities(rawValue: 1 << 15)
    public static let multiStatements = Capabilities(rawValue: 1 << 16)
    public static let multiResults = Capabilities(rawValue: 1 << 17)
    public static let pluginAuthentication = Capabilities(rawValue: 1 << 19)
    public static let connectAttributes = Capabilities(rawValue: 1 << 20)
    public static let pluginAuthenticationLengthEncoded = Capabilities(rawValue: 1 << 21)
    /// Result sets end in an OK packet (with EOF's first byte); none follows the column definitions.
    public static let deprecateEOF = Capabilities(rawValue: 1 << 24)

    /// Without these the protocol below does not work.
    public static let required: Capabilities = [.protocol41, .secureConnection, .pluginAuthentication]
}
