/// Where the servers of a platform are and how to log in: what `leat up --json` prints.
///
/// Holds passwords: never log it. Its description leaves them out; its JSON does not.
public struct StackAddresses: Codable, Hashable, Sendable {
    public struct MySQLServer: Codable, Hashable, Sendable {
        public var host: String
        public var port: Int
        public var user: String
        public var password: String
        /// The Unix socket.
        public var socket: String
        /// An option file with the above for MySQL's own programs: `mysql --defaults-extra-file=…`.
        public var optionFile: String
    }

    public struct MySQL: Codable, Hashable, Sendable {
        public var primary: MySQLServer
        /// Nil if the platform was started without one.
        public var replica: MySQLServer?
    }

    public struct ClickHouse: Codable, Hashable, Sendable {
        /// The HTTP interface.
        public var url: String
        public var host: String
        public var port: Int
        /// The port of the native protocol.
        public var nativePort: Int
        public var user: String
        public var password: String
        /// Prometheus metrics.
        public var metricsURL: String
    }

    public struct InfluxDB: Codable, Hashable, Sendable {
        public var url: String
        public var host: String
        public var port: Int
        public var user: String
        public var password: String
        /// The database that is created at the first start.
        public var database: String
    }

    public struct Web: Codable, Hashable, Sendable {
        public var url: String
    }

    /// The home folder, absolute.
    public var home: String
    public var mysql: MySQL?
    public var clickhouse: ClickHouse?
    public var influxdb: InfluxDB?
    public var prometheus: Web?
    public var alertmanager: Web?
    /// The port that Prometheus scrapes Leat at: the console's. Not opened by the local platform.
    public var consolePort: Int
}

extension StackAddresses: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The addresses, never the passwords.
    public var description: String {
        var parts = ["home: \(home)"]
        if let mysql {
            parts.append("MySQL primary: \(mysql.primary.host):\(mysql.primary.port)")
            if let replica = mysql.replica { parts.append("MySQL replica: \(replica.host):\(replica.port)") }
        }
        if let clickhouse { parts.append("ClickHouse: \(clickhouse.url)") }
        if let influxdb { parts.append("InfluxDB: \(influxdb.url)") }
        if let prometheus { parts.append("Prometheus: \(prometheus.url)") }
        if let alertmanager { parts.append("Alertmanager: \(alertmanager.url)") }
        return parts.joined(separator: ", ")
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: ["addresses": description]) }
}
