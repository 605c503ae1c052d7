#if LocalPlatform
import ArgumentParser
import Daemon
import DevPlatform
import Foundation
import LeatConfig
import Logging
import MySQLClient
import SampleData
import UnixSignals

struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract:
            "Generate sample data: a shop in MySQL, a fleet of devices in InfluxDB, and endless traffic on both.",
        subcommands: [MySQL.self, IoT.self, Expect.self]
    )

    struct Scale: ParsableArguments {
        @Option(help: ArgumentHelp("Scale: each table gets at least this many rows.", valueName: "rows"))
        var rows = ShopScale.defaultRows

        @Option(help: "The same seed makes the same data.")
        var seed: UInt64 = 1

        func validate() throws { try Self.requireAllowed(rows) }

        static func requireAllowed(_ rows: Int) throws {
            let allowed = ShopScale.allowedRows
            guard allowed.contains(rows) else {
                throw ValidationError("--rows must be \(allowed.lowerBound) to \(allowed.upperBound)")
            }
        }
    }

    struct MySQL: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mysql",
            abstract: "Load the shop into MySQL, or generate traffic with --rate.",
            discussion: """
                Without --rate, loads what is missing and ends. With --rate, changes about that many rows a second \
                until Ctrl-C: 55 % inserts, 38 % updates, 7 % deletes, including changes of primary keys and \
                transactions that are rolled back.
                """
        )

        @Option(
            help: ArgumentHelp("The home folder of `leat up`, whose MySQL primary is used.", valueName: "folder")
        )
        var home = ".leat"

        @Option(
            help: ArgumentHelp(
                "Another server: host:port. The password comes from LEAT_MYSQL_PASSWORD.",
                valueName: "address"
            )
        )
        var host: String?

        @Option(help: "The user on that server.")
        var user = "leat"

        @Option(help: "The database.")
        var database = "shop"

        @OptionGroup var scale: Scale

        @Option(help: ArgumentHelp("Rows to change per second.", valueName: "rows"))
        var rate: Double?

        @Option(help: ArgumentHelp("Parallel connections, 1 to 64.", valueName: "number"))
        var connections = 4

        func validate() throws {
            if let rate, !(rate > 0 && rate <= 1_000_000) {
                throw ValidationError("--rate must be above 0 and at most 1000000")
            }
            guard (1...64).contains(connections) else { throw ValidationError("--connections must be 1 to 64") }
        }

        func run() async throws {
            Logs.bootstrap()
            let endpoint = try endpoint()
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.generate(on: endpoint) }
                group.addTask { for await _ in signals { return } }
                defer { group.cancelAll() }
                try await group.next()
                group.cancelAll()
                do { try await group.waitForAll() } catch is CancellationError {}
            }
        }

        private func generate(on endpoint: MySQLEndpoint) async throws {
            if let rate {
                try await ShopTraffic.show(
                    on: endpoint,
                    database: database,
                    rate: rate,
                    seed: scale.seed,
                    connections: connections
                )
            } else {
                try await ShopLoader.show(
                    on: endpoint,
                    database: database,
                    seed: scale.seed,
                    rows: scale.rows,
                    connections: connections
                )
            }
        }

        private func endpoint() throws -> MySQLEndpoint {
            if let host {
                guard let address = HostAddress(parsing: host, defaultPort: 3306) else {
                    throw ValidationError("--host must be host:port")
                }
                return MySQLEndpoint(
                    host: address.host,
                    port: address.port,
                    user: user,
                    password: ProcessInfo.processInfo.environment["LEAT_MYSQL_PASSWORD"] ?? "",
                    allowsLocalData: true
                )
            }
            return try ServerStack.addresses(ofHome: home).primaryEndpoint()
        }
    }

    struct Expect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "expect",
            abstract: "Print the expected aggregates of the sample data, without a database.",
            discussion: """
                Prints JSON: row counts of all tables, sums of money, and the orders' amounts per status and per \
                day; under iot, counts, sums and bounds of all fields of the measurements, in total and per site. \
                With --home, of the data that `leat up` has loaded there.
                """
        )

        @Option(
            help: ArgumentHelp(
                "A home folder of `leat up`, whose seed, size and end are taken.",
                valueName: "folder"
            )
        )
        var home: String?

        @OptionGroup var scale: Scale
        @OptionGroup var shape: FleetShape

        func run() throws {
            let known = home.flatMap { HomeFiles($0).fleet }
            if let home, known == nil {
                throw ServerStackError(
                    .notRunning,
                    message: "no fleet was loaded into \(HomeFiles(home).home)",
                    remedy: "leat up --home \(home)"
                )
            }
            let (seed, rows) = (known?.seed ?? scale.seed, known?.rows ?? scale.rows)
            let fleet = FleetGenerator(
                seed: seed,
                rows: rows,
                end: shape.end?.nanoseconds ?? known?.end ?? FleetGenerator.defaultEnd,
                disorder: shape.disorder ?? known?.disorder ?? .standard
            )
            let expectation = Expectation(
                shop: ShopExpectation(seed: seed, rows: rows),
                iot: FleetExpectation(fleet)
            )
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Terminal.write(String(decoding: try encoder.encode(expectation), as: UTF8.self))
        }

        /// The shop's keys at the top, the fleet's under one more.
        private struct Expectation: Encodable {
            var shop: ShopExpectation
            var iot: FleetExpectation

            private enum Key: CodingKey { case iot }

            func encode(to encoder: any Encoder) throws {
                try shop.encode(to: encoder)
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(iot, forKey: .iot)
            }
        }
    }
}

