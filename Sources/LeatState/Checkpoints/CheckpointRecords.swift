import ClickHouseClient

/// The rows of one pipeline in `leat.checkpoints`: all SQL of that table. The one with the most acknowledged batches
/// counts, so a process that was paused and comes back cannot take the pipeline back.
package struct CheckpointRecords: Sendable {
    private let client: ClickHouseClient
    private let pipeline: String

    package init(client: ClickHouseClient, pipeline: String) {
        self.client = client
        self.pipeline = pipeline
    }

    /// - Returns: nil if the pipeline has saved none yet.
    package func newest() async throws -> CheckpointRecord? {
        let row = try await client.stateRows(
            of: "leat.checkpoints",
            """
            SELECT acknowledged, position, source_position, lag_seconds, toUnixTimestamp64Micro(at) / 1e6 AS saved_at,
                dateDiff('millisecond', at, now64(6, 'UTC')) AS age
            FROM leat.checkpoints FINAL WHERE pipeline = {pipeline:String}
            """,
            parameters: ["pipeline": pipeline],
            mayBeMissing: true
        ).first
        return try row.map { row in
            CheckpointRecord(
                checkpoint: Checkpoint(
                    acknowledged: try row.number("acknowledged"),
                    position: try row.text("position")
                ),
                sourcePosition: try row.text("source_position"),
                lagSeconds: try row.number("lag_seconds"),
                savedAt: try row.number("saved_at"),
                age: .milliseconds(try row.number("age", as: Int64.self))
            )
        }
    }

    func insert(_ checkpoint: Checkpoint, sourcePosition: String, lagSeconds: Double) async throws {
        func quoted(_ text: String) -> String { ClickHouseClient.quote(literal: text) }
        try await client.execute(
            """
            INSERT INTO leat.checkpoints (pipeline, acknowledged, position, source_position, lag_seconds)
            VALUES (\(quoted(pipeline)), \(checkpoint.acknowledged), \(quoted(checkpoint.position)), \
            \(quoted(sourcePosition)), \(lagSeconds))
            """,
            settings: ClickHouseClient.writeSettings
        )
    }
}
