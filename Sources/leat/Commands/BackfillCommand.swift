import ArgumentParser
import ClickHouseClient
import Daemon
import Foundation
import InfluxReplication
import LeatConfig
import LeatState
import Logging
import PipelineCore
import UnixSignals
import Warehouse

struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Copy a time range of an InfluxDB source into ClickHouse once.",
        discussion: """
            Copies every measurement, in parallel. Existing points stay. If interrupted, rerun the same command to \
            resume. The pipeline may run meanwhile. Times are ISO 8601, in UTC unless they name a zone: 2026-11-01, \
            2026-11-01T12:00:00Z.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "The source, by its name in leat.yaml.")
    var source: String

    @Option(help: ArgumentHelp("Start of the range (inclusive).", valueName: "time"), transform: Self.time)
    var from: Int64

    @Option(
        help: ArgumentHelp("End of the range (exclusive; default: now).", valueName: "time"),
        transform: Self.time
    )
    var to: Int64?

    @Flag(help: "Print JSON and no progress.")
    var json = false

    func validate() throws {
        if let to, to <= from { throw ValidationError("--to must be after --from") }
    }

    func run() async throws {
        Logs.bootstrap(level: .warning)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await backfill()
                return true
            }
            group.addTask {
                for await _ in signals { break }
                return false
            }
            defer { group.cancelAll() }
            let isComplete = try await group.next() ?? true
            group.cancelAll()
            do { try await group.waitForAll() } catch {}
            if !isComplete { throw CancellationError() }
        }
    }

    private func backfill() async throws {
        let configuration = try options.load()
        guard let (source, influx) = configuration.influxDBSources.first(where: { $0.source.name == source }) else {
            throw ConfigurationError(
                file: configuration.path,
                cause: "there is no InfluxDB source '\(self.source)'",
                remedy: "name one of: \(configuration.influxDBSources.map(\.source.name).joined(separator: ", "))"
            )
        }
        let logger = Logger(label: "leat")
        let client = configuration.warehouseClient(logger: logger)
        let line = ProgressLine(isSilent: json)
        let started = ContinuousClock.now
        @Sendable func rate(_ points: UInt64) -> Double { Double(points) / max(0.001, (.now - started) / .seconds(1)) }
        do {
            let work = SeriesBackfill(
                options: configuration.seriesOptions(for: source, influx),
                client: client,
                logger: logger
            )
            let end = to ?? Int64(Date().timeIntervalSince1970) * 1_000_000_000
            let summary = try await work.run(TimeRange(from, end)) { progress in
                line.show(
                    progress.table,
                    fraction: progress.fraction,
                    rows: progress.points,
                    rate: rate(progress.points)
                )
            }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            line.finish(
                "\(Terminal.grouped(summary.points)) points of \(summary.tables.count) measurements in "
                    + "\(Terminal.seconds(seconds)), \(Terminal.grouped(UInt64(rate(summary.points)))) points/s"
            )
            try await client.shutdown()
            try report(summary, seconds: seconds)
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private struct Report: Codable {
        var points: UInt64
        var seconds: Double
        var tables: [String: UInt64]
        var refused: [String: String]
    }

    private func report(_ summary: SeriesBackfill.Summary, seconds: Double) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let report = Report(
                points: summary.points,
                seconds: seconds,
                tables: summary.tables,
                refused: summary.refused.mapValues(\.cause)
            )
            Terminal.write(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            for (name, refusal) in summary.refused.sorted(by: { $0.key < $1.key }) {
                Terminal.write("\(Terminal.red(name)): \(refusal.cause)\n  fix: \(refusal.remedy)")
            }
        }
        if !summary.refused.isEmpty { throw ExitCode(Failure.found) }
    }

    /// Nanoseconds since 1970.
    private static func time(_ text: String) throws -> Int64 {
        let styles = [
            Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true),
            Date.ISO8601FormatStyle().year().month().day(),
            Date.ISO8601FormatStyle().year().month().day().time(includingFractionalSeconds: false),
        ]
        for style in styles {
            guard let date = try? style.parse(text) else { continue }
            let (whole, overflow) = Int64(date.timeIntervalSince1970.rounded()).multipliedReportingOverflow(
                by: 1_000_000_000
            )
            if !overflow { return whole }
        }
        throw ValidationError("'\(text)' is not a time such as 2026-11-01 or 2026-11-01T12:00:00Z")
    }
}