extension StackAddresses {
    /// The MySQL primary, for writing to it.
    func primaryEndpoint() throws -> MySQLEndpoint {
        guard let primary = mysql?.primary else {
            throw ServerStackError(.notRunning, message: "the platform runs without MySQL", remedy: "leat up")
        }
        return MySQLEndpoint(
            host: primary.host,
            port: primary.port,
            user: primary.user,
            password: primary.password,
            allowsLocalData: true
        )
    }
}

extension ShopLoader {
    /// Loads with a line of progress per table.
    static func show(
        on endpoint: MySQLEndpoint,
        database: String,
        seed: UInt64,
        rows: Int,
        connections: Int,
        isSilent: Bool = false
    ) async throws {
        let line = ProgressLine(isSilent: isSilent)
        let loader = ShopLoader(
            endpoint: endpoint,
            database: database,
            seed: seed,
            rows: rows,
            connections: connections
        )
        let summary = try await loader.load { progress in
            line.show(
                "MySQL \(database).\(progress.table)",
                fraction: progress.fraction,
                rows: UInt64(progress.rows),
                rate: progress.rowsPerSecond
            )
        }
        let seconds = summary.elapsed / .seconds(1)
        line.finish(
            summary.rowsLoaded == 0
                ? "MySQL \(database): \(Terminal.grouped(summary.rows)) rows, all there already"
                : "MySQL \(database): \(Terminal.grouped(summary.rowsLoaded)) rows loaded in \(Terminal.seconds(seconds))"
        )
    }
}

extension ShopTraffic {
    /// Runs until cancelled, with a line that says what was done.
    static func show(
        on endpoint: MySQLEndpoint,
        database: String,
        rate: Double,
        seed: UInt64?,
        connections: Int
    ) async throws {
        @Sendable func text(_ done: TrafficStatistics, rate: Double) -> String {
            "\(Terminal.grouped(done.inserted)) inserted  \(Terminal.grouped(done.updated)) updated  "
                + "\(Terminal.grouped(done.deleted)) deleted  \(Terminal.grouped(done.rolledBack)) rolled back  "
                + "\(Terminal.grouped(Int(rate))) rows/s"
        }
        let line = ProgressLine()
        let traffic = ShopTraffic(
            endpoint: endpoint,
            database: database,
            rate: rate,
            seed: seed,
            connections: connections
        )
        let done = try await traffic.run { line.note(text($0, rate: $0.rowsPerSecond)) }
        let seconds = max(done.elapsed / .seconds(1), 0.001)
        line.finish(text(done, rate: Double(done.rows) / seconds))
    }
}
#endif
