/// The ports of one home. All are on 127.0.0.1.
struct StackPorts: Codable, Hashable, Sendable {
    var mysqlPrimary = 13306
    var mysqlReplica = 13307
    var clickhouseHTTP = 18123
    var clickhouseNative = 19000
    /// ClickHouse's metrics for Prometheus.
    var clickhouseMetrics = 19363
    var influxdb = 18086
    /// InfluxDB 1.x opens this one (for backups) whether it is wanted or not.
    var influxdbBackup = 18088
    var prometheus = 19090
    var alertmanager = 19093
    /// Leat's own console. Not opened here; Prometheus is configured to scrape it.
    var console = 18080

    /// Every port, with the server that opens it. The console's is not among them: its owner checks it.
    var all: [(port: Int, server: StackServer)] {
        [
            (mysqlPrimary, .mysqlPrimary), (mysqlReplica, .mysqlReplica), (clickhouseHTTP, .clickhouse),
            (clickhouseNative, .clickhouse), (clickhouseMetrics, .clickhouse), (influxdb, .influxdb),
            (influxdbBackup, .influxdb), (prometheus, .prometheus), (alertmanager, .alertmanager),
        ]
    }

    private static let keyPaths: [any WritableKeyPath<StackPorts, Int> & Sendable] = [
        \.mysqlPrimary, \.mysqlReplica, \.clickhouseHTTP, \.clickhouseNative, \.clickhouseMetrics, \.influxdb,
        \.influxdbBackup, \.prometheus, \.alertmanager, \.console,
    ]

    /// The standard ports moved by `offset`.
    ///
    /// - Throws: `.invalidOptions` where a port would be below 1024 or above 65535.
    static func standard(offset: Int) throws(ServerStackError) -> StackPorts {
        var ports = StackPorts()
        for path in keyPaths {
            let (moved, overflow) = ports[keyPath: path].addingReportingOverflow(offset)
            guard !overflow, (1024...65535).contains(moved) else {
                throw ServerStackError(
                    .invalidOptions,
                    message: "the port offset \(offset) moves a port out of 1024…65535",
                    remedy: "choose an offset between -12000 and 46000"
                )
            }
            ports[keyPath: path] = moved
        }
        return ports
    }

    /// Ports that nothing listens on now, all different.
    static func free() throws(ServerStackError) -> StackPorts {
        var ports = StackPorts()
        var taken: Set<Int> = []
        for path in keyPaths {
            let port = try PortProbe.anyFree(except: taken)
            taken.insert(port)
            ports[keyPath: path] = port
        }
        return ports
    }
}

extension StackPorts {
    /// - Throws: `.portInUse` where one that a server of `servers` needs is taken.
    func check(_ servers: Set<StackServer>) throws(ServerStackError) {
        for (port, server) in all where servers.contains(server) && !PortProbe.isFree(port) {
            throw StackPorts.inUse(port, server)
        }
    }

    static func inUse(_ port: Int, _ server: StackServer) -> ServerStackError {
        let owner = ProcessTable.listener(onPort: port)
        let name = owner.map { "\($0.name), process \($0.processID)" } ?? "another process"
        return ServerStackError(
            .portInUse,
            server: server,
            message: "port \(port), for \(server.title), is in use by \(name)",
            remedy: "end it, or move all ports: leat up --port-offset 100"
        )
    }
}
