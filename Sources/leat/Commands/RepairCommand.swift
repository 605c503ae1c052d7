import ArgumentParser
import Logging
import Verification

struct RepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Write rows again that differ from the source.",
        discussion: """
            Compares the tables, has the running process read each row that differs again at the source and write it with a \
            newer version (or remove it, where the source does not have it), and compares once more where something \
            differed. The tables are written to meanwhile as ever. Row versions that Leat did not write are taken out.
            Measurements: compares them, has the spans of time in which points differ read again, and compares again.
            Exit code 0: equal now; 1: different still, or, with --dry-run, different; 3: nothing can be said or done.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "Tables and measurements, as database.table.")
    var tables: [String] = []

    @Flag(help: "All tables and measurements.")
    var all = false

    @Flag(help: "Only show what would be done.")
    var dryRun = false

    @Flag(help: "Print JSON: the report of the comparison at the end (with --dry-run of the only one).")
    var json = false

    func run() async throws {
        if tables.isEmpty != all { throw ValidationError("name the tables, or give --all") }
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
