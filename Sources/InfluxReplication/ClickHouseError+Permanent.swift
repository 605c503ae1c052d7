import ClickHouseClient

extension ClickHouseError {
    /// Whether the server has evaluated the statement and would reject it another time, too. Everything that is sent
    /// for measurements may be repeated, so whether an attempt was partly carried out does not matter.
    var isPermanent: Bool {
        !isTransient && (code == .server || code == .unknownTable || code == .unknownDatabase)
    }
}
