/// Where the servers of a platform are and how to log in: what `leat up --json` prints.
///
/// Holds passwords: never log it. Its description leaves them out; its JSON does not.
package struct StackAddresses: Codable, Hashable, Sendable {
    /// Where one MySQL server listens.
    package struct MySQLServer: Codable, Hashable, Sendable {
        package var host: String
        package var port: Int
        package var user: String
        package var password: String
        /// The Unix socket.
        package var socket: String
        /// An option file with the above for MySQL's own programs: `mysql --defaults-extra-file=…`.
        package var optionFile: String
    }

    /// The MySQL servers, and the account that may do everything there.
    package struct MySQL: Codable, Hashable, Sendable {
        package var primary: MySQLServer
        /// Nil if the platform was started without one.
        package var replica: MySQLServer?
    }

    /// Where ClickHouse listens, and its account.
    package struct ClickHouse: Codable, Hashable, Sendable {
        /// The HTTP interface.
        package var url: String
        package var host: String
        package var port: Int
        /// The port of the native protocol.
        package var nativePort: Int
        package var user: String
        package var password: String
        /// Prometheus metrics.
        package var metricsURL: String
    }

    /// Where InfluxDB listens, and its account.
    package struct InfluxDB: Codable, Hashable, Sendable {
        package var url: String
        package var host: String
        package var port: Int
        package var user: String
        package var password: String
        /// The database that is created at the first start.
        package var database: String
    }

    /// A server that has pages.
    package struct Web: Codable, Hashable, Sendable {
        package var url: String
    }

    /// The home folder, absolute.
    package var home: String
    package var mysql: MySQL?
    package var clickhouse: ClickHouse?
    package var influxdb: InfluxDB?
    package var prometheus: Web?
    package var alertmanager: Web?
    /// The port that Prometheus scrapes Leat at: the console's. Not opened by the local platform.
    package var consolePort: Int
}

extension StackAddresses: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The addresses, never the passwords.
    package var description: String {
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

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["addresses": description]) }
}
