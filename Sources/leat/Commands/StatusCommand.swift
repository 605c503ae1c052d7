import ArgumentParser

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how far the pipelines are and what is stuck.",
        discussion: """
            Reads leat.* in ClickHouse, so it works from any machine and whether or not the pipelines run. How the objectives \
            are kept is known to the process that runs them, and shown where that is this machine.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws { try await StatusReport.print(options, json: json, tablesOnly: false) }
}
