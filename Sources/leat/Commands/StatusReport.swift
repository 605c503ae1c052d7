import ClickHouseClient
import ConfigurationFile
import Foundation
import LeatState
import Logging

/// The state of all pipelines of a configuration, as `leat.*` records it, and how their objectives are kept, as the
/// process says that runs them.
struct StatusReport: Codable {
    struct Table: Codable {
        var name: String
        var pipeline: String
        var state: TablePhase
        var cause: String
        var remedy: String
        /// Current rows in the warehouse; nil if the view cannot be read.
        var rows: UInt64?
        var lagSeconds: Double
    }

    /// The GTID set applied; of the first pipeline, where there are several.
    var position: String
    var lagSeconds: Double
    /// Whether the pipelines have shown a sign of life lately.
    var isRunning: Bool
    var tables: [Table]
    /// How the objectives are kept; left out if no process runs the configuration on this machine.
    var objectives: [ObjectiveReport]?

    static func print(_ options: ConfigurationOptions, json: Bool, tablesOnly: Bool) async throws {
        let configuration = try options.load()
        let client = configuration.warehouseClient(
            logger: Logger(label: "leat", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        var report: StatusReport
        do {
            report = try await StatusReport(reading: configuration, with: client)
            try await client.shutdown()
        } catch {
            try? await client.shutdown()
            throw error
        }
        let control = ControlClient(socket: HomeFiles.controlSocket(forConfiguration: options.path))
        report.objectives = await control.objectives().map { $0.map { ObjectiveReport($0) } }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Terminal.write(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            Terminal.write(report.text(tablesOnly: tablesOnly))
        }
    }

    init(reading configuration: LeatConfiguration, with client: ClickHouseClient) async throws {
        position = ""
        lagSeconds = 0
        isRunning = !configuration.sources.isEmpty
        tables = []
        for source in configuration.sources {
            let checkpoint = try await CheckpointRecords(client: client, pipeline: source.name).newest()
            var lag = checkpoint?.lagSeconds ?? 0
            if checkpoint?.isSilent ?? true {
                isRunning = false
                // A dead process shows by the age of its last word.
                if let checkpoint { lag += checkpoint.age / .seconds(1) }
            }
            if position.isEmpty { position = checkpoint?.checkpoint.position ?? "" }
            lagSeconds = max(lagSeconds, lag)
            let known = try await TableRecords(client: client, pipeline: source.name).summaries()
            for summary in known where summary.phase != .dropped {
                let name = summary.name
                var table = Table(
                    name: name,
                    pipeline: source.name,
                    state: summary.phase,
                    cause: summary.cause,
                    remedy: summary.remedy,
                    rows: nil,
                    lagSeconds: lag
                )
                if let dot = name.firstIndex(of: ".") {
                    let view = ClickHouseClient.quote(
                        database: source.warehouseDatabase(for: String(name[..<dot])),
                        table: String(name[name.index(after: dot)...])
                    )
                    let counted = try? await client.rows("SELECT count() FROM \(view)")
                    table.rows = counted?.first?.first.flatMap { UInt64($0 ?? "") }
                }
                tables.append(table)
            }
        }
    }

    private func text(tablesOnly: Bool) -> String {
        var lines: [String] = []
        if !tablesOnly {
            lines.append(
                isRunning
                    ? Terminal.green("running") + ", \(Terminal.seconds(lagSeconds)) behind the source"
                    : Terminal.red("not running") + (position.isEmpty ? ": nothing was copied yet" : "")
            )
            if !position.isEmpty { lines.append("position  \(position)") }
            lines.append("")
        }
        lines.append(
            Terminal.table(
                ["table", "state", "rows"],
                tables.map { [$0.name, $0.state.rawValue, $0.rows.map { Terminal.grouped($0) } ?? "–"] }
            )
        )
        if !tablesOnly, let objectives, !objectives.isEmpty {
            lines.append("")
            lines.append(ObjectiveReport.text(objectives))
        }
        for table in tables where !table.cause.isEmpty {
            lines.append("")
            lines.append("\(Terminal.red(table.name)): \(table.cause)")
            lines.append("  fix: \(table.remedy)")
        }
        return lines.joined(separator: "\n")
    }
}
