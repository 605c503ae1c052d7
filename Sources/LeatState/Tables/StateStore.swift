import ClickHouseClient

/// Reads and writes a pipeline's rows in `leat.tables` and `leat.checkpoints`.
public actor StateStore {
    private let records: TableRecords
    private let checkpoints: CheckpointRecords
    private var revision: UInt64 = 0

    public init(client: ClickHouseClient, pipeline: String) {
        records = TableRecords(client: client, pipeline: pipeline)
        checkpoints = CheckpointRecords(client: client, pipeline: pipeline)
    }

    /// All tables of the pipeline, dropped ones too.
    public func tables() async throws -> [TableState] {
        let found = try await records.states()
        revision = found.map(\.revision).reduce(revision, max)
        return found.map(\.state)
    }

    /// Saves a table's state; the latest one saved counts.
    public func save(_ state: TableState) async throws {
        revision += 1
        try await records.insert([(state, revision)])
    }

    /// Saves how far the pipeline has come, and where the source was at that time.
    public func save(_ checkpoint: Checkpoint, sourcePosition: String, lagSeconds: Double) async throws {
        try await checkpoints.insert(checkpoint, sourcePosition: sourcePosition, lagSeconds: lagSeconds)
    }
}
