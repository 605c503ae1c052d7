import ArgumentParser
import Logging
import Verification

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare the rows and points of both sides.",
        discussion: """
            Tables: compares the number of rows and checksums over all columns, computed by the servers, span by span. The \
            source may be written to meanwhile: rows that are touched are looked at again, and a difference counts when it \
            was seen twice with nobody writing to the row in between. What is found is kept in leat.verifications.
            Measurements: compares all points up to the present moment in windows of time, by number and checksums over all \
            tags and fields; what is written meanwhile is compared again until it settles.
            Tables that only one side has count as different.
            Exit code 0: equal; 1: different; 3: nothing differs, but not all was compared (a table is quarantined, a server or \
            the pipeline is missing, or far behind).
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "Tables and measurements, as database.table (default: all).")
    var tables: [String] = []

    @Option(
        name: .customLong("where"),
        help: "Only rows of tables that meet this condition, an SQL expression that both servers understand."
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
