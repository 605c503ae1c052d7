import ClickHouseClient

/// Reads and writes `leat.pipelines`: what the processes that run pipelines say of them, each its last word.
public struct PipelineRecords: Sendable {
    private let client: ClickHouseClient
    /// More have gone by than matter.
    private static let recordsMax = 20

    public init(client: ClickHouseClient) { self.client = client }

    /// Makes the table where it is missing.
    public func prepare() async throws {
        try await client.execute("CREATE DATABASE IF NOT EXISTS leat")
        // One row per process and pipeline; a week later nobody asks who that was.
        try await client.execute(
            """
            CREATE TABLE IF NOT EXISTS leat.pipelines (
                pipeline LowCardinality(String), instance String, place String, state LowCardinality(String),
                cause String, remedy String, lag_seconds Float64, at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
            ) ENGINE = ReplacingMergeTree(at) ORDER BY (pipeline, instance) TTL toDateTime(at) + INTERVAL 7 DAY
            COMMENT '\(StateSchema.mark)'
            """
        )
    }

    /// - Parameter instance: what tells the process from others.
    public func save(_ records: [(pipeline: String, record: PipelineRecord)], instance: String) async throws {
        func quoted(_ text: String) -> String { ClickHouseClient.quote(literal: text) }
        let rows = records.map { pipeline, record in
            "(\(quoted(pipeline)), \(quoted(instance)), \(quoted(record.place)), \(quoted(record.state.rawValue)), "
                + "\(quoted(record.cause)), \(quoted(record.remedy)), \(record.lagSeconds))"
        }
        guard !rows.isEmpty else { return }
        try await client.execute(
            """
            INSERT INTO leat.pipelines (pipeline, instance, place, state, cause, remedy, lag_seconds)
            VALUES \(rows.joined(separator: ", "))
            """,
            settings: ClickHouseClient.writeSettings,
            // A word that comes later says nothing, and must not hold up the end of a process.
            timeout: .seconds(3)
        )
    }

    /// The last word of each process that ran the pipeline, the newest first; none if nothing is on record.
    public func read(_ pipeline: String) async throws -> [PipelineRecord] {
        let rows: [[String?]]
        do {
            rows = try await client.rows(
                """
                SELECT state, cause, remedy, lag_seconds, place, dateDiff('millisecond', at, now64(6, 'UTC')) / 1000
                FROM leat.pipelines FINAL WHERE pipeline = {pipeline:String} ORDER BY at DESC LIMIT \(Self.recordsMax)
                """,
                parameters: ["pipeline": pipeline]
            )
        } catch let error as ClickHouseError
            // A user who may read the rest of leat.* only is answered from that.
            where [.unknownDatabase, .unknownTable, .accessDenied].contains(error.code)
        {
            return []
        }
        return rows.compactMap { row in
            guard let state = PipelineRecord.State(rawValue: row[0] ?? "") else { return nil }
            return PipelineRecord(
                state: state,
                cause: row[1] ?? "",
                remedy: row[2] ?? "",
                lagSeconds: Double(row[3] ?? "") ?? 0,
                place: row[4] ?? "",
                ageSeconds: max(0, Double(row[5] ?? "") ?? 0)
            )
        }
    }
}
