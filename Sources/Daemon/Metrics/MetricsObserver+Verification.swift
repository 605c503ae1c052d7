import Observability
import PipelineCore
import Verification

extension MetricsObserver: VerificationObserver {
    private var verification: VerificationMetrics { metrics.verification }
    private var source: String { metrics.name }
    private static let kinds = Difference.Kind.allCases.map(\.rawValue) + ["unlisted"]

    package func spanCompared(table: String, rows: UInt64, sourceTime: Duration) {
        verification.verifiedRows.with(source).increment(by: Int(clamping: rows))
        verification.sourceSeconds.with(source).add(sourceTime)
    }

    package func unsettled(rows: UInt64) { verification.unsettledRows.with(source).set(Int(clamping: rows)) }

    package func differencesKnown(table: String, _ differences: [String: Int]) {
        // All kinds, so that an alert sees a difference come up and go.
        for kind in Self.kinds {
            verification.differences.with(source, table, kind).set(differences[kind] ?? 0)
        }
        let part = "/\(table)/verification"
        if differences.isEmpty {
            forget(part)
        } else {
            let count = differences.values.reduce(0, +)
            report(
                part,
                .degraded,
                "\(count) differences from the source: leat verify \(table), then leat repair \(table)"
            )
        }
    }

    /// Of a measurement: windows that lack points after they were read again.
    package func differencesSeen(table: String, windows: Int) {
        verification.differences.with(source, table, "missing").set(windows)
    }

    package func tableVerified(table: String, isEqual: Bool, at: Double) {
        verification.verifiedTimestamp.with(source, table).set(at)
        verification.verifiedEqual.with(source, table).set(isEqual ? 1 : 0)
    }

    package func tableUnverified(table: String, since: Double) {
        verification.verifiedTimestamp.with(source, table).set(since)
    }

    package func checksumCompared(table: String, isEqual: Bool, at: Double) {
        verification.checksumTimestamp.with(source, table).set(at)
        verification.checksumEqual.with(source, table).set(isEqual ? 1 : 0)
        let part = "/\(table)/checksum"
        if isEqual {
            forget(part)
        } else {
            report(part, .degraded, "ClickHouse does not show what was written to it: leat verify \(table)")
        }
    }

    package func checksumUnknown(table: String) {
        verification.checksumTimestamp.remove([source, table])
        verification.checksumEqual.remove([source, table])
        forget("/\(table)/checksum")
    }

    package func tableGone(table: String) {
        verification.verifiedTimestamp.remove([source, table])
        verification.verifiedEqual.remove([source, table])
        for kind in Self.kinds { verification.differences.remove([source, table, kind]) }
        forget("/\(table)/verification")
    }

    package func failed(table: String, cause: String) { verification.failures.with(source).increment() }

    package func comparisonFails(_ comparison: BackgroundComparison, _ explanation: Explanation) {
        verification.blocked.with(source, comparison.rawValue).set(1)
        stageFailed(comparison.rawValue, explanation)
    }

    package func comparisonWorks(_ comparison: BackgroundComparison) {
        verification.blocked.with(source, comparison.rawValue).set(0)
        stageWorked(comparison.rawValue)
    }
}
