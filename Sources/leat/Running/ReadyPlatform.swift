#if LocalPlatform
import Catalog
import Daemon
import DevPlatform
import Foundation

/// Everything that is needed to use the platform: what `leat up --json` prints.
///
/// Holds passwords: kept in a file of mode 0600, never logged.
struct ReadyPlatform: Codable {
    struct Web: Codable {
        var url: String
    }

    var home: String
    var config: String
    var mysql: StackAddresses.MySQL?
    var clickhouse: StackAddresses.ClickHouse?
    var influxdb: StackAddresses.InfluxDB?
    var prometheus: StackAddresses.Web?
    var alertmanager: StackAddresses.Web?
    var console: Web
    /// What each server says of itself, by its name.
    var versions: [String: String]

    init(_ addresses: StackAddresses, versions: [String: String], config: String) {
        self.versions = versions
        home = addresses.home
        self.config = config
        mysql = addresses.mysql
        clickhouse = addresses.clickhouse
        influxdb = addresses.influxdb
        prometheus = addresses.prometheus
        alertmanager = addresses.alertmanager
        console = Web(url: "http://127.0.0.1:\(addresses.consolePort)")
    }

    var jsonText: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// The last thing that `leat up` prints: every address, user, where the passwords are, and what to try next.
    var block: String {
        let file = config + " names the password files"
        var rows: [[String]] = []
        if let primary = mysql?.primary {
            rows.append(["MySQL primary", "\(primary.host):\(primary.port)", primary.user])
        }
        if let replica = mysql?.replica {
            rows.append(["MySQL replica", "\(replica.host):\(replica.port)", replica.user])
        }
        if let clickhouse { rows.append(["ClickHouse", clickhouse.url, clickhouse.user]) }
        if let influxdb { rows.append(["InfluxDB", influxdb.url, influxdb.user]) }
        if let prometheus { rows.append(["Prometheus", prometheus.url, "–"]) }
        if let alertmanager { rows.append(["Alertmanager", alertmanager.url, "–"]) }
        rows.append(["Leat metrics", console.url + "/metrics", "–"])
        rows.append(["Leat health", console.url + "/health", "–"])
        let option = home.hasSuffix("/.leat") ? "" : " --home \(home)"
        var lines = [
            Terminal.table(["what", "address", "user"], rows), "", "passwords  \(home)/secrets  (\(file))",
        ]
        lines.append("log        \(home)/logs/leat.log")
        lines.append("")
        lines.append("try next:")
        lines.append("  leat status\(option)")
        lines.append("  leat generate mysql --rate 500\(option)")
        lines.append("  leat verify\(option)")
        return lines.joined(separator: "\n")
    }
}

extension ReadyPlatform {
    /// What `leat up` has left in a home; nil unless it is ready there.
    init?(ofHome home: String) {
        guard ServerStack.owner(ofHome: home) != nil,
            let data = FileManager.default.contents(atPath: HomeFiles(home).readyFile),
            let platform = try? JSONDecoder().decode(ReadyPlatform.self, from: data)
        else { return nil }
        self = platform
    }
}

extension ReadyPlatform {
    /// As the diagram draws them.
    var servers: [ArchitectureDiagram.Server] {
        func server(_ role: ArchitectureDiagram.Server.Role, _ name: StackServer, _ address: String?)
            -> ArchitectureDiagram.Server?
        {
            address.map { .init(role: role, version: versions[name.rawValue], address: $0) }
        }
        func hostAndPort(_ url: String?) -> String? { url?.replacing("http://", with: "") }
        return [
            server(.mysqlPrimary, .mysqlPrimary, mysql.map { "\($0.primary.host):\($0.primary.port)" }),
            server(.mysqlReplica, .mysqlReplica, mysql?.replica.map { "\($0.host):\($0.port)" }),
            server(.clickhouse, .clickhouse, hostAndPort(clickhouse?.url)),
            server(.influxdb, .influxdb, hostAndPort(influxdb?.url)),
            server(.prometheus, .prometheus, hostAndPort(prometheus?.url)),
            server(.alertmanager, .alertmanager, hostAndPort(alertmanager?.url)),
        ].compactMap { $0 }
    }
}
#endif
