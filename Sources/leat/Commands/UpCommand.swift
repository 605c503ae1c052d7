#if LocalPlatform
import ArgumentParser
import Daemon
import DevPlatform
import Foundation
import Logging
import SampleData

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the local platform: servers, data, pipelines.",
        discussion: """
            Starts MySQL (primary and replica), InfluxDB, ClickHouse, Prometheus and Alertmanager in a home folder, \
            loads a shop into MySQL and a fleet of devices into InfluxDB, replicates both into ClickHouse, verifies \
            the result, and prints the addresses. Run `leat up` again on the same home to resume. Ctrl-C (or `leat \
            down`) stops everything.
            """
    )

    @Option(help: ArgumentHelp("Folder for servers, data, logs and leat.yaml.", valueName: "folder"))
    var home = ".leat"

    @Option(help: ArgumentHelp("Offset added to every port.", valueName: "number"))
    var portOffset: Int?

    @Option(
        help: ArgumentHelp(
            "Scale of the sample data: rows per table (default: as loaded; \(ShopScale.defaultRows) in a new home).",
            valueName: "rows"
        )
    )
    var rows: Int?

    @Option(help: "Seed of the sample data (default: as loaded; 1 in a new home).")
    var seed: UInt64?

    @Flag(help: "Do not load sample data.")
    var noData = false

    @Option(
        help: ArgumentHelp(
            "Use this Prometheus rule file instead of the built-in rules (see leat render prometheus).",
            valueName: "file"
        )
    )
    var prometheusRules: String?

    @Flag(help: "Run in the background: return when everything is ready. Stop it with `leat down`.")
    var detach = false

    @Flag(help: "Print only the addresses, as JSON.")
    var json = false

    @OptionGroup var log: LogOptions

    func validate() throws {
        if let portOffset, !(-12_000...40_000).contains(portOffset) {
            throw ValidationError("--port-offset must be -12000 to 40000")
        }
        if let rows { try GenerateCommand.Scale.requireAllowed(rows) }
    }

    func run() async throws {
        let files = HomeFiles(home)
        if let owner = ServerStack.owner(ofHome: home) {
            // Idempotent for scripts: what is up stays up.
            guard let ready = FileManager.default.contents(atPath: files.readyFile) else {
                throw ServerStackError(
                    .homeInUse,
                    message: "another `leat up` (process \(owner)) is starting the platform in \(files.home)",
                    remedy: "wait for it, or end it with `leat down --home \(home)`"
                )
            }
            let platform = try JSONDecoder().decode(ReadyPlatform.self, from: ready)
            Terminal.write(json ? try platform.jsonText : "already running (process \(owner))\n\n" + platform.block)
            return
        }
        if detach {
            try Background.start(files, arguments: arguments, json: json)
        } else {
            Logs.bootstrap(toFile: files.logFile, level: log.logLevel, format: log.logFormat)
            defer { Logs.flush() }
            try await Platform(files, command: self).run()
        }
    }

    /// The command line for the process in the background.
    private var arguments: [String] {
        var all = ["up", "--home", home]
        if let rows { all += ["--rows", "\(rows)"] }
        if let seed { all += ["--seed", "\(seed)"] }
        if let portOffset { all += ["--port-offset=\(portOffset)"] }
        if noData { all.append("--no-data") }
        if let prometheusRules { all += ["--prometheus-rules", prometheusRules] }
        return all + log.arguments
    }
}

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop the local platform and keep its data.",
        discussion: "To start from scratch, delete the home folder afterwards."
    )

    @Option(help: ArgumentHelp("The home folder.", valueName: "folder"))
    var home = ".leat"

    func run() async throws {
        guard let owner = ServerStack.owner(ofHome: home) else {
            try await ServerStack.endLeftovers(ofHome: home)
            Terminal.write("nothing is running in \(HomeFiles(home).home)")
            return
        }
        kill(owner, SIGTERM)
        let deadline = ContinuousClock.now + .seconds(90)
        while ServerStack.owner(ofHome: home) != nil {
            guard ContinuousClock.now < deadline else {
                throw ServerStackError(
                    .timeout,
                    message: "the platform (process \(owner)) has not ended after 90 s",
                    remedy: "kill -9 \(owner) && leat down --home \(home)"
                )
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        Terminal.write("stopped")
    }
}
#endif
