import ClickHouseClient
import MySQLProtocol

/// What a pipeline has written down in `leat.*` about how far it is.
struct PipelineProgress: Sendable {
    /// One row of `leat.tables`.
    struct Table: Sendable, Hashable {
        var state: String
        var cause: String
        var remedy: String
    }

    /// How far the pipeline had come, and how long ago it said so.
    struct Checkpoint: Sendable, Hashable {
        var position: GTIDSet
        var age: Duration
    }

    /// A running pipeline saves its checkpoint every ten seconds at least.
    static let silenceMax = Duration.seconds(30)

    let client: ClickHouseClient
    let pipeline: String

    /// `nil` if the pipeline has saved none yet.
    func checkpoint() async throws -> Checkpoint? {
        let rows = try await rows(
            "SELECT position, dateDiff('second', at, now64(6, 'UTC')) FROM leat.checkpoints FINAL"
        )
        guard let row = rows.first, row.count == 2 else { return nil }
        return Checkpoint(
            position: try GTIDSet(parsing: row[0] ?? ""),
            age: .seconds(Int64(row[1] ?? "") ?? 0)
        )
    }

    /// The tables that the pipeline knows, by name.
    func tables() async throws -> [String: Table] {
        let rows = try await rows("SELECT table, state, cause, remedy FROM leat.tables FINAL")
        var tables: [String: Table] = [:]
        for row in rows where row.count == 4 {
            tables[row[0] ?? ""] = Table(state: row[1] ?? "", cause: row[2] ?? "", remedy: row[3] ?? "")
        }
        return tables
    }

    private func rows(_ select: String) async throws -> [[String?]] {
        do {
            return try await client.rows(
                "\(select) WHERE pipeline = {pipeline:String}",
                parameters: ["pipeline": pipeline]
            )
        } catch let error as ClickHouseError where [.unknownDatabase, .unknownTable].contains(error.code) {
            return []
        }
    }
}
