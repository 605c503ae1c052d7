import ClickHouseClient
import Daemon
import Foundation
import LeatConfig
import LeatState
import Logging
import MySQLSchema
import PipelineCore

/// The state of all pipelines of a configuration: what the process says that runs them, if it runs on this machine, and
/// what `leat.*` records.
struct StatusReport: Codable {
    struct Table: Codable {
        var name: String
        var pipeline: String
        var state: String
        var cause: String
        var remedy: String
        /// Current rows in the warehouse; nil if the view cannot be read.
        var rows: UInt64?
        var lagSeconds: Double
        /// Columns whose dates are text in the warehouse, since it cannot hold all of them; left out where there are
        /// none.
        var dateTextColumns: [String]?
    }

    struct Pipeline: Codable {
        var name: String
        /// `running`, `starting`, `failed`, `hung`, `stopped`, `crashed` or `new`.
        var state: String
        /// Why it does not run, or which step fails and is tried again; empty if all is well.
        var cause: String
        var remedy: String
        /// In words, for people.
        var text: String
        var lagSeconds: Double
        /// Whose lag it is: `replica`, `source`, `leat` or `warehouse`; left out without lag, and where it is not
        /// known.
        var lagOf: String?
        /// Until it is started again; left out unless it has failed.
        var retrySeconds: Double?
    }

    /// The GTID set applied; of the first pipeline, where there are several.
    var position: String
    var lagSeconds: Double
    /// Whether all pipelines run.
    var isRunning: Bool
    var pipelines: [Pipeline]
    var tables: [Table]
    /// How the objectives are kept; left out if no process runs the configuration on this machine.
    var objectives: [ObjectiveReport]?

