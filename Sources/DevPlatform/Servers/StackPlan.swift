/// What the servers of one start have in common.
struct StackPlan: Sendable {
    var home: StackHome
    var ports: StackPorts
    var secrets: StackSecrets
    var binaries: StackBinaries
    var options: ServerStackOptions

    /// The user that everybody works as, on every server.
    static let user = "leat"
    /// The user that the replica replicates with.
    static let replicationUser = "leat_replication"
    static let influxDatabase = "iot"

    /// A command that runs as `server`, found again by its environment.
    func command(_ server: StackServer, _ executable: String, _ arguments: [String] = []) -> Command {
        Command(
            executable: executable,
            arguments: arguments,
            environment: [
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": home.folder(server),
                "LANG": "C.UTF-8",
                "TZ": "UTC",
                ProcessTable.homeVariable: home.path,
                ProcessTable.serverVariable: server.rawValue,
            ],
            workingDirectory: home.folder(server),
            logPath: home.log(server)
        )
    }

    var addresses: StackAddresses {
        func mysql(_ server: StackServer, _ port: Int) -> StackAddresses.MySQLServer {
            StackAddresses.MySQLServer(
                host: "127.0.0.1",
                port: port,
                user: Self.user,
                password: secrets.mysql,
                socket: home.socket(server),
                optionFile: MySQLServer.optionFile(home, server)
            )
        }
        func url(_ port: Int) -> String { "http://127.0.0.1:\(port)" }
        let servers = options.servers
        return StackAddresses(
            home: home.path,
            mysql: servers.contains(.mysqlPrimary)
                ? StackAddresses.MySQL(
                    primary: mysql(.mysqlPrimary, ports.mysqlPrimary),
                    replica: servers.contains(.mysqlReplica) ? mysql(.mysqlReplica, ports.mysqlReplica) : nil
                ) : nil,
            clickhouse: servers.contains(.clickhouse)
                ? StackAddresses.ClickHouse(
                    url: url(ports.clickhouseHTTP),
                    host: "127.0.0.1",
                    port: ports.clickhouseHTTP,
                    nativePort: ports.clickhouseNative,
                    user: Self.user,
                    password: secrets.clickhouse,
                    metricsURL: url(ports.clickhouseMetrics) + "/metrics"
                ) : nil,
            influxdb: servers.contains(.influxdb)
                ? StackAddresses.InfluxDB(
                    url: url(ports.influxdb),
                    host: "127.0.0.1",
                    port: ports.influxdb,
                    user: Self.user,
                    password: secrets.influxdb,
                    database: Self.influxDatabase
                ) : nil,
            prometheus: servers.contains(.prometheus) ? StackAddresses.Web(url: url(ports.prometheus)) : nil,
            alertmanager: servers.contains(.alertmanager) ? StackAddresses.Web(url: url(ports.alertmanager)) : nil,
            consolePort: ports.console
        )
    }
}
