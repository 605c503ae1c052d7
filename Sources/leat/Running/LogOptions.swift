import ArgumentParser
import LeatConfig

/// `--log-level` and `--log-format`, of commands that run for long.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Minimum log level: trace, debug, info, notice, warning, error or critical (default: info).",
            valueName: "level"
        )
    )
    var logLevel: LeatConfiguration.Log.Level?

    @Option(help: ArgumentHelp("Format of log lines: auto, json or text (default: auto).", valueName: "format"))
    var logFormat: LeatConfiguration.Log.Format?

    /// The same for another process.
    var arguments: [String] {
        (logLevel.map { ["--log-level", $0.rawValue] } ?? [])
            + (logFormat.map { ["--log-format", $0.rawValue] } ?? [])
    }
}

extension LeatConfiguration.Log.Level: ExpressibleByArgument {}
extension LeatConfiguration.Log.Format: ExpressibleByArgument {}
