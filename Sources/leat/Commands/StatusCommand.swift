import ArgumentParser

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the state of pipelines and tables, their lag, and what is stuck.",
        discussion: """
            Reads leat.* in ClickHouse, so it works from any machine, whether or not the pipelines run. Objectives \
            are shown only on the machine that runs the pipelines.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws { try await StatusReport.print(options, json: json, tablesOnly: false) }
}
