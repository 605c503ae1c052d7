#if LocalPlatform
import ArgumentParser
import Daemon
import DevPlatform
import Foundation
import InfluxClient
import SampleData
import UnixSignals

extension GenerateCommand {
    struct IoT: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "iot",
            abstract: "Load the fleet's history into InfluxDB, or generate traffic with --rate.",
            discussion: """
                Three measurements: readings and diagnostics of devices at sites, and meters. Without --rate, \
                completes the history and exits. With --rate, sends about that many lines per second, stamped with \
                the current time, until Ctrl-C: 60 % readings, 35 % diagnostics, 5 % meters, some of them late, \
                repeated or corrected. In a home of `leat up`, options default to those the data was loaded with.
                """
        )

        @Option(help: ArgumentHelp("The home folder of `leat up`, whose InfluxDB is used.", valueName: "folder"))
        var home = ".leat"

        @Option(
            help: ArgumentHelp(
                "Another server: http://host:port. The password comes from LEAT_INFLUX_PASSWORD.",
                valueName: "address"
            )
        )
        var url: String?

        @Option(help: "The user on that server.")
        var user = "leat"

        @Option(help: "The database, which must exist.")
        var database = "iot"

        @OptionGroup var fleet: Fleet

        @Option(help: ArgumentHelp("Lines to send per second.", valueName: "lines"))
        var rate: Double?

        @Option(help: ArgumentHelp("Parallel connections, 1 to 64.", valueName: "number"))
        var connections = 4

        @Flag(help: "Send lines without compression.")
        var noGzip = false

        @Option(
            help: ArgumentHelp(
                "Draw the last day of one site into an SVG file, and write nothing to a server.",
                valueName: "file"
            )
        )
        var plot: String?

        @Option(help: ArgumentHelp("The site to draw, from 0.", valueName: "number"))
        var site = 0

        func validate() throws {
            if let rate, !FleetTraffic.allowedRates.contains(rate) {
                throw ValidationError("--rate must be \(FleetTraffic.allowedRates.lowerBound) to 1000000")
            }
            guard (1...64).contains(connections) else { throw ValidationError("--connections must be 1 to 64") }
            guard plot == nil || rate == nil else { throw ValidationError("--plot and --rate exclude each other") }
        }

        func run() async throws {
            Logs.bootstrap()
            let known = url == nil ? HomeFiles(home).fleet : nil
            let fleet = fleet.generator(known: known)
            if let plot {
                guard (0..<fleet.scale.sites).contains(site) else {
                    throw ValidationError("--site must be 0 to \(fleet.scale.sites - 1)")
                }
                try Data(FleetPlot(fleet, site: site).svg().utf8).write(to: URL(fileURLWithPath: plot))
                Terminal.write("a day of one site: \(plot)")
                return
            }
            let endpoint = try endpoint()
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.generate(fleet, on: endpoint) }
                group.addTask { for await _ in signals { return } }
                defer { group.cancelAll() }
                try await group.next()
                group.cancelAll()
                do { try await group.waitForAll() } catch is CancellationError {}
            }
        }

        private func generate(_ fleet: FleetGenerator, on endpoint: InfluxEndpoint) async throws {
            guard let rate else {
                return try await FleetLoader.show(
                    fleet,
                    on: endpoint,
                    connections: connections,
                    isCompressed: !noGzip
                )
            }
            let traffic = FleetTraffic(
                endpoint: endpoint,
                seed: fleet.seed,
                rows: fleet.scale.rows,
                rate: rate,
                disorder: fleet.disorder,
                connections: connections,
                isCompressed: !noGzip
            )
            try await traffic.show()
        }

        private func endpoint() throws -> InfluxEndpoint {
            if let url {
                return InfluxEndpoint(
                    url: url,
                    database: database,
                    user: user,
                    password: ProcessInfo.processInfo.environment["LEAT_INFLUX_PASSWORD"] ?? ""
                )
            }
            return try ServerStack.addresses(ofHome: home).influxEndpoint(database: database)
        }
    }

    /// Which fleet.
    struct Fleet: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Scale: each measurement gets at least this many points (default: \(FleetScale.defaultRows)).",
                valueName: "rows"
            )
        )
        var rows: Int?

        @Option(help: "The same seed makes the same data (default: 1).")
        var seed: UInt64?

        @OptionGroup var shape: FleetShape

        func validate() throws {
            let allowed = FleetScale.allowedRows
            if let rows, !allowed.contains(rows) {
                throw ValidationError("--rows must be \(allowed.lowerBound) to \(allowed.upperBound)")
            }
        }

        /// - Parameter known: what was loaded before; else the history ends now.
        func generator(known: LoadedFleet?) -> FleetGenerator {
            FleetGenerator(
                seed: seed ?? known?.seed ?? 1,
                rows: rows ?? known?.rows ?? FleetScale.defaultRows,
                end: shape.end?.nanoseconds ?? known?.end ?? Moment.now.nanoseconds,
                disorder: shape.disorder ?? known?.disorder ?? .standard
            )
        }
    }

    /// What else there is to say about a fleet.
    struct FleetShape: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "When the fleet's history ends, as 2026-01-31T12:00:00Z, rounded down to a minute.",
                valueName: "time"
            )
        )
        var end: Moment?

        @Option(
            help: ArgumentHelp(
                "What goes wrong: none, default, all, or rates such as late=0.1,gaps=0 (also after one of these words). Rates: "
                    + "\(FleetDisorder.rateNames.joined(separator: ", ")).",
                valueName: "rates"
            )
        )
        var disorder: FleetDisorder?
    }
}

