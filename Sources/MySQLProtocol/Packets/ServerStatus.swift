/// The state of a session, as OK and EOF packets carry it.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html (`SERVER_STATUS_flags_enum`)
public struct ServerStatus: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let inTransaction = ServerStatus(rawValue: 1 << 0)
    public static let autocommit = ServerStatus(rawValue: 1 << 1)
    /// Another result follows this one.
    public static let moreResultsExist = ServerStatus(rawValue: 1 << 3)
    public static let noBackslashEscapes = ServerStatus(rawValue: 1 << 9)
}