    static func print(_ options: ConfigurationOptions, json: Bool, tablesOnly: Bool) async throws {
        let configuration = try options.load()
        let client = configuration.warehouseClient(
            logger: Logger(label: "leat", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let control = ControlClient(socket: HomeFiles.controlSocket(forConfiguration: options.path))
        let process = await control.pipelines()
        var report = StatusReport(configuration, process)
        var failure: (any Error)?
        do {
            // One that hangs would keep the rest from being said.
            try await client.ping(timeout: .seconds(3))
            try await report.read(configuration, process, with: client)
        } catch {
            failure = error
        }
        try? await client.shutdown()
        // Without ClickHouse there is still what the process says.
        if let failure, !process.isAnswered { throw failure }
        report.objectives = await control.objectives().map { $0.map { ObjectiveReport($0) } }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Terminal.write(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            Terminal.write(report.text(tablesOnly: tablesOnly))
        }
        if let failure {
            FileHandle.standardError.write(Data("the tables are not shown: \(failure)\n".utf8))
        }
    }

    /// What the process says, without any table.
    init(_ configuration: LeatConfiguration, _ process: ControlClient.PipelinesAnswer) {
        position = ""
        lagSeconds = 0
        tables = []
        pipelines = configuration.sources.map { source in
            let liveness = Liveness(answer: process.answer(of: source.name), records: [], checkpointAge: nil)
            return Pipeline(source.name, liveness, process.report(of: source.name), recordedLag: 0)
        }
        isRunning = !pipelines.isEmpty && pipelines.allSatisfy { $0.isAlive }
        lagSeconds = pipelines.map(\.lagSeconds).max() ?? 0
    }

    /// Adds what `leat.*` records.
    mutating func read(
        _ configuration: LeatConfiguration,
        _ process: ControlClient.PipelinesAnswer,
        with client: ClickHouseClient
    ) async throws {
        for (index, source) in configuration.sources.enumerated() {
            let checkpoint = try await CheckpointRecords(client: client, pipeline: source.name).newest()
            let age = checkpoint.map { $0.age / .seconds(1) }
            let liveness = Liveness(
                answer: process.answer(of: source.name),
                records: try await PipelineRecords(client: client).read(source.name),
                checkpointAge: age,
                asked: process.place
            )
            let recorded = (checkpoint?.lagSeconds ?? 0) + (liveness.isAlive ? 0 : age ?? 0)
            let pipeline = Pipeline(
                source.name,
                liveness,
                process.report(of: source.name),
                recordedLag: recorded
            )
            // What the process says stays where ClickHouse does not answer.
            pipelines[index] = pipeline
            if position.isEmpty { position = checkpoint?.checkpoint.position ?? "" }
            for summary in try await TableRecords(client: client, pipeline: source.name).summaries()
            where summary.phase != .dropped {
                var table = Table(
                    name: summary.name,
                    pipeline: source.name,
                    state: summary.phase.rawValue,
                    cause: summary.cause,
                    remedy: summary.remedy,
                    rows: nil,
                    lagSeconds: pipeline.lagSeconds
                )
                if !summary.dateTextColumns.isEmpty { table.dateTextColumns = summary.dateTextColumns }
                if let view = source.view(of: table.name) {
                    let counted = try? await client.rows("SELECT count() FROM \(view)")
                    table.rows = counted?.first?.first.flatMap { UInt64($0 ?? "") }
                }
                tables.append(table)
            }
        }
        isRunning = !pipelines.isEmpty && pipelines.allSatisfy(\.isAlive)
        lagSeconds = pipelines.map(\.lagSeconds).max() ?? 0
    }

    private func text(tablesOnly: Bool) -> String {
        var lines: [String] = []
        if !tablesOnly {
            for pipeline in pipelines { lines += pipeline.lines(isOnly: pipelines.count == 1) }
            if !position.isEmpty { lines.append("position  \(position)") }
            lines.append("")
        }
        lines.append(
            Terminal.table(
                ["table", "state", "rows"],
                tables.map { [$0.name, $0.state, $0.rows.map { Terminal.grouped($0) } ?? "–"] }
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
        for table in tables {
            guard let columns = table.dateTextColumns else { continue }
            lines.append("")
            lines.append(
                "\(table.name): as text, since ClickHouse cannot hold all their dates: \(columns.joined(separator: ", "))"
            )
        }
        return lines.joined(separator: "\n")
    }
}

extension LeatConfiguration.Source {
    /// The quoted view of a table or measurement, as `leat.tables` names it; nil for what is no name.
    fileprivate func view(of name: String) -> String? {
        switch kind {
        case .mySQL:
            TableName(parsing: name).map {
                ClickHouseClient.quote(database: warehouseDatabase(for: $0.database), table: $0.table)
            }
        case .influxDB(let influx):
            name.hasPrefix(influx.database + ".")
                ? ClickHouseClient.quote(
                    database: warehouseDatabase(for: influx.database),
                    table: String(name.dropFirst(influx.database.count + 1))
                ) : nil
        }
    }
}

extension StatusReport.Pipeline {
    /// - Parameters:
    ///   - report: of the process, if it answers.
    ///   - recordedLag: what is known of the lag otherwise.
    init(_ name: String, _ liveness: Liveness, _ report: PipelineReport?, recordedLag: Double) {
        self.name = name
        state = liveness.name
        text = liveness.text
        remedy = liveness.remedy
        cause = liveness.cause
        lagSeconds = report?.lagSeconds ?? recordedLag
        lagOf = report?.lagOf?.rawValue
        retrySeconds = report?.retrySeconds
        // It runs, and a step of it is tried again.
        if let report, liveness.isAlive, let error = report.errors.first {
            cause = "\(error.stage): \(report.cause)"
            remedy = report.remedy
        }
    }

    var isAlive: Bool { state == "running" || state == "starting" }

    fileprivate func lines(isOnly: Bool) -> [String] {
        let start = isOnly ? "" : "\(name)  "
        guard isAlive else {
            var fix = "  fix: \(remedy)"
            if let retrySeconds { fix += "   (tried again in \(Int(retrySeconds.rounded(.up))) s)" }
            return ["\(start)\(Terminal.red(text))", fix]
        }
        var lines = ["\(start)\(Terminal.green(text)), \(lag)"]
        if !cause.isEmpty {
            lines.append("  \(cause)")
            if !remedy.isEmpty { lines.append("  fix: \(remedy)") }
        }
        return lines
    }

    /// How late it is, and because of whom.
    private var lag: String {
        let seconds = "\(Terminal.seconds(lagSeconds)) behind the source"
        return switch lagOf.flatMap(LagParts.Origin.init(rawValue:)) {
        case nil: seconds
        case .replica: "\(seconds): the replica that Leat reads is behind its own source"
        case .source: "\(seconds): the source does not answer, or refuses"
        case .leat: "\(seconds): changes are on their way through Leat"
        case .warehouse: "\(seconds): ClickHouse does not take what is to be written"
        }
    }
}
