import ClickHouseClient
import Synchronization

/// Reads and writes a pipeline's rows in `leat.tables` and `leat.checkpoints`.
public actor StateStore {
    private let client: ClickHouseClient
    private let pipeline: String
    private var revision: UInt64 = 0

    public init(client: ClickHouseClient, pipeline: String) {
        self.client = client
        self.pipeline = pipeline
    }

    /// All tables of the pipeline, dropped ones too.
    public func tables() async throws -> [TableState] {
        let rows = try await client.rows(
            """
            SELECT table, state, cause, remedy, floor, copied_from, consistent_at, rows, definition, revision,
                barrier, warehouse_database, retried
            FROM leat.tables FINAL WHERE pipeline = {pipeline:String} ORDER BY table
            """,
            parameters: ["pipeline": pipeline]
        )
        return try rows.map { row in
            guard let phase = TableState.Phase(rawValue: row[1] ?? ""), let floor = UInt64(row[4] ?? ""),
                let copiedFrom = UInt64(row[5] ?? ""), let count = UInt64(row[7] ?? ""),
                let revision = UInt64(row[9] ?? ""), let barrier = UInt64(row[10] ?? "")
            else {
                throw PipelineError(
                    .corruptState,
                    "leat.tables holds a row for `\(row[0] ?? "")` that this version of Leat cannot read",
                    remedy: "run the version of Leat that wrote it, or a newer one"
                )
            }
            self.revision = max(self.revision, revision)
            return TableState(
                name: row[0] ?? "",
                phase: phase,
                cause: row[2] ?? "",
                remedy: row[3] ?? "",
                floor: floor,
                copiedFrom: copiedFrom,
                consistentAt: row[6] ?? "",
                rows: count,
                definition: row[8] ?? "",
                barrier: barrier,
                warehouseDatabase: row[11] ?? "",
                isRetried: row[12] == "1"
            )
        }
    }

    /// Saves a table's state; the latest one saved counts.
    public func save(_ state: TableState) async throws {
        revision += 1
        func quoted(_ text: String) -> String { ClickHouseClient.quote(literal: text) }
        try await client.execute(
            """
            INSERT INTO leat.tables (pipeline, table, revision, state, cause, remedy, floor, copied_from, consistent_at, \
            rows, definition, barrier, warehouse_database, retried)
            VALUES (\(quoted(pipeline)), \(quoted(state.name)), \(revision), \(quoted(state.phase.rawValue)), \
            \(quoted(state.cause)), \(quoted(state.remedy)), \(state.floor), \(state.copiedFrom), \
            \(quoted(state.consistentAt)), \(state.rows), \(quoted(state.definition)), \(state.barrier), \
            \(quoted(state.warehouseDatabase)), \(state.isRetried ? 1 : 0))
            """,
            settings: ClickHouseClient.writeSettings
        )
    }

    /// Saves how far the pipeline has come, and where the source was at that time.
    public func save(_ checkpoint: Checkpoint, sourcePosition: String, lagSeconds: Double) async throws {
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
