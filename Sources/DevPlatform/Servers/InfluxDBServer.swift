#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// InfluxDB 1.x with authentication.
struct InfluxDBServer: ServerRecipe {
    let plan: StackPlan
    var server: StackServer { .influxdb }

    private var configurationFile: String { home.folder(server) + "/influxdb.conf" }

    func configure() throws(ServerStackError) {
        try StackHome.makeFolder(home.dataFolder(server), mode: 0o750)
        try StackHome.write(configuration, to: configurationFile)
    }

    var configuration: String {
        let data = home.dataFolder(server)
        return """
            # Written by leat at every start: changes are lost.
            reporting-disabled = true
            bind-address = "127.0.0.1:\(plan.ports.influxdbBackup)"

            [meta]
              dir = \(Self.quoted(data + "/meta"))
              logging-enabled = false
            [data]
              dir = \(Self.quoted(data + "/data"))
              wal-dir = \(Self.quoted(data + "/wal"))
              index-version = "tsi1"
              query-log-enabled = false
              cache-max-memory-size = "256m"
              cache-snapshot-memory-size = "16m"
              max-concurrent-compactions = 1
              max-series-per-database = 0
              max-values-per-tag = 0
            [coordinator]
              log-queries-after = "30s"
            [http]
              enabled = true
              bind-address = "127.0.0.1:\(plan.ports.influxdb)"
              auth-enabled = true
              log-enabled = false
              pprof-enabled = false
              max-body-size = 0
            [subscriber]
              enabled = true
            [continuous_queries]
              enabled = false
            [monitor]
              store-enabled = false
            [logging]
              level = "warn"
              suppress-logo = true

            """
    }

    /// A string of TOML.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    func command() throws(ServerStackError) -> Command {
        var command = plan.command(
            server,
            try plan.binaries.path("influxd", for: server),
            ["run", "-config", configurationFile]
        )
        command.environment["GOMEMLIMIT"] = String(plan.options.memory.influxdb)
        return command
    }

    func version() async throws(ServerStackError) -> String? {
        var http = LoopbackHTTP(port: plan.ports.influxdb)
        guard let ping = await http.get("/ping"), (200..<300).contains(ping.status) else { return nil }
        let version = ping.headers["x-influxdb-version"] ?? "unknown"
        let login = Data("\(StackPlan.user):\(plan.secrets.influxdb)".utf8).base64EncodedString()
        http.headers = [("Authorization", "Basic \(login)")]
        let create = "CREATE DATABASE \"\(StackPlan.influxDatabase)\""
        if let response = await http.post("/query", form: [("q", create)]), response.status == 200 { return version }
        // Without any user yet, the first one may create itself.
        let user = "CREATE USER \"\(StackPlan.user)\" WITH PASSWORD '\(plan.secrets.influxdb)' WITH ALL PRIVILEGES"
        let anybody = LoopbackHTTP(port: plan.ports.influxdb)
        guard let created = await anybody.post("/query", form: [("q", user)]) else { return nil }
        if created.status == 401 || created.status == 403 {
            throw ServerStackError(
                .serverFailed,
                server: server,
                message: "InfluxDB refuses the user \(StackPlan.user)",
                remedy: "restore \(home.secrets)/passwords.json, or remove \(home.folder(server)) to start afresh"
            )
        }
        guard let response = await http.post("/query", form: [("q", create)]), response.status == 200 else {
            return nil
        }
        return version
    }

    func diagnose(_ log: [String]) -> ServerStackError? {
        let signs = ["open server: open meta", "corrupt", "invalid snapshot", "unmarshal", "proto: "]
        guard let line = log.last(where: { $0.containsAny(signs) }) else { return nil }
        return ServerStackError(
            .corruptData,
            server: server,
            message: "the data folder of InfluxDB is damaged: \(line.prefix(240))",
            remedy: "remove \(home.folder(server)) to start afresh"
        )
    }
}
