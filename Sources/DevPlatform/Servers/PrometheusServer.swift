#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Prometheus: scrapes Leat, the servers and itself.
struct PrometheusServer: ServerRecipe {
    let plan: StackPlan
    var server: StackServer { .prometheus }

    private var configurationFile: String { home.folder(server) + "/prometheus.yml" }
    private var rulesFolder: String { home.folder(server) + "/rules" }

    func configure() throws(ServerStackError) {
        try StackHome.makeFolder(home.dataFolder(server), mode: 0o750)
        // Written again: rules of an earlier version must not stay.
        try? FileManager.default.removeItem(atPath: rulesFolder)
        try StackHome.makeFolder(rulesFolder, mode: 0o750)
        for (name, text) in plan.options.prometheusRules {
            guard !name.isEmpty, !name.contains("/"), name.hasSuffix(".yml") else {
                throw ServerStackError(
                    .invalidOptions,
                    server: server,
                    message: "\(name) is no name of a rule file",
                    remedy: "name it something.yml"
                )
            }
            try StackHome.write(text, to: "\(rulesFolder)/\(name)")
        }
        try StackHome.write(configuration, to: configurationFile)
    }

    var configuration: String {
        let ports = plan.ports
        var jobs = [("leat", ports.console), ("prometheus", ports.prometheus)]
        if plan.options.servers.contains(.clickhouse) { jobs.append(("clickhouse", ports.clickhouseMetrics)) }
        if plan.options.servers.contains(.influxdb) { jobs.append(("influxdb", ports.influxdb)) }
        if plan.options.servers.contains(.alertmanager) { jobs.append(("alertmanager", ports.alertmanager)) }
        let interval = max(plan.options.scrapeIntervalSeconds, 1)
        var text = """
            # Written by leat at every start: changes are lost.
            global:
              scrape_interval: \(interval)s
              scrape_timeout: \(max(interval - 1, 1))s
              evaluation_interval: \(interval)s
            rule_files:
              - \(Self.quoted(rulesFolder + "/*.yml"))
            scrape_configs:

            """
        for (job, port) in jobs {
            text += "  - job_name: \(job)\n    static_configs:\n      - targets: ['127.0.0.1:\(port)']\n"
        }
        if plan.options.servers.contains(.alertmanager) {
            text += """
                alerting:
                  alertmanagers:
                    - static_configs:
                        - targets: ['127.0.0.1:\(ports.alertmanager)']

                """
        }
        return text
    }

    /// A string of YAML.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    func command() throws(ServerStackError) -> Command {
        var command = plan.command(
            server,
            try plan.binaries.path("prometheus", for: server),
            [
                "--config.file=\(configurationFile)",
                "--storage.tsdb.path=\(home.dataFolder(server))",
                "--storage.tsdb.retention.time=3d",
                "--storage.tsdb.retention.size=512MB",
                "--web.listen-address=127.0.0.1:\(plan.ports.prometheus)",
                "--log.level=warn",
            ]
        )
        command.environment["GOMEMLIMIT"] = String(plan.options.memory.prometheus)
        return command
    }

    func version() async throws(ServerStackError) -> String? {
        let http = LoopbackHTTP(port: plan.ports.prometheus)
        guard let ready = await http.get("/-/ready"), ready.status == 200,
            let build = await http.get("/api/v1/status/buildinfo")
        else { return nil }
        return JSONText.string("version", in: build.body) ?? "unknown"
    }

    func diagnose(_ log: [String]) -> ServerStackError? {
        if let line = log.last(where: { $0.containsAny(["error loading config"]) }) {
            return ServerStackError(
                .serverFailed,
                server: server,
                message: "Prometheus refuses its configuration or rules: \(line.prefix(300))",
                remedy: "promtool check config \(configurationFile)"
            )
        }
        if let line = log.last(where: { $0.containsAny(["opening storage failed", "corrupt"]) }) {
            return ServerStackError(
                .corruptData,
                server: server,
                message: "the data folder of Prometheus is damaged: \(line.prefix(240))",
                remedy: "remove \(home.dataFolder(server)): only the history of metrics is lost"
            )
        }
        return nil
    }
}

/// Reads the little JSON that is needed here.
enum JSONText {
    /// The first string member called `name`, at any depth.
    static func string(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "\"\(name)\":\"") else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }
}
