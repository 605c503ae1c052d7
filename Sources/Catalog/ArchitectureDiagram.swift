import LeatConfig

/// What runs and what flows where: every server, pipeline, store and endpoint of a configuration, each exactly once.
///
/// Made from the configuration and from what the local platform reports, never drawn by hand; the same input gives the
/// same text. Holds no secrets and no user names.
package struct ArchitectureDiagram: Sendable {
    /// A server that the local platform runs.
    package struct Server: Sendable, Hashable {
        /// What a node is there for.
        package enum Role: String, Sendable, Hashable, CaseIterable {
            case mysqlPrimary, mysqlReplica, influxdb, clickhouse, prometheus, alertmanager
        }

        package var role: Role
        /// nil where it is not known, as in a diagram of a configuration alone.
        package var version: String?
        /// `host:port`
        package var address: String

        package init(role: Role, version: String? = nil, address: String) {
            self.role = role
            self.version = version
            self.address = address
        }
    }

    struct Node: Hashable {
        enum Shape { case box, store, endpoint }

        var id: String
        var lines: [String]
        var shape: Shape
    }

    struct Group: Hashable {
        var id: String
        var title: String
        var nodes: [Node]
    }

    struct Flow: Hashable {
        var from: String
        var to: String
        var label: String
        /// Watched or scraped, rather than carrying rows.
        var isDotted = false
    }

    private(set) var groups: [Group] = []
    private(set) var flows: [Flow] = []

    /// - Parameter servers: what the local platform runs; empty for servers of the user's own.
    package init(configuration: LeatConfiguration, servers: [Server] = []) {
        let local = Dictionary(servers.map { ($0.role, $0) }) { first, _ in first }
        let byAddress = Dictionary(servers.map { ($0.address, $0) }) { first, _ in first }
        var sources: [Node] = []
        var pipelines: [Node] = []
        var measurements: [Node] = []
        let warehouse = Self.hostAndPort(ofURL: configuration.warehouse.url)
        let console = "\(configuration.console.listen)"

        for (source, mySQL) in configuration.mySQLSources {
            let pipeline = "pipeline_\(Self.id(source.name))"
            for (index, host) in mySQL.hosts.enumerated() {
                let id = "mysql_\(Self.id("\(host)"))"
                let server = byAddress["\(host)"]
                if !sources.contains(where: { $0.id == id }) {
                    let title =
                        switch server?.role {
                        case .mysqlPrimary: "MySQL primary"
                        case .mysqlReplica: "MySQL replica"
                        default: "MySQL"
                        }
                    sources.append(Self.store(id, title, server?.version, "\(host)"))
                }
                flows.append(
                    index == 0
                        ? Flow(from: id, to: pipeline, label: "snapshot by key ranges, binlog by GTID")
                        : Flow(from: id, to: pipeline, label: "takes over by GTID", isDotted: true)
                )
            }
            pipelines.append(
                Node(id: pipeline, lines: ["pipeline \(source.name)", "\(Self.list(mySQL.tables))"], shape: .box)
            )
            flows.append(Flow(from: pipeline, to: "raw", label: "column batches, LZ4 over HTTP"))
            flows.append(Flow(from: pipeline, to: "state", label: "batches, checkpoints, table states"))
        }
        if let primary = local[.mysqlPrimary], let replica = local[.mysqlReplica] {
            let id = "mysql_\(Self.id(primary.address))"
            if !sources.contains(where: { $0.id == id }) {
                sources.append(Self.store(id, "MySQL primary", primary.version, primary.address))
            }
            flows.insert(
                Flow(from: id, to: "mysql_\(Self.id(replica.address))", label: "replication by GTID"),
                at: 0
            )
        }
        for (source, influx) in configuration.influxDBSources {
            let address = Self.hostAndPort(ofURL: influx.url)
            let server = byAddress[address].flatMap { $0.role == .influxdb ? $0 : nil }
            let id = server == nil ? "influxdb_\(Self.id(address))" : "influxdb"
            let pipeline = "pipeline_\(Self.id(source.name))"
            let points = "points_\(Self.id(source.name))"
            let database = source.warehouseDatabase(for: influx.database)
            if !sources.contains(where: { $0.id == id }) {
                sources.append(Self.store(id, "InfluxDB", server?.version, address))
            }
            pipelines.append(Node(id: pipeline, lines: ["pipeline \(source.name)", influx.database], shape: .box))
            measurements += [
                Node(id: points, lines: ["\(database)_raw.*", "points by series and time"], shape: .store),
                Node(id: "\(points)_views", lines: ["\(database).*", "views: each point once"], shape: .store),
                Node(
                    id: "\(points)_rollups",
                    lines: ["\(database).*_1m, _1h, _1d, _gaps", "sums by time, gaps of devices"],
                    shape: .store
                ),
            ]
            flows += [
                Flow(
                    from: id,
                    to: pipeline,
                    label: influx.listen == nil ? "reads by window" : "pushes, reads by window"
                ),
                Flow(from: pipeline, to: points, label: "columns, LZ4 over HTTP"),
                Flow(from: pipeline, to: "state", label: "windows, table states"),
                Flow(from: points, to: "\(points)_views", label: "FINAL"),
                Flow(from: points, to: "\(points)_rollups", label: "touched minutes, computed again"),
            ]
        }
        if let influx = local[.influxdb], !sources.contains(where: { $0.id == "influxdb" }) {
            sources.append(Self.store("influxdb", "InfluxDB", influx.version, influx.address))
        }
        // `leat up` creates it where it runs both.
        if !servers.isEmpty, !configuration.mySQLSources.isEmpty, let (fleet, _) = configuration.influxDBSources.first {
            measurements.append(Node(id: "demo", lines: ["demo.*", "views over both sources"], shape: .store))
            flows.append(Flow(from: "views", to: "demo", label: "shipments, by device_id"))
            flows.append(
                Flow(from: "points_\(Self.id(fleet.name))_rollups", to: "demo", label: "readings, by device_id")
            )
        }
        groups.append(Group(id: "sources", title: "Sources", nodes: sources.sorted { $0.id < $1.id }))

        pipelines.append(
            Node(id: "console", lines: ["/metrics, /health", console], shape: .endpoint)
        )
        groups.append(Group(id: "leat", title: "leat", nodes: pipelines))

        let tables =
            configuration.mySQLSources.isEmpty
            ? []
            : [
                Node(id: "raw", lines: ["db_raw.*", "row versions"], shape: .store),
                Node(id: "views", lines: ["db.*", "views: the current rows"], shape: .store),
            ]
        let clickhouse = local[.clickhouse]
        groups.append(
            Group(
                id: "warehouse",
                title: ["ClickHouse", clickhouse?.version, warehouse].compactMap { $0 }.joined(separator: " "),
                nodes: tables + measurements
                    + [Node(id: "state", lines: ["leat.*", "state of the pipelines"], shape: .store)]
            )
        )
        if !tables.isEmpty { flows.append(Flow(from: "raw", to: "views", label: "FINAL")) }

        var monitoring: [Node] = []
        if let prometheus = local[.prometheus] {
            monitoring.append(Self.box("prometheus", "Prometheus", prometheus.version, prometheus.address))
            flows.append(Flow(from: "prometheus", to: "console", label: "scrapes", isDotted: true))
            flows.append(Flow(from: "prometheus", to: "warehouse", label: "scrapes", isDotted: true))
            if local[.influxdb] != nil {
                flows.append(Flow(from: "prometheus", to: "influxdb", label: "scrapes", isDotted: true))
            }
        }
        if let alertmanager = local[.alertmanager] {
            monitoring.append(Self.box("alertmanager", "Alertmanager", alertmanager.version, alertmanager.address))
            if local[.prometheus] != nil {
                flows.append(Flow(from: "prometheus", to: "alertmanager", label: "alerts", isDotted: true))
            }
        }
        if !monitoring.isEmpty { groups.append(Group(id: "monitoring", title: "Monitoring", nodes: monitoring)) }
    }

    private static func store(_ id: String, _ title: String, _ version: String?, _ address: String) -> Node {
        Node(id: id, lines: [[title, version].compactMap { $0 }.joined(separator: " "), address], shape: .store)
    }

    private static func box(_ id: String, _ title: String, _ version: String?, _ address: String) -> Node {
        Node(id: id, lines: [[title, version].compactMap { $0 }.joined(separator: " "), address], shape: .box)
    }

    private static func list(_ filter: TableFilter) -> String {
        filter.patterns.map(\.description).joined(separator: ", ")
    }

    /// `127.0.0.1:18123` of `http://127.0.0.1:18123/`.
    private static func hostAndPort(ofURL url: String) -> String {
        let rest = url.split(separator: "://", maxSplits: 1).last.map(String.init) ?? url
        return rest.split(separator: "/", maxSplits: 1).first.map(String.init) ?? rest
    }

    /// A name that Mermaid takes as an identifier; different names may not become one.
    static func id(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                String(UnicodeScalar(byte))
            default: "_\(String(byte, radix: 16))"
            }
        }.joined()
    }
}
