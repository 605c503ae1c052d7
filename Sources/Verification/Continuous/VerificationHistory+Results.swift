import Foundation
import LeatState

extension VerificationHistory {
    /// Records a table that was compared, or could not be, as a whole.
    package func save(_ result: TableResult, occasion: Occasion) async throws {
        var record = VerificationRecord(
            table: result.name,
            run: UUID().uuidString,
            occasion: occasion,
            result: result.failure != nil ? .failed : result.isEqual ? .equal : .different
        )
        record.cause = result.failure ?? ""
        record.sourceRows = result.sourceRows ?? 0
        record.warehouseRows = result.warehouseRows ?? 0
        record.unsettledRows = result.unsettledRows
        record.differences = result.differences.map(\.record)
        record.hasMoreDifferences = result.hasMoreDifferences
        record.seconds = result.seconds
        record.age = result.endedAt.map { ContinuousClock.now - $0 } ?? .zero
        try await save(record)
    }

    /// Records a span of a comparison in the background.
    func save(_ outcome: SpanOutcome, of table: String, run: String, above: String?) async throws {
        let isEqual = outcome.differences.isEmpty && !outcome.hasMoreDifferences
        var record = VerificationRecord(
            table: table,
            run: run,
            occasion: .background,
            result: isEqual ? .equal : .different
        )
        record.beginsBehind = above ?? ""
        record.endsAt = outcome.upper ?? ""
        record.isLast = outcome.isLast
        record.sourceRows = outcome.sourceRows
        record.warehouseRows = outcome.warehouseRows
        record.unsettledRows = outcome.unsettledRows
        record.differences = outcome.differences.map(\.record)
        record.hasMoreDifferences = outcome.hasMoreDifferences
        record.sourceSeconds = outcome.sourceTime / .seconds(1)
        record.seconds = outcome.duration / .seconds(1)
        try await save(record)
    }
}

extension Difference {
    fileprivate var record: VerificationRecord.Difference {
        .init(key: key ?? "", column: column ?? "", kind: kind.rawValue)
    }
}
