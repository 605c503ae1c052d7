import Foundation
import LeatConfig
import Testing

/// The smallest file that is right.
let minimal = """
    sources:
      shop:
        mysql:
          hosts: [db1, "db2:3307"]
          user: leat
    warehouse:
      clickhouse:
        url: http://127.0.0.1:18123/
    """

func parse(
    _ text: String,
    environment: [String: String] = [:],
    supported: Set<Feature> = Set(Feature.allCases)
) throws -> LeatConfiguration {
    try LeatConfiguration.parse(text, path: "leat.yaml", environment: environment, supported: supported)
}

/// The error that the text must give.
func failure(
    _ text: String,
    environment: [String: String] = [:],
    supported: Set<Feature> = Set(Feature.allCases)
) -> ConfigurationError? {
    do {
        _ = try parse(text, environment: environment, supported: supported)
        return nil
    } catch {
        return error as? ConfigurationError
    }
}

@Suite("Loading leat.yaml")
struct LoadTests {
    @Test("a minimal file gets the documented defaults")
    func defaults() throws {
        let configuration = try parse(minimal, supported: Feature.supported)
        #expect(
            configuration
                == LeatConfiguration(
                    path: "leat.yaml",
                    sources: [
                        .init(
                            name: "shop",
                            kind: .mySQL(
                                .init(
                                    hosts: [
                                        HostAddress(host: "db1", port: 3306), HostAddress(host: "db2", port: 3307),
                                    ],
                                    user: "leat",
                                    password: Secret(""),
                                    tls: .preferred,
                                    tables: .all,
                                    snapshot: .init(connections: 4, rowsPerSecond: nil),
                                    heartbeat: nil
                                )
                            ),
                            naming: .same
                        )
                    ],
                    warehouse: .init(
                        url: "http://127.0.0.1:18123",
                        user: "default",
                        password: Secret(""),
                        cluster: nil,
                        durability: .strict
                    ),
                    tables: [],
                    batches: .init(rows: 100_000, bytes: 33_554_432, interval: .milliseconds(500)),
                    console: .init(listen: HostAddress(host: "127.0.0.1", port: 18080))
                )
        )
    }

    @Test("everything that the design names can be set")
    func everything() throws {
        let configuration = try parse(
            """
            sources:
              shop:
                prefix: eu_
                mysql:
                  hosts: [127.0.0.1:13307, 127.0.0.1:13306]
                  user: leat
                  password: ${LEAT_MYSQL_PASSWORD}
                  tls: verify-full
                  tables: ["shop.*", "!shop.sessions", "`odd.name`.t"]
                  snapshot: {connections: 8, rows-per-second: 50_000}
                  heartbeat: {host: db1, table: leat.heartbeat}
              fleet:
                influxdb: {url: "http://127.0.0.1:18086", database: iot, user: leat, password: "${P}", lookback: 20m}
            warehouse:
              clickhouse:
                url: https://ch.example.com
                user: leat
                password: "a${P}b$${P}"
                cluster: main
                durability: relaxed
            tables:
              shop.customers:
                order-by: [id, region]
                history: on
                dates: error
                on-drop: drop
            batches: {rows: 5, bytes: 1GiB, interval: 2s}
            console: {listen: "[::1]:80"}
            """,
            environment: ["LEAT_MYSQL_PASSWORD": "geheim$", "P": "x"]
        )
        let mySQL = try #require(configuration.mySQLSources.first?.mySQL)
        #expect(mySQL.password.reveal() == "geheim$")
        #expect(mySQL.tls == .verifyFull)
        #expect(mySQL.tables.patterns.map(\.description) == ["shop.*", "!shop.sessions", "`odd.name`.t"])
        #expect(mySQL.snapshot == .init(connections: 8, rowsPerSecond: 50_000))
        #expect(mySQL.heartbeat?.host == HostAddress(host: "db1", port: 3306))
        #expect(mySQL.heartbeat?.table == "heartbeat")
        #expect(configuration.sources[0].warehouseDatabase(for: "shop") == "eu_shop")
        guard case .influxDB(let influx) = configuration.sources[1].kind else {
            Issue.record("the second source is InfluxDB")
            return
        }
        #expect(influx.lookback == .seconds(1200))
        #expect(influx.listen == HostAddress(host: "127.0.0.1", port: 0))
        #expect(influx.onDelete == .keep)
        #expect(influx.sweep == .seconds(3600))
        #expect(influx.timeToLive == nil)
        #expect(influx.authentication == .basic)
        #expect(influx.password.reveal() == "x")
        #expect(configuration.warehouse.password.reveal() == "axb${P}")
        #expect(configuration.warehouse.cluster == "main")
        #expect(configuration.warehouse.durability == .relaxed)
        let options = configuration.options(database: "shop", table: "customers")
        #expect(options.orderBy == ["id", "region"])
        #expect(options.history)
        #expect(options.dates == .error)
        #expect(options.onDrop == .drop)
        #expect(configuration.options(database: "shop", table: "orders").dates == .text)
        #expect(configuration.batches == .init(rows: 5, bytes: 1 << 30, interval: .seconds(2)))
        #expect(configuration.console.listen.description == "[::1]:80")
    }

    @Test("two variables in a row do not make an escape")
    func adjacentVariables() throws {
        let text = minimal + "\n    user: \"${A}${B}\"\n"
        let configuration = try parse(text, environment: ["A": "a$", "B": "b"])
        #expect(configuration.warehouse.user == "a$b")
    }

    @Test("the order of sources is the file's")
    func order() throws {
        let source = "{mysql: {hosts: [h], user: u, tables: [\"NAME.*\"]}}"
        let names = ["zulu", "alpha", "mike"]
        let sources = names.map { "  \($0): \(source.replacingOccurrences(of: "NAME", with: $0))\n" }.joined()
        let configuration = try parse("sources:\n\(sources)warehouse: {clickhouse: {url: \"http://h\"}}")
        #expect(configuration.sources.map(\.name) == names)
    }

    @Test("passwords come from files beside the configuration, without the line end")
    func passwordFile() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("leat-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "hush hush\n".write(to: folder.appendingPathComponent("pw"), atomically: true, encoding: .utf8)
        let file = folder.appendingPathComponent("leat.yaml")
        try (minimal + "\n    password-file: pw\n").write(to: file, atomically: true, encoding: .utf8)
        let configuration = try LeatConfiguration.load(path: file.path, environment: [:])
        #expect(configuration.warehouse.password.reveal() == "hush hush")

        try (minimal + "\n    password-file: absent\n").write(to: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: ConfigurationError.self) {
            try LeatConfiguration.load(path: file.path, environment: [:])
        }
        #expect(error?.keyPath == "warehouse.clickhouse.password-file")
        #expect(error?.line == 9)
    }

    @Test("a missing file is said to be missing")
    func missingFile() {
        let error = #expect(throws: ConfigurationError.self) {
            try LeatConfiguration.load(path: "/nonexistent/leat.yaml", environment: [:])
        }
        #expect(error?.description.hasPrefix("/nonexistent/leat.yaml: there is no such file\n  fix: ") == true)
    }

    @Test("an InfluxDB source says where it is pushed to, what becomes of deleted points, and how old they get")
    func influx() throws {
        let configuration = try parse(
            """
            sources:
              a:
                influxdb: {url: "http://h", database: d, listen: "10.0.0.1:99", on-delete: mirror, sweep: 5m, ttl: 90d, authentication: token}
              b:
                influxdb: {url: "http://h", database: e, listen: off}
              c:
                influxdb: {url: "http://h", database: f, listen: 10.0.0.1}
            warehouse: {clickhouse: {url: "http://c"}}
            """,
            supported: Feature.supported
        )
        let sources = configuration.influxDBSources.map(\.influx)
        #expect(sources[0].listen == HostAddress(host: "10.0.0.1", port: 99))
        #expect(sources[0].onDelete == .mirror)
        #expect(sources[0].sweep == .seconds(300))
        #expect(sources[0].timeToLive == .seconds(90 * 86_400))
        #expect(sources[0].authentication == .token)
        #expect(sources[1].listen == nil)
        #expect(sources[2].listen == HostAddress(host: "10.0.0.1", port: 0))
    }

    @Test("the file that leat up writes is read back as it was meant")
    func localStack() throws {
        let password = FileManager.default.temporaryDirectory.appendingPathComponent("leat-\(UUID().uuidString)")
        try "x".write(to: password, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: password) }
        let stack = DevPlatformFile(
            mySQLHosts: [HostAddress(host: "127.0.0.1", port: 13307), HostAddress(host: "127.0.0.1", port: 13306)],
            mySQLUser: "leat",
            mySQLPasswordFile: password.path,
            clickHouseURL: "http://127.0.0.1:18123",
            clickHouseUser: "od\"d ${user}",
            clickHousePasswordFile: password.path,
            consoleListen: HostAddress(host: "127.0.0.1", port: 18080)
        )
        let configuration = try parse(LeatConfiguration.yamlForDevPlatform(stack), supported: Feature.supported)
        let (source, mySQL) = try #require(configuration.mySQLSources.first)
        #expect(source.name == "local")
        #expect(mySQL.hosts.map(\.port) == [13307, 13306])
        #expect(mySQL.tables == .all)
        #expect(configuration.warehouse.user == "od\"d ${user}")
        #expect(configuration.batches == .init())

        var withInflux = stack
        withInflux.influx = .init(
            url: "http://127.0.0.1:18086",
            database: "iot",
            user: "leat",
            passwordFile: password.path
        )
        let both = try parse(LeatConfiguration.yamlForDevPlatform(withInflux), supported: Feature.supported)
        #expect(both.sources.map(\.name) == ["local", "fleet"])
    }
}
