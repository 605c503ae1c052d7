import ClickHouseClient
import LeatState
import MySQLProtocol
import PipelineCore

/// What a pipeline has written down in `leat.*` about how far it is.
struct PipelineProgress: Sendable {
    typealias Table = TableSummary

    /// How far the pipeline had come, and how long ago it said so.
    struct Checkpoint: Sendable, Hashable {
        var position: GTIDSet
        var age: Duration
        /// All batches up to this number are in the warehouse.
        var acknowledged: UInt64 = 0
        /// What the pipeline knew of its source by then.
        var sourcePosition = GTIDSet()
    }

    /// One that has said nothing for longer does not run.
    static let silenceMax = CheckpointRecord.silenceMax

    let client: ClickHouseClient
    let pipeline: String

    private var records: BatchRecords { BatchRecords(client: client, pipeline: pipeline) }

    /// `nil` if the pipeline has saved none yet.
    func checkpoint() async throws -> Checkpoint? {
        guard let record = try await CheckpointRecords(client: client, pipeline: pipeline).newest() else { return nil }
        return Checkpoint(
            position: try GTIDSet(parsing: record.checkpoint.position),
            age: record.age,
            acknowledged: record.checkpoint.acknowledged,
            // It is only waited for; one that cannot be read is no reason to stop.
            sourcePosition: (try? GTIDSet(parsing: record.sourcePosition)) ?? GTIDSet()
        )
    }

    /// Whether the pipeline runs, by what is on record.
    func liveness(checkpointAge: Duration?) async throws -> Liveness {
        Liveness(
            answer: .nobody,
            records: try await PipelineRecords(client: client).read(pipeline),
            checkpointAge: checkpointAge.map { $0 / .seconds(1) }
        )
    }

    /// All transactions of which something is in the warehouse at this checkpoint: the source must show them, so that
    /// what it shows is not older than what the warehouse does.
    func arrived(at checkpoint: Checkpoint) async throws -> GTIDSet {
        var set = checkpoint.position.union(checkpoint.sourcePosition)
        // A large transaction goes over in several batches; its number only counts after the last.
        if let text = try await records.openTransaction(upTo: checkpoint.acknowledged) {
            set.formUnion(try GTIDSet(parsing: text))
        }
        return set
    }

    /// The tables that the pipeline knows, by name.
    func tables() async throws -> [String: Table] {
        let tables = try await TableRecords(client: client, pipeline: pipeline).summaries()
        return Dictionary(tables.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The highest number that the pipeline has claimed, 0 if none.
    func claimed() async throws -> UInt64 { try await records.last() }

    /// The tables of these batches, as far as they are on record, and the lowest number that still is.
    func batches(_ numbers: Set<UInt64>) async throws -> (tables: [UInt64: Set<String>], lowest: UInt64) {
        let lowest = try await records.oldest() ?? 0
        return (try await records.tables(of: numbers), lowest)
    }

    /// Whether a batch after `number` has been claimed for a table.
    func isWritten(_ table: String, above number: UInt64) async throws -> Bool {
        try await records.hasBatch(of: table, after: number)
    }
}
