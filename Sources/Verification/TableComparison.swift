import ClickHouseClient
import MySQLClient

/// Compares one table after the other over one connection.
struct TableComparison: Sendable {
    let source: SourceReader
    let warehouse: WarehouseReader

    /// - Parameter state: what the pipeline says of the table; `nil` if it does not know it.
    /// - Throws: errors that do not lie in the table: a server is out of reach.
    func compare(_ table: VerifiedTable, state: PipelineProgress.Table?) async throws -> TableResult {
        let clock = ContinuousClock()
        var result = TableResult(name: table.name, isEqual: false)
        let seconds = try await clock.measure {
            do {
                result.failure = Self.failure(of: state)
                if result.failure == nil { try await fill(&result, table) }
            } catch {
                guard let failure = TableFailure.describe(error) else { throw error }
                result.failure = failure
            }
        }
        result.seconds = Double(seconds.components.seconds) + Double(seconds.components.attoseconds) / 1e18
        return result
    }

    private func fill(_ result: inout TableResult, _ table: VerifiedTable) async throws {
        let shown = try await warehouse.columns(of: table)
        if shown.isEmpty {
            result.failure =
                "the warehouse has no view \(table.view)\n  fix: leat tables resync \(table.name), if leat status lists the table"
            return
        }
        let names = table.definition.columns.map(\.name)
        result.differences =
            names.filter { !shown.contains($0) }.map { Difference(key: nil, column: $0, kind: .missingColumn) }
            + shown.filter { !names.contains($0) }.map { Difference(key: nil, column: $0, kind: .extraColumn) }
        guard result.differences.isEmpty else { return }
        let compared = try ComparedTable(table)
        async let warehouseSums = warehouse.sums(of: compared)
        let sourceSums = try await source.sums(of: compared)
        let shownSums = try await warehouseSums
        result.sourceRows = sourceSums.rows
        result.warehouseRows = shownSums.rows
        result.sourceChecksum = sourceSums.description
        result.warehouseChecksum = shownSums.description
        result.isEqual = sourceSums == shownSums
        if result.isEqual { result.duplicateKeys = 0 }
    }

    private static func failure(of state: PipelineProgress.Table?) -> String? {
        guard let state else { return "the pipeline does not follow this table" }
        switch state.state {
        case "streaming": return nil
        case "snapshotting":
            return "it is still being copied\n  fix: verify again when leat status shows it as streaming"
        default:
            let cause = state.cause.isEmpty ? "" : ": \(state.cause)"
            let remedy = state.remedy.isEmpty ? "" : "\n  fix: \(state.remedy)"
            return "it is \(state.state)\(cause)\(remedy)"
        }
    }
}