/// A moment as people write it, for the command line.
struct Moment: ExpressibleByArgument {
    /// Since 1970.
    let nanoseconds: Int64

    static var now: Moment { Moment(nanoseconds: Int64(Date().timeIntervalSince1970) * 1_000_000_000) }

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    init?(argument: String) {
        guard let date = try? Date(argument, strategy: .iso8601) else { return nil }
        let seconds = date.timeIntervalSince1970
        let allowed = FleetGenerator.allowedEnds
        guard seconds >= Double(allowed.lowerBound / 1_000_000_000),
            seconds <= Double(allowed.upperBound / 1_000_000_000)
        else { return nil }
        nanoseconds = Int64(seconds) * 1_000_000_000
    }

    /// As `init(argument:)` reads it.
    var text: String { Date(timeIntervalSince1970: Double(nanoseconds / 1_000_000_000)).formatted(.iso8601) }
}

extension FleetDisorder: ExpressibleByArgument {
    package init?(argument: String) { self.init(parsing: argument) }
}

extension StackAddresses {
    /// The InfluxDB server, for writing to it.
    func influxEndpoint(database: String? = nil) throws -> InfluxEndpoint {
        guard let influxdb else {
            throw ServerStackError(.notRunning, message: "the platform runs without InfluxDB", remedy: "leat up")
        }
        return InfluxEndpoint(
            url: influxdb.url,
            database: database ?? influxdb.database,
            user: influxdb.user,
            password: influxdb.password
        )
    }
}

extension FleetLoader {
    /// Loads with a line of progress.
    static func show(
        _ fleet: FleetGenerator,
        on endpoint: InfluxEndpoint,
        connections: Int,
        isCompressed: Bool = true,
        isSilent: Bool = false
    ) async throws {
        let line = ProgressLine(isSilent: isSilent)
        let loader = FleetLoader(
            endpoint: endpoint,
            generator: fleet,
            connections: connections,
            isCompressed: isCompressed
        )
        let summary = try await loader.load { progress in
            line.show(
                "InfluxDB \(endpoint.database).\(progress.table)",
                fraction: progress.fraction,
                rows: UInt64(progress.rows),
                rate: progress.rowsPerSecond
            )
        }
        let seconds = summary.elapsed / .seconds(1)
        let end = Moment(nanoseconds: fleet.endNanoseconds).text
        line.finish(
            summary.rowsLoaded == 0
                ? "InfluxDB \(endpoint.database): \(Terminal.grouped(summary.rows)) points up to \(end), all there already"
                : "InfluxDB \(endpoint.database): \(Terminal.grouped(summary.rowsLoaded)) points up to \(end) loaded in"
                    + " \(Terminal.seconds(seconds))"
        )
    }
}

extension FleetTraffic {
    /// Runs until cancelled, with a line that says what was done.
    func show() async throws {
        @Sendable func text(_ done: FleetTrafficStatistics, rate: Double) -> String {
            "\(Terminal.grouped(done.points)) points  \(Terminal.grouped(done.late)) late  "
                + "\(Terminal.grouped(done.repeated)) repeated  \(Terminal.grouped(done.corrected)) corrected  "
                + "\(Terminal.grouped(Int(rate))) lines/s"
        }
        let line = ProgressLine()
        let done = try await run { line.note(text($0, rate: $0.linesPerSecond)) }
        let seconds = max(done.elapsed / .seconds(1), 0.001)
        line.finish(text(done, rate: Double(done.lines) / seconds))
    }
}
#endif
