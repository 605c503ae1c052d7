import ClickHouseClient
import LeatState
import MySQLProtocol
import Pipeline

/// What a pipeline has written down in `leat.*` about how far it is.
struct PipelineProgress: Sendable {
    /// One row of `leat.tables`.
    struct Table: Sendable, Hashable {
        var state: String
        var cause: String
        var remedy: String
        /// The number behind which its last copy began.
        var copiedFrom: UInt64 = 0
        /// Rises whenever anything of this changes, a TRUNCATE or a new copy included.
        var revision: UInt64 = 0
    }

    /// How far the pipeline had come, and how long ago it said so.
    struct Checkpoint: Sendable, Hashable {
        var position: GTIDSet
        var age: Duration
        /// All batches up to this number are in the warehouse.
        var acknowledged: UInt64 = 0
        /// What the pipeline knew of its source by then.
        var sourcePosition = GTIDSet()
    }

    /// A running pipeline saves its checkpoint every ten seconds at least.
    static let silenceMax = Duration.seconds(30)

    let client: ClickHouseClient
    let pipeline: String

    /// `nil` if the pipeline has saved none yet.
    func checkpoint() async throws -> Checkpoint? {
        let rows = try await rows(
            """
            SELECT position, dateDiff('second', at, now64(6, 'UTC')), acknowledged, source_position \
            FROM leat.checkpoints FINAL
            """
        )
        guard let row = rows.first, row.count == 4 else { return nil }
        return Checkpoint(
            position: try GTIDSet(parsing: row[0] ?? ""),
            age: .seconds(Int64(row[1] ?? "") ?? 0),
            acknowledged: UInt64(row[2] ?? "") ?? 0,
            // It is only waited for; one that cannot be read is no reason to stop.
            sourcePosition: (try? GTIDSet(parsing: row[3] ?? "")) ?? GTIDSet()
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
        // A large transaction goes over in several batches; its number only counts behind the last.
        let parts = try await rows(
            "SELECT if(empty(parts) OR parts[-1].3 = \(UInt64.max), '', parts[-1].1) FROM leat.batches",
            "AND kind = 'stream' AND number <= \(checkpoint.acknowledged) ORDER BY number DESC LIMIT 1"
        )
        if let text = parts.first?.first.flatMap({ $0 }), !text.isEmpty { set.formUnion(try GTIDSet(parsing: text)) }
        return set
    }

    /// The tables that the pipeline knows, by name.
    func tables() async throws -> [String: Table] {
        let rows = try await rows("SELECT table, state, cause, remedy, revision, copied_from FROM leat.tables FINAL")
        var tables: [String: Table] = [:]
        for row in rows where row.count == 6 {
            tables[row[0] ?? ""] = Table(
                state: row[1] ?? "",
                cause: row[2] ?? "",
                remedy: row[3] ?? "",
                copiedFrom: UInt64(row[5] ?? "") ?? 0,
                revision: UInt64(row[4] ?? "") ?? 0
            )
        }
        return tables
    }

    /// The highest number that the pipeline has claimed, 0 if none.
    func claimed() async throws -> UInt64 {
        let rows = try await rows("SELECT max(number) FROM leat.batches")
        return rows.first?.first.flatMap { $0 }.flatMap { UInt64($0) } ?? 0
    }

    /// The tables of these batches, as far as they are on record, and the lowest number that still is.
    func batches(_ numbers: Set<UInt64>) async throws -> (tables: [UInt64: Set<String>], lowest: UInt64) {
        let lowest = try await rows("SELECT min(number) FROM leat.batches").first?.first.flatMap { $0 }
        let list = numbers.sorted().map(String.init).joined(separator: ", ")
        guard !list.isEmpty else { return ([:], UInt64(lowest ?? "") ?? 0) }
        let found = try await rows(
            "SELECT number, table, arrayStringConcat(mapKeys(rows), '\n') FROM leat.batches",
            "AND number IN (\(list))"
        )
        var tables: [UInt64: Set<String>] = [:]
        for row in found where row.count == 3 {
            guard let number = row[0].flatMap({ UInt64($0) }) else { continue }
            tables[number] = Set((row[2] ?? "").split(separator: "\n").map(String.init) + [row[1] ?? ""])
        }
        return (tables, UInt64(lowest ?? "") ?? 0)
    }

    /// Whether a batch behind `number` has been claimed for a table.
    func isWritten(_ table: String, behind number: UInt64) async throws -> Bool {
        let name = ClickHouseClient.quote(literal: table)
        let found = try await rows(
            "SELECT count() FROM leat.batches",
            "AND number > \(number) AND (table = \(name) OR mapContains(rows, \(name)))"
        )
        return found.first?.first.flatMap { $0 } != "0"
    }

    private func rows(_ select: String, _ rest: String = "") async throws -> [[String?]] {
        do {
            return try await client.rows(
                "\(select) WHERE pipeline = {pipeline:String} \(rest)",
                parameters: ["pipeline": pipeline]
            )
        } catch let error as ClickHouseError where [.unknownDatabase, .unknownTable].contains(error.code) {
            return []
        }
    }
}
