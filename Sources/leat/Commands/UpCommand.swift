import ArgumentParser
import Foundation
import Generator
import LocalStack
import Logging

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the local platform: servers, data, pipelines.",
        discussion: """
            Starts MySQL (primary and replica), InfluxDB, ClickHouse, Prometheus and Alertmanager in a home folder, fills \
            MySQL with a shop and InfluxDB with a fleet of devices, copies both into ClickHouse, follows every change, \
            compares both sides, and prints every address. A second `leat up` on the same home goes on where the first was. \
            Ctrl-C (or `leat down`) stops it all.
            """
    )

    @Option(help: ArgumentHelp("Where servers, data, logs and leat.yaml go.", valueName: "folder"))
    var home = ".leat"

    @Option(help: ArgumentHelp("Move every port by this much.", valueName: "number"))
    var portOffset: Int?

    @Option(
        help: ArgumentHelp(
            "Scale of shop and fleet (default: as they are, or \(ShopScale.defaultRows) on a new home).",
            valueName: "rows"
        )
    )
    var rows: Int?

    @Option(help: "The same seed makes the same data (default: as it is, or 1 on a new home).")
    var seed: UInt64?

    @Flag(help: "Fill MySQL and InfluxDB with nothing.")
    var noData = false

    @Option(
        help: ArgumentHelp(
            "Give Prometheus this rule file in place of Leat's own (see leat render prometheus).",
            valueName: "file"
        )
    )
    var prometheusRules: String?

    @Flag(help: "Return when all is ready; the platform goes on in the background until `leat down`.")
    var detach = false

    @Flag(help: "Print the addresses as JSON, and nothing else.")
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
        if let owner = LocalStack.owner(ofHome: home) {
            // Idempotent for scripts: what is up stays up.
            guard let ready = FileManager.default.contents(atPath: files.readyFile) else {
                throw LocalStackError(
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
            Logs.bootstrap(toFile: files.logFile, log)
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
        abstract: "Stop the local platform; its data stays.",
        discussion: "To start from nothing, delete the home folder afterwards."
    )

    @Option(help: ArgumentHelp("The home folder.", valueName: "folder"))
    var home = ".leat"

    func run() async throws {
        guard let owner = LocalStack.owner(ofHome: home) else {
            try await LocalStack.endLeftovers(ofHome: home)
            Terminal.write("nothing is running in \(HomeFiles(home).home)")
            return
        }
        kill(owner, SIGTERM)
        let deadline = ContinuousClock.now + .seconds(90)
        while LocalStack.owner(ofHome: home) != nil {
            guard ContinuousClock.now < deadline else {
                throw LocalStackError(
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
