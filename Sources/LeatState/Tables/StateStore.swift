import ClickHouseClient

/// Reads and writes a pipeline's rows in `leat.tables` and `leat.checkpoints`.
package actor StateStore {
    private let records: TableRecords
    private let checkpoints: CheckpointRecords
    private var revision: UInt64 = 0
    /// The lower bits of a revision count within an epoch.
    private static let countBits: UInt64 = 32

    package init(client: ClickHouseClient, pipeline: String) {
        records = TableRecords(client: client, pipeline: pipeline)
        checkpoints = CheckpointRecords(client: client, pipeline: pipeline)
    }

    /// All tables of the pipeline, dropped ones too.
    package func tables() async throws -> [TableState] {
        let found = try await records.states()
        revision = found.map(\.revision).reduce(revision, max)
        return found.map(\.state)
    }

    /// As ``tables()``, for a process that leads from now on: what a process of an earlier epoch saves later, one that
    /// was paused and comes back, does not count any more.
    ///
    /// A revision begins with the epoch, and all states are saved again under the new one.
    /// - Parameter epoch: of ``BatchLog/Recovery``.
    package func takeOver(epoch: UInt64) async throws -> [TableState] {
        let states = try await tables()
        revision = max(revision, epoch << Self.countBits)
        var saved: [(state: TableState, revision: UInt64)] = []
        for state in states {
            revision += 1
            saved.append((state, revision))
        }
        try await records.insert(saved)
        return states
    }

    /// Saves a table's state; the latest one saved counts.
    package func save(_ state: TableState) async throws {
        revision += 1
        try await records.insert([(state, revision)])
    }

    /// Saves how far the pipeline has come, and where the source was at that time.
    package func save(_ checkpoint: Checkpoint, sourcePosition: String, lagSeconds: Double) async throws {
        try await checkpoints.insert(checkpoint, sourcePosition: sourcePosition, lagSeconds: lagSeconds)
    }
}
