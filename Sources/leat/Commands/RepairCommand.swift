import ArgumentParser
import Daemon
import Logging
import Verification

struct RepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Rewrite the rows that differ from the source.",
        discussion: """
            Compares the tables. The running process then reads each row that differs again at the source and writes \
            it with a newer version, or removes it where the source does not have it. What differed is compared \
            again. Writes to the tables may continue. Row versions that Leat did not write are removed.
            Measurements: compares them, reads the time windows that differ again, and compares them again.
            Exit code 0: equal now; 1: still different, or, with --dry-run, different; 3: the comparison or the \
            repair was not possible.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "Tables and measurements, as database.table.")
    var tables: [String] = []

    @Flag(help: "All tables and measurements.")
    var all = false

    @Flag(help: "Show what would be done, and change nothing.")
    var dryRun = false

    @Flag(help: "Print the final verification report as JSON.")
    var json = false

    func validate() throws {
        if tables.isEmpty != all { throw ValidationError("name the tables, or give --all") }
    }

    func run() async throws {
        Logs.bootstrap(level: .error)
        let repair = Repair(
            configuration: try options.load(),
            control: ControlClient(socket: HomeFiles.controlSocket(forConfiguration: options.path)),
            isSilent: json,
            logger: Logger(label: "leat.repair")
        )
        let report = try await repair.run(tables: tables, isDry: dryRun)
        if json {
            Terminal.write(try report.json())
        } else {
            Terminal.write(report.renderTable(isTerminal: Terminal.hasColour))
            if dryRun, !report.isEqual {
                Terminal.write("\nNothing was changed. Without --dry-run this is what is done:")
            }
            if dryRun { for line in Repair.plan(of: report) { Terminal.write("  " + line) } }
        }
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }
}
