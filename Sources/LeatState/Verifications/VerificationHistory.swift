import ClickHouseClient
import Foundation

/// What comparisons have shown, kept in `leat.verifications`: a row for each span.
package struct VerificationHistory: Sendable {
    /// Why a comparison was made.
    package enum Occasion: String, Sendable {
        /// By itself, while the pipeline runs.
        case background
        /// Someone asked for it.
        case demand
        /// To see what a repair has done.
        case repair
    }

    /// What is known of one table.
    package struct Known: Sendable, Hashable {
        /// When it was last compared as a whole, in seconds since 1970; `nil` if never.
        package var verifiedAt: Double?
        /// What that comparison found, by kind.
        package var differences: [String: Int] = [:]
        /// Of a comparison in the background that was interrupted: which one, and where it continues.
        package var interrupted: Interrupted?

        package init() {}
    }

    /// A run that did not come to its end.
    package struct Interrupted: Sendable, Hashable {
        package var run: String
        package var upper: String
        /// What it had found before.
        package var differences: [String: Int]
        /// Rows that it had not been able to settle.
        package var unsettled: UInt64

        package init(run: String, upper: String, differences: [String: Int], unsettled: UInt64) {
            self.run = run
            self.upper = upper
            self.differences = differences
            self.unsettled = unsettled
        }
    }

    /// In counts by kind: stands for differences that are more than are recorded.
    package static let unlisted = "unlisted"

    private let client: ClickHouseClient
    private let pipeline: String

    package init(client: ClickHouseClient, pipeline: String) {
        self.client = client
        self.pipeline = pipeline
    }

    /// Creates the table where it is missing.
    package func prepare() async throws { try await StateSchema.prepare(with: client) }

    /// What is known of the pipeline's tables, by name; empty if nothing was ever compared.
    package func known() async throws -> [String: Known] {
        var known: [String: Known] = [:]
        for run in try await newestRuns(having: "max(is_last) AND argMax(result, at) != 'failed'") {
            known[run.table, default: Known()].verifiedAt = run.at
            known[run.table]?.differences = run.differences
        }
        for run in try await newestRuns(having: "1")
        where !run.isComplete && run.occasion == Occasion.background.rawValue && !run.upper.isEmpty
            && Date().timeIntervalSince1970 - run.at < 86_400
        {
            known[run.table, default: Known()].interrupted = Interrupted(
                run: run.id,
                upper: run.upper,
                differences: run.differences,
                unsettled: run.unsettled
            )
        }
        return known
    }

    /// Whether a table was compared as a whole since a moment, and the newest of those comparisons found no difference.
    ///
    /// - Parameter moment: in seconds since 1970, by the server's clock; the comparison began later.
    package func isEqual(_ table: String, since moment: Double) async throws -> Bool {
        let milliseconds = Int64(moment * 1000)
        let found = try await client.stateRows(
            of: "leat.verifications",
            """
            SELECT countIf(result != 'equal') = 0 AND sum(unsettled_rows) = 0 AS is_equal FROM leat.verifications
            WHERE pipeline = {pipeline:String} AND table = {table:String} AND at > fromUnixTimestamp64Milli(\(milliseconds))
            GROUP BY run
            HAVING max(is_last)
                AND min(toUnixTimestamp64Milli(at) - toInt64(ceil(seconds * 1000))) > \(milliseconds)
                AND argMin(begins_behind, at) = ''
            ORDER BY max(at) DESC LIMIT 1
            """,
            parameters: ["pipeline": pipeline, "table": table]
        )
        return try found.first?.flag("is_equal") ?? false
    }

    private struct Run {
        var table: String
        var id: String
        var occasion: String
        var isComplete: Bool
        var at: Double
        var upper: String
        var differences: [String: Int]
        var unsettled: UInt64
    }

    /// The newest run of each table that meets a condition.
    private func newestRuns(having condition: String) async throws -> [Run] {
        try await client.stateRows(
            of: "leat.verifications",
            """
            SELECT table, run, any(occasion) AS why, max(is_last) AS is_complete,
                toUnixTimestamp64Milli(max(at)) / 1000 AS newest, argMax(ends_at, at) AS upper,
                sumMap(differences.kind, arrayMap(kind -> toUInt64(1), differences.kind)) AS by_kind,
                toString(by_kind.1) AS kinds, toString(by_kind.2) AS counts, max(has_more) AS is_more,
                sum(unsettled_rows) AS unsettled
            FROM leat.verifications
            WHERE pipeline = {pipeline:String} AND at > now() - INTERVAL 30 DAY
            GROUP BY table, run HAVING \(condition) ORDER BY table, max(at) DESC LIMIT 1 BY table
            """,
            settings: ClickHouseClient.interpreted,
            parameters: ["pipeline": pipeline],
            mayBeMissing: true
        ).map { row in
            let kinds = Dictionary(zip(try row.texts("kinds"), try row.numbers("counts", as: Int.self))) { $1 }
            return Run(
                table: try row.text("table"),
                id: try row.text("run"),
                occasion: try row.text("why"),
                isComplete: try row.flag("is_complete"),
                at: try row.number("newest"),
                upper: try row.text("upper"),
                differences: try row.flag("is_more") ? kinds.merging([Self.unlisted: 1]) { $1 } : kinds,
                unsettled: try row.number("unsettled")
            )
        }
    }

    /// Records what comparing a table, or a span of it, has shown.
    package func save(_ record: VerificationRecord) async throws {
        func quoted(_ text: String) -> String { ClickHouseClient.quote(literal: text) }
        let differences = record.differences.map { "(\(quoted($0.key)), \(quoted($0.column)), \(quoted($0.kind)))" }
        try await client.execute(
            """
            INSERT INTO leat.verifications (pipeline, table, run, occasion, begins_behind, ends_at, is_last, result, cause, \
            source_rows, warehouse_rows, unsettled_rows, differences, has_more, source_seconds, seconds, at) VALUES \
            (\(quoted(pipeline)), \(quoted(record.table)), \(quoted(record.run)), \(quoted(record.occasion.rawValue)), \
            \(quoted(record.beginsBehind)), \(quoted(record.endsAt)), \(record.isLast), \
            \(quoted(record.result.rawValue)), \(quoted(record.cause)), \(record.sourceRows), \(record.warehouseRows), \
            \(record.unsettledRows), [\(differences.joined(separator: ", "))], \(record.hasMoreDifferences), \
            \(record.sourceSeconds), \(record.seconds), \
            subtractMilliseconds(now64(3, 'UTC'), \(Int64(record.age / .milliseconds(1)))))
            """,
            settings: ClickHouseClient.writeSettings
        )
    }
}
