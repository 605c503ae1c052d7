import ArgumentParser
import ClickHouseClient
import Daemon
import Diagnostics
import Logging

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find present and coming problems, and say how to fix them.",
        discussion: """
            Checks this machine, the configuration, every server and the recorded state of every pipeline, before \
            the first start or while everything runs. It changes nothing.

            Exit code 0: nothing is wrong (there may be notes); 1: warnings; 3: something keeps a pipeline from \
            running.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        Logs.bootstrap(level: .critical)
        let configuration = try options.load()
        let logger = Logger(label: "leat.doctor")
        let warehouse = configuration.warehouseClient(logger: logger)
        let line = ProgressLine(isSilent: json || !Terminal.isInteractive)
        let control = ControlClient(socket: HomeFiles.controlSocket(forConfiguration: options.path))
        let process = await control.pipelines()
        let diagnosis = await Doctor(
            configuration,
            mySQLEndpoints: { $0.endpoints },
            influxEndpoint: { $0.endpoint },
            warehouse: warehouse,
            process: RunningProcess(place: process.place) { process.answer(of: $0) },
            logger: logger
        ).examine { line.note("examining \($0)") }
        try? await warehouse.shutdown()
        if json {
            Terminal.write(try diagnosis.json())
        } else {
            line.clear()
            Terminal.write(Self.text(diagnosis))
        }
        if diagnosis.exitCode != 0 { throw ExitCode(diagnosis.exitCode) }
    }

    /// Each subject with what was found there, then a line that sums up.
    static func text(_ diagnosis: Diagnosis) -> String {
        var lines: [String] = []
        for examined in diagnosis.examined {
            let found = diagnosis.ordered.filter { $0.subject == examined.subject }
            let mark = found.contains { $0.severity > .note } ? " " : Terminal.green("ok")
            lines.append("\(Terminal.bold(examined.subject))  \(Terminal.dim("\(examined.checks) checks"))  \(mark)")
            for finding in found {
                lines.append("  \(Self.label(finding.severity))  \(finding.cause)")
                lines.append("           effect: \(finding.effect)")
                lines.append("           fix: \(finding.remedy)")
            }
        }
        func count(_ severity: Finding.Severity, _ word: String) -> String? {
            let number = diagnosis.findings.count { $0.severity == severity }
            return number == 0 ? nil : "\(number) \(word)\(number == 1 ? "" : "s")"
        }
        let sums = [count(.blocker, "blocker"), count(.warning, "warning"), count(.note, "note")].compactMap { $0 }
        lines.append("")
        lines.append(sums.isEmpty ? Terminal.green("nothing is wrong") : sums.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    private static func label(_ severity: Finding.Severity) -> String {
        switch severity {
        case .blocker: Terminal.red("blocker")
        case .warning: "warning"
        case .note: Terminal.dim("note   ")
        }
    }
}
