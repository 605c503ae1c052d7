import ConfigurationFile

/// The platform that `leat up` starts on a new home with its standard ports: what README.md and docs/architecture.md draw.
public enum ReferencePlatform {
    public static var diagram: ArchitectureDiagram {
        get throws {
            let text = LeatConfiguration.yamlForLocalStack(
                LocalStackFile(
                    mySQLHosts: [
                        HostAddress(host: "127.0.0.1", port: 13307), HostAddress(host: "127.0.0.1", port: 13306),
                    ],
                    mySQLUser: "leat",
                    mySQLPasswordFile: "/dev/null",
                    clickHouseURL: "http://127.0.0.1:18123",
                    clickHouseUser: "leat",
                    clickHousePasswordFile: "/dev/null",
                    consoleListen: HostAddress(host: "127.0.0.1", port: 18080)
                )
            )
            return ArchitectureDiagram(
                configuration: try LeatConfiguration.parse(text, path: "leat.yaml", environment: [:]),
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
}
