import LeatConfig

/// The platform that `leat up` starts on a new home with its standard ports: what README.md and docs/architecture.md
/// draw.
package enum ReferencePlatform {
    package static var diagram: ArchitectureDiagram {
        let source = LeatConfiguration.MySQL(
            hosts: [HostAddress(host: "127.0.0.1", port: 13307), HostAddress(host: "127.0.0.1", port: 13306)],
            user: "leat",
            password: Secret("")
        )
        let influx = LeatConfiguration.InfluxDB(
            url: "http://127.0.0.1:18086",
            database: "iot",
            user: "leat",
            password: Secret("")
        )
        let configuration = LeatConfiguration(
            path: "leat.yaml",
            sources: [
                LeatConfiguration.Source(name: "local", kind: .mySQL(source)),
                LeatConfiguration.Source(name: "fleet", kind: .influxDB(influx)),
            ],
            warehouse: LeatConfiguration.Warehouse(url: "http://127.0.0.1:18123", user: "leat", password: Secret(""))
        )
        return ArchitectureDiagram(
            configuration: configuration,
            servers: [
                .init(role: .mysqlPrimary, address: "127.0.0.1:13306"),
                .init(role: .mysqlReplica, address: "127.0.0.1:13307"),
                .init(role: .influxdb, address: "127.0.0.1:18086"),
                .init(role: .clickhouse, address: "127.0.0.1:18123"),
                .init(role: .prometheus, address: "127.0.0.1:19090"),
                .init(role: .alertmanager, address: "127.0.0.1:19093"),
            ]
        )
    }
}
