import ArgumentParser
import Foundation
import MonitoringArtifacts

struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Write files for other tools: Prometheus rules, Grafana dashboards.",
        discussion: """
            The files of this version are also in deploy/ of the repository. `leat up` gives the rules to its \
            Prometheus.
            """,
        subcommands: [Prometheus.self, Grafana.self, Alerts.self]
    )

    struct Output: ParsableArguments {
        @Option(help: ArgumentHelp("Write the files into this folder.", valueName: "folder"))
        var output: String?

        @Option(help: ArgumentHelp("Only this one.", valueName: "name"))
        var file: String?

        /// Writes the files, or prints them: one alone as it is, several each under its name.
        func write(_ files: [RenderedFile]) throws {
            let chosen = files.filter { file == nil || $0.path == file }
            guard !chosen.isEmpty else {
                throw ValidationError("--file must be one of \(files.map(\.path).joined(separator: ", "))")
            }
            for file in chosen {
                if let output {
                    let path = URL(fileURLWithPath: output).appendingPathComponent(file.path)
                    try FileManager.default.createDirectory(
                        at: path.deletingLastPathComponent(),
                        withIntermediateDirectories: true
                    )
                    try Data(file.text.utf8).write(to: path, options: .atomic)
                    Terminal.write(path.relativePath)
                } else {
                    Terminal.write((chosen.count > 1 ? "==> \(file.path) <==\n" : "") + file.text.dropLast())
                }
            }
        }
    }

    struct Prometheus: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Alert and recording rules, and example configurations of Prometheus and Alertmanager."
        )

        @OptionGroup var output: Output

        @Flag(help: "Make rules wait twelve times shorter, to see alerts fire in a drill.")
        var drill = false

        func run() async throws { try output.write(PrometheusFiles.all(drill ? .drill : .standard)) }
    }

    struct Grafana: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Dashboards, and provisioning files for Grafana."
        )

        @OptionGroup var output: Output

        func run() async throws { try output.write(GrafanaFiles.all) }
    }

    struct Alerts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What every alert means and what to do, in Markdown."
        )

        func run() async throws { Terminal.write(String(Runbook.markdown.dropLast(2))) }
    }
}
