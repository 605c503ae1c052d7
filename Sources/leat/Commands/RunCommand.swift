import ArgumentParser
import Daemon
import Foundation
import LeatConfig
import Logging

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the configured pipelines in the foreground.",
        discussion: """
            MySQL: takes a consistent snapshot of every table, then follows the binlog. InfluxDB: takes pushed points \
            immediately and reads every time window until it is complete. Ctrl-C or SIGTERM shuts down cleanly; the \
            next start resumes where this one stopped, also after a crash.
            """
    )

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String

    @Flag(help: "Discard the recorded positions and copy every table again, in place.")
    var copyAgain = false

    @OptionGroup var log: LogOptions

    func run() async throws {
        let configuration = try LeatConfiguration.load(path: config)
        Logs.bootstrap(level: log.logLevel, format: log.logFormat, configuration.log)
        defer { Logs.flush() }
        let runner = PipelineRunner(configuration, copiesAgain: copyAgain, logger: Logger(label: "leat"))
        try await runner.runUntilSignal()
    }
}
