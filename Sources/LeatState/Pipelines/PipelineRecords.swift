import ClickHouseClient

/// Reads and writes `leat.pipelines`: the latest record of each process that runs pipelines.
package struct PipelineRecords: Sendable {
    private let client: ClickHouseClient
    /// More have gone by than matter.
    private static let recordsMax = 20

    package init(client: ClickHouseClient) { self.client = client }

    /// - Parameter instance: what distinguishes the process from others.
    package func save(_ records: [(pipeline: String, record: PipelineRecord)], instance: String) async throws {
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

    /// The latest record of each process that ran the pipeline, the newest first; none if nothing is on record.
    package func read(_ pipeline: String) async throws -> [PipelineRecord] {
        let rows: [StateRow]
        do {
            rows = try await client.stateRows(
                of: "leat.pipelines",
                """
                SELECT state, cause, remedy, lag_seconds, place, dateDiff('millisecond', at, now64(6, 'UTC')) AS age
                FROM leat.pipelines FINAL WHERE pipeline = {pipeline:String} ORDER BY at DESC LIMIT \(Self.recordsMax)
                """,
                parameters: ["pipeline": pipeline],
                mayBeMissing: true
            )
        } catch let error as ClickHouseError where error.code == .accessDenied {
            // A user who may read the rest of leat.* only is answered from that.
            return []
        }
        return try rows.map { row in
            PipelineRecord(
                state: try row.choice("state"),
                cause: try row.text("cause"),
                remedy: try row.text("remedy"),
                lagSeconds: try row.number("lag_seconds"),
                place: try row.text("place"),
                ageSeconds: max(0, try row.number("age", as: Double.self) / 1000)
            )
        }
    }
}
