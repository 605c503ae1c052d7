/// One of the servers of the local platform.
///
/// The raw value is its name everywhere: folder, log file, pid file, events and messages.
package enum StackServer: String, CaseIterable, Codable, Hashable, Sendable {
    case mysqlPrimary = "mysql-primary"
    case mysqlReplica = "mysql-replica"
    case clickhouse
    case influxdb
    case prometheus
    case alertmanager

    /// The name for people.
    package var title: String {
        switch self {
        case .mysqlPrimary: "MySQL primary"
        case .mysqlReplica: "MySQL replica"
        case .clickhouse: "ClickHouse"
        case .influxdb: "InfluxDB"
        case .prometheus: "Prometheus"
        case .alertmanager: "Alertmanager"
        }
    }

    /// The component of `scripts/bootstrap` that fetches it.
    var component: String {
        switch self {
        case .mysqlPrimary, .mysqlReplica: "mysql"
        case .clickhouse, .influxdb, .prometheus, .alertmanager: rawValue
        }
    }

    /// Servers in the order in which they are stopped; those in one group stop at the same time.
    ///
    /// What reads from others goes first, so that nothing logs errors about a server that is gone. The replica goes
    /// before the primary: it then has all that the primary committed, or notices nothing.
    static let stopOrder: [[StackServer]] = [
        [.prometheus, .alertmanager], [.clickhouse, .influxdb], [.mysqlReplica], [.mysqlPrimary],
    ]
}

extension StackServer: CustomStringConvertible {
    package var description: String { rawValue }
}
