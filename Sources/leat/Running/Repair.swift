import ClickHouseClient
import Daemon
import Foundation
import LeatConfig
import LeatState
import Logging
import PipelineCore
import Verification
import Warehouse

/// Compares tables, has what differs written again by the running process, and compares again where something differed.
struct Repair {
    /// Rows of a table that are repaired between two comparisons.
    private static let rowsMax = 20_000
    /// Comparisons with something to repair; more would say that something makes new differences all the time.
    private static let roundsMax = 20

    let configuration: LeatConfiguration
    let control: ControlClient
    let isSilent: Bool
    let logger: Logger

    /// - Parameter tables: as `database.table`; all that the pipelines follow if empty.
    /// - Returns: what the last comparison has shown.
    func run(tables: [String], isDry: Bool) async throws -> VerificationReport {
        var report = VerificationReport(position: "", tables: [])
        var unknown = Set(tables)
        let client = configuration.warehouseClient(logger: logger)
        do {
            for (source, mySQL) in configuration.mySQLSources {
                let comparison = try await SourceComparison(source, mySQL, warehouse: client, logger: logger)
                let wanted = comparison.tables.filter { tables.isEmpty || tables.contains($0.name) }
                unknown.subtract(wanted.map(\.name))
                guard !wanted.isEmpty else { continue }
                let part = try await repair(wanted, of: source.name, comparison, isDry: isDry)
                if report.position.isEmpty { report.position = part.position }
                report.tables += part.tables
            }
            for (source, influx) in configuration.influxDBSources {
                let part = try await repairMeasurements(
                    tables,
                    of: source,
                    influx,
                    warehouse: client,
                    unknown: &unknown,
                    isDry: isDry
                )
                guard let part else { continue }
                if report.position.isEmpty { report.position = part.position }
                report.tables += part.tables
            }
            try await client.shutdown()
        } catch {
            try? await client.shutdown()
            throw error
        }
        if let name = unknown.min() {
            throw PipelineError(
                .precondition,
                "no pipeline follows a table or measurement `\(name)`",
                remedy: "leat tables list"
            )
        }
        if report.tables.isEmpty {
            throw PipelineError(
                .precondition,
                "there is no table or measurement to compare",
                remedy: "check tables: of the sources in leat.yaml, and leat tables list"
            )
        }
        return report
    }

    private func repair(
        _ tables: [TableToVerify],
        of source: String,
        _ comparison: SourceComparison,
        isDry: Bool
    ) async throws -> VerificationReport {
        var options = Verifier.Options()
        options.differencesMax = isDry ? 1_000 : Self.rowsMax
        var report = VerificationReport(position: "", tables: [])
        var pending = tables
        // The last round only checks.
        for round in 0...Self.roundsMax {
            let line = ProgressLine(isSilent: isSilent)
            let part = try await comparison.run(
                tables: pending,
                after: round == 0 ? nil : report,
                options: options,
                occasion: .repair
            ) { line.note(Comparison.text(of: $0)) }
            let what = round == 0 ? "compared" : "compared once more, where rows were written again:"
            line.finish("\(what) \(Terminal.counted(part.tables.count, "table"))")
            report.position = part.position
            for result in part.tables {
                if let index = report.tables.firstIndex(where: { $0.name == result.name }) {
                    report.tables[index] = result
                } else {
                    report.tables.append(result)
                }
            }
            let order = RepairOrder(
                source: source,
                tables: part.tables.compactMap { result in
                    pending.first { $0.name == result.name }.flatMap { Self.order(for: result, $0) }
                },
                copies: part.tables.filter { result in
                    let isKeyless = pending.contains { $0.name == result.name && !$0.hasKey }
                    return isKeyless && (result.hasMoreDifferences || result.differences.contains { $0.key != nil })
                }.map(\.name)
            )
            let names = order.tables.map(\.name) + (order.copies ?? [])
            if isDry || names.isEmpty || round == Self.roundsMax { break }
            for answer in try await control.order("repair", body: try JSONEncoder().encode(order)) where !isSilent {
                Terminal.write(answer)
            }
            pending = pending.filter { names.contains($0.name) }
        }
        return report
    }

    /// What to repair of a table; nil if there is nothing that could be.
    private static func order(for result: TableResult, _ table: TableToVerify) -> RepairOrder.Table? {
        let keys = result.differentRows.compactMap { table.keyValues(of: $0) }
        guard !keys.isEmpty else { return nil }
        return RepairOrder.Table(
            name: table.name,
            keys: keys,
            foreignVersions: Array(Set(result.differentRows.flatMap(\.foreignVersions))).sorted()
        )
    }

    /// What repairing would do, a line for each difference.
    static func plan(of report: VerificationReport) -> [String] {
        report.tables.flatMap { table in
            table.differences.map { difference in
                let row = "\(table.name) \(difference.key ?? "")"
                return switch difference.kind {
                case .missing: "\(row): written, as the source has it"
                case .extra: "\(row): removed"
                case .orphan where difference.column == nil: "\(row): removed"
                case .value, .stale, .orphan, .duplicate: "\(row): written again"
                case .foreign: "\(row): the version that Leat did not write is taken out, and the row written again"
                case .missingTable: "\(table.name): cannot be repaired; leat tables resync \(table.name)"
                case .extraTable: "\(table.name): cannot be repaired; leat tables forget \(table.name)"
                case .missingColumn, .extraColumn:
                    "\(table.name): cannot be repaired row by row; leat tables resync \(table.name)"
                }
            }
        }
    }
}
