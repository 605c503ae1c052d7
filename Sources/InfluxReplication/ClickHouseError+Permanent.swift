import ClickHouseClient

extension ClickHouseError {
    /// Whether the server has looked at the statement and will not take it another time either. Everything that is sent for
    /// measurements may be repeated, so whether an attempt has left something behind does not matter.
    var isPermanent: Bool {
        !isTransient && (code == .server || code == .unknownTable || code == .unknownDatabase)
    }
}
