import InfluxProtocol

/// Hands decoded rows to the warehouse while the next ones are being decoded: at most one insert is in progress, and
/// one set of rows being filled.
actor InsertPipe: SeriesRowConsumer {
    private let insert: @Sendable (SeriesRows) async throws -> Void
    private var inserting: Task<Void, any Error>?
    private var insertingRows: SeriesRows?
    private(set) var points: UInt64 = 0
    private(set) var bytes: UInt64 = 0

    init(insert: @escaping @Sendable (SeriesRows) async throws -> Void) { self.insert = insert }

    func consume(_ rows: SeriesRows) async throws -> SeriesRows? {
        try await finish()
        points += UInt64(rows.rows)
        bytes += UInt64(rows.byteCount)
        let spare = insertingRows
        insertingRows = rows
        let insert = insert
        inserting = Task { try await insert(rows) }
        return spare
    }

    /// Waits until everything that was consumed is inserted.
    func finish() async throws {
        guard let inserting else { return }
        try await withTaskCancellationHandler {
            try await inserting.value
        } onCancel: {
            inserting.cancel()
        }
        self.inserting = nil
    }
}
