import ArgumentParser
import Console
import Daemon

struct TablesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables",
        abstract: "List tables, or copy, pause, resume or forget some.",
        subcommands: [List.self, Resync.self, Pause.self, Resume.self, Forget.self],
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
                """
                The view keeps showing the rows while they are copied; rows that the source no longer has disappear \
                at the end. With --all, a pipeline that has failed starts again from scratch.
                """
        )

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "Tables, as database.table.")
        var tables: [String] = []

        @Flag(help: "All tables.")
        var all = false

        func validate() throws {
            if tables.isEmpty != all { throw ValidationError("name the tables, or give --all") }
        }

        func run() async throws {
            try await TablesCommand.order(.resync, tables, options)
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop following tables until they are resumed.",
            discussion: "The view keeps showing the rows as they were."
        )

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var named: NamedTables

        func run() async throws { try await TablesCommand.order(.pause, named.tables, options) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow paused tables again.",
            discussion: "They are copied again, in place; the view shows the rows as they were until then."
        )

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var named: NamedTables

        func run() async throws { try await TablesCommand.order(.resume, named.tables, options) }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget tables that the source no longer has.",
            discussion: """
                Removes them from leat status and from quarantine. What happens to their rows is up to on-drop: in \
                leat.yaml. Tables that the source still has are refused: copy them again with resync, or exclude \
                them in leat.yaml.
                """
        )

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var named: NamedTables

        func run() async throws { try await TablesCommand.order(.forget, named.tables, options) }
    }

    struct NamedTables: ParsableArguments {
        @Argument(help: "Tables, as database.table.")
        var tables: [String]
    }

    private static func order(
        _ order: TableOrder,
        _ tables: [String],
        _ options: ConfigurationOptions
    ) async throws {
        let client = ControlClient(socket: HomeFiles.controlSocket(forConfiguration: options.path))
        for line in try await client.order(order.rawValue, tables: tables) { Terminal.write(line) }
    }
}
