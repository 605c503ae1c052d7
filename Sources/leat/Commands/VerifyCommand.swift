import ArgumentParser
import Logging
import Verification

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare the rows and points of both sides.",
        discussion: """
            Tables: waits until the pipelines have reached the source's present position, then compares row counts and \
            checksums over all columns, computed by the servers. The source must not be written to meanwhile.
            Measurements: compares all points up to the present moment in windows of time, by number and checksums over all \
            tags and fields; what is written meanwhile is compared again until it settles.
            Exit code 0: equal; 1: different; 3: nothing can be said (a table's source was written to, a server or the \
            pipeline is missing).
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "Tables and measurements, as database.table (default: all).")
    var tables: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        Logs.bootstrap(level: .error)
        let report = try await Comparison.run(
            try options.load(),
            tables: tables,
            isSilent: json,
            logger: Logger(label: "leat.verify")
        )
        Terminal.write(json ? try report.json() : report.renderTable(isTerminal: Terminal.hasColour))
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }
}
