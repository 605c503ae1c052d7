import ArgumentParser
import ClickHouseClient
import Daemon
import Foundation
import LeatConfig
import Logging
import MySQLClient
import MySQLReplication
import MySQLSchema
import Verification

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Say what a statement would do to ClickHouse.",
        subcommands: [Check.self]
    )

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Say what a DDL statement would do to ClickHouse, before anybody runs it.",
            discussion: """
                Nothing is changed anywhere. The tables are judged as MySQL defines them now; whether MySQL accepts \
                the statement is not checked.
                Exit code 0: nothing changes, or columns change in place; 1: a table is copied again, emptied or \
                dropped; 3: a table would be quarantined, or the statement is not understood.
                """
        )

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "One statement, as MySQL would run it.")
        var statement: String

        @Option(help: "The database of tables that are named without one.")
        var database = ""

        @Option(help: ArgumentHelp("Only this source of leat.yaml (default: every MySQL source).", valueName: "name"))
        var source: String?

        @Flag(help: "Print JSON.")
        var json = false

        /// A table that would be copied.
        struct Size: Encodable, Equatable {
            /// About, as the source's statistics say.
            var rows: UInt64
            var bytes: UInt64
        }

        private struct Answer: Encodable {
            struct Table: Encodable {
                var source: String
                var name: String
                var outcome: StatementForecast.Outcome
                var details: [String]
                var remedy: String
                var size: Size?
            }
            var note: String?
            var tables: [Table] = []
        }

        func run() async throws {
            Logs.bootstrap(level: .error)
            let configuration = try options.load()
            let wanted = try configuration.mySQLSources(named: source)
            let logger = Logger(label: "leat.schema")
            let client = configuration.warehouseClient(logger: logger)
            var answer = Answer()
            var missing: (any Error)?
            do {
                for (source, mySQL) in wanted {
                    let endpoint = try await SourceComparison.firstReachable(mySQL.endpoints, logger: logger)
                    let forecast: StatementForecast
                    do {
                        forecast = try await self.forecast(configuration, source, mySQL, at: endpoint, client, logger)
                    } catch let failure as StatementForecast.Failure where failure.isOfMissingTable {
                        // Another source may have it.
                        missing = failure
                        continue
                    }
                    answer.note = answer.note ?? forecast.note
                    for table in forecast.tables {
                        let size =
                            table.outcome == .copied
                            ? try await Self.size(of: table.name, at: endpoint, logger) : nil
                        answer.tables.append(
                            .init(
                                source: source.name,
                                name: table.name,
                                outcome: table.outcome,
                                details: table.details,
                                remedy: table.remedy,
                                size: size
                            )
                        )
                    }
                }
                if answer.tables.isEmpty, answer.note == nil, let missing { throw missing }
                try await client.shutdown()
            } catch {
                try? await client.shutdown()
                throw error
            }
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                Terminal.write(String(decoding: try encoder.encode(answer), as: UTF8.self))
            } else {
                if let note = answer.note { Terminal.write(note) }
                for table in answer.tables {
                    for line in Self.lines(table.name, table.outcome, table.details, table.remedy, table.size) {
                        Terminal.write(line)
                    }
                }
            }
            let code = Self.exitCode(of: answer.tables.map(\.outcome))
            if code != 0 { throw ExitCode(code) }
        }

        private func forecast(
            _ configuration: LeatConfiguration,
            _ source: LeatConfiguration.Source,
            _ mySQL: LeatConfiguration.MySQL,
            at endpoint: MySQLEndpoint,
            _ client: ClickHouseClient,
            _ logger: Logger
        ) async throws -> StatementForecast {
            let connection = try await MySQLConnection.connect(to: endpoint, logger: logger)
            let folding: String?
            do {
                folding = try await connection.query("SELECT @@GLOBAL.lower_case_table_names").scalar
                await connection.close()
            } catch {
                await connection.close()
                throw error
            }
            let isConcerned = StatementForecast.concerns(statement, in: database, foldsNames: folding != "0")
            let tables = try await Verifier.tables(at: endpoint, where: isConcerned, logger: logger)
            return try StatementForecast(
                of: statement,
                database: database,
                foldsNames: folding != "0",
                definitions: tables.map(\.definition),
                states: try await FollowedTables.read(client, pipeline: source.name).tables,
                options: configuration.replicationOptions(for: source, mySQL)
            )
        }

        private static func size(
            of table: String,
            at endpoint: MySQLEndpoint,
            _ logger: Logger
        ) async throws -> Size? {
            guard let name = TableName(parsing: table) else { return nil }
            let connection = try await MySQLConnection.connect(to: endpoint, logger: logger)
            do {
                let row = try await connection.query(
                    """
                    SELECT table_rows, data_length FROM information_schema.tables \
                    WHERE table_schema = \(InformationSchema.quoted(name.database)) \
                    AND table_name = \(InformationSchema.quoted(name.table))
                    """
                ).rows.first
                await connection.close()
                guard let row, let rows = row[0].flatMap({ UInt64($0) }), let bytes = row[1].flatMap({ UInt64($0) })
                else { return nil }
                return Size(rows: rows, bytes: bytes)
            } catch {
                await connection.close()
                throw error
            }
        }

        static func lines(
            _ name: String,
            _ outcome: StatementForecast.Outcome,
            _ details: [String],
            _ remedy: String,
            _ size: Size?
        ) -> [String] {
            let what =
                switch outcome {
                case .nothing: "nothing changes in ClickHouse"
                case .inPlace: "changed in place, without a copy"
                case .copied:
                    "copied again"
                        + (size.map { ", about \($0.rows) rows (\(Terminal.bytes($0.bytes)) in MySQL)" } ?? "")
                        + "; shown as it is until the copy is complete"
                case .created: "followed from its first row on"
                case .emptied: "emptied"
                case .dropped: "its view is dropped; its rows are kept under another name"
                case .stopped: "STOPPED"
                case .notFollowed: "not followed"
                }
            return ["\(name): \(what)"] + details.map { "  \($0)" } + (remedy.isEmpty ? [] : ["  fix: \(remedy)"])
        }

        static func exitCode(of outcomes: [StatementForecast.Outcome]) -> Int32 {
            if outcomes.contains(.stopped) { return 3 }
            return outcomes.contains { [.copied, .emptied, .dropped].contains($0) } ? 1 : 0
        }
    }
}
