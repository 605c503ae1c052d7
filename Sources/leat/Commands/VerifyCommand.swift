import ArgumentParser
import Daemon
import Logging
import Verification

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare the source with ClickHouse under live writes.",
        discussion: """
            Tables: the servers compute row counts and checksums over all columns for each key range. Writes to \
            the source may continue: rows that change are compared again, and a difference counts once it was seen \
            twice without a write to the row in between. Results are kept in leat.verifications.
            Measurements: compares the number of points and checksums over all tags and fields in time windows up to \
            now; windows that change meanwhile are compared again until they settle.
            Tables that exist on one side only count as different.
            Exit code 0: equal; 1: different; 3: no difference, but not everything was compared (a table is \
            quarantined, or a server or the pipeline is missing or far behind).
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "Tables and measurements, as database.table (default: all).")
    var tables: [String] = []

    @Option(
        name: .customLong("where"),
        help: "Compare only rows that meet this condition: an SQL expression that both servers understand."
    )
    var filter: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        Logs.bootstrap(level: .error)
        let report = try await Comparison.run(
            try options.load(),
            tables: tables,
            filter: filter,
            isSilent: json,
            logger: Logger(label: "leat.verify")
        )
        Terminal.write(json ? try report.json() : report.renderTable(isTerminal: Terminal.hasColour))
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }
}
