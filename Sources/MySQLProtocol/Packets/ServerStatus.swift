/// The state of a session, as OK and EOF packets carry it.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html (`SERVER_STATUS_flags_enum`)
package struct ServerStatus: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let inTransaction = ServerStatus(rawValue: 1 << 0)
    package static let autocommit = ServerStatus(rawValue: 1 << 1)
    /// Another result follows this one.
    package static let moreResultsExist = ServerStatus(rawValue: 1 << 3)
    package static let noBackslashEscapes = ServerStatus(rawValue: 1 << 9)
}
