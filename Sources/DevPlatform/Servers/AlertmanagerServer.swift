/// Alertmanager, alone and without anybody to notify: alerts are viewed on its pages and on Leat's.
struct AlertmanagerServer: ServerRecipe {
    let plan: StackPlan
    var server: StackServer { .alertmanager }

    private var configurationFile: String { home.folder(server) + "/alertmanager.yml" }

    func configure() throws(ServerStackError) {
        try StackHome.makeFolder(home.dataFolder(server), mode: 0o750)
        try StackHome.write(
            """
            # Written by leat at every start: changes are lost.
            route:
              receiver: nobody
              group_by: [alertname]
              group_wait: 1s
              group_interval: 10s
              repeat_interval: 4h
            receivers:
              - name: nobody

            """,
            to: configurationFile
        )
    }

    func command() throws(ServerStackError) -> Command {
        plan.command(
            server,
            try plan.binaries.path("alertmanager", for: server),
            [
                "--config.file=\(configurationFile)",
                "--storage.path=\(home.dataFolder(server))",
                "--web.listen-address=127.0.0.1:\(plan.ports.alertmanager)",
                // Empty: it would listen on every address for others of its kind.
                "--cluster.listen-address=",
                "--log.level=warn",
            ]
        )
    }

    func version() async throws(ServerStackError) -> String? {
        let http = LoopbackHTTP(port: plan.ports.alertmanager)
        guard let ready = await http.get("/-/ready"), ready.status == 200,
            let status = await http.get("/api/v2/status")
        else { return nil }
        return JSONText.string("version", in: status.body) ?? "unknown"
    }

    func diagnose(_ log: [String]) -> ServerStackError? {
        guard let line = log.last(where: { $0.containsAny(["proto: ", "invalid state", "unexpected eof"]) }) else {
            return nil
        }
        return ServerStackError(
            .corruptData,
            server: server,
            message: "the data folder of Alertmanager is damaged: \(line.prefix(240))",
            remedy: "remove \(home.dataFolder(server)): only silences are lost"
        )
    }
}
