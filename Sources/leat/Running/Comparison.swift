import ClickHouseClient
import Daemon
import Foundation
import LeatConfig
import LeatState
import Logging
import MySQLClient
import MySQLSchema
import PipelineCore
import Verification
import Warehouse

/// Compares both sides of all pipelines of a configuration.
enum Comparison {
    /// - Parameters:
    ///   - tables: `database.table`; all that the pipelines follow if empty.
    ///   - filter: only rows that meet this condition; measurements are left out then.
    ///   - isSilent: show no progress.
    static func run(
        _ configuration: LeatConfiguration,
        tables: [String],
        filter: String? = nil,
        isSilent: Bool,
        logger: Logger
    ) async throws -> VerificationReport {
        let client = configuration.warehouseClient(logger: logger)
        do {
            var report = VerificationReport(position: "", tables: [])
            var unknown = Set(tables)
            for (source, mySQL) in configuration.mySQLSources {
                let comparison = try await SourceComparison(source, mySQL, warehouse: client, logger: logger)
                let line = ProgressLine(isSilent: isSilent)
                let strays = try await comparison.strays { line.note(text(of: $0)) }
                    .filter { tables.isEmpty || tables.contains($0.name) }
                let wanted = comparison.tables.filter { table in
                    !strays.contains { $0.name == table.name }
                        && (tables.isEmpty
                            ? table.name != mySQL.heartbeat?.name.description : tables.contains(table.name))
                }
                unknown.subtract(wanted.map(\.name) + strays.map(\.name))
                report.tables += strays
                guard !wanted.isEmpty else { continue }
                var options = Verifier.Options()
                options.filter = filter
                let part = try await comparison.run(tables: wanted, options: options) { line.note(text(of: $0)) }
                line.finish("compared \(Terminal.counted(part.tables.count, "table"))")
                if report.position.isEmpty { report.position = part.position }
                report.tables += part.tables
            }
            for (source, influx) in configuration.influxDBSources where filter == nil {
                let line = ProgressLine(isSilent: isSilent)
                guard
                    let part = try await measurements(
                        of: source,
                        influx,
                        warehouse: client,
                        tables: tables,
                        unknown: &unknown,
                        line: line,
                        logger: logger
                    )
                else { continue }
                line.finish("compared \(Terminal.counted(part.tables.count, "measurement"))")
                if report.position.isEmpty { report.position = part.position }
                report.tables += part.tables
            }
            if let name = unknown.min() {
                throw PipelineError(
                    .precondition,
                    "no pipeline follows a table or measurement `\(name)`",
                    remedy: "leat tables list"
                )
            }
            try await client.shutdown()
            return report
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    static func text(of progress: VerificationProgress) -> String {
        switch progress {
        case .waiting(let transactions): "waiting for \(Terminal.counted(transactions, "transaction")) to arrive"
        case .comparing(let table, let number, let count): "comparing \(table) (\(number) of \(count))"
        case .compared(let table, let isEqual, let number, let count):
            "\(isEqual ? "equal" : "different"): \(table) (\(number) of \(count))"
        case .searching(let tables): "looking for the rows that differ in \(tables.joined(separator: ", "))"
        case .behind(let table): "waiting for the pipeline to read \(table) again where points differ"
        }
    }
}
