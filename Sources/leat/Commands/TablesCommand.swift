import ArgumentParser
import Foundation

struct TablesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables",
        abstract: "List the tables, or copy one again.",
        subcommands: [List.self, Resync.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tables and their states.")

        @OptionGroup var options: ConfigurationOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws { try await StatusReport.print(options, json: json, tablesOnly: true) }
    }

    struct Resync: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy tables again, in place, and release them from quarantine.",
            discussion:
                "The view keeps showing the rows while they are copied; what the source no longer has disappears at the end."
        )

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "Tables, as database.table.")
        var tables: [String] = []

        @Flag(help: "All tables.")
        var all = false

        func run() async throws {
            if tables.isEmpty != all { throw ValidationError("name the tables, or give --all") }
            let client = ControlClient(socket: HomeFiles.controlSocket(forConfiguration: options.path))
            let answer = try await client.order("resync", tables: tables)
            for line in answer { Terminal.write(line) }
        }
    }
}
