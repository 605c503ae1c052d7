import ClickHouseClient

extension BatchRecords {
    /// One row of a number: who claimed it, and for what.
    struct Claim: Sendable, Hashable {
        var owner: String
        var kind: String
        var position: String
        var table: String
        var detail: String

        func isOf(_ definition: BatchDefinition) -> Bool {
            kind == definition.kind.rawValue && position == definition.position && table == definition.table
                && detail == definition.detail
        }
    }

    /// The highest number and the highest epoch on record.
    func newest() async throws -> (number: UInt64, epoch: UInt64) {
        let row = try await rows(
            """
            SELECT max(number) AS newest, max(epoch) AS last_epoch FROM leat.batches WHERE pipeline = {pipeline:String}
            """
        ).first
        guard let row else { return (0, 0) }
        return (try row.number("newest"), try row.number("last_epoch"))
    }

    func claims(of number: UInt64) async throws -> [Claim] {
        try await rows(
            """
            SELECT owner, kind, position, table, detail FROM leat.batches
            WHERE pipeline = {pipeline:String} AND number = \(number)
            """
        ).map { row in
            Claim(
                owner: try row.text("owner"),
                kind: try row.text("kind"),
                position: try row.text("position"),
                table: try row.text("table"),
                detail: try row.text("detail")
            )
        }
    }

    func insert(
        _ definition: BatchDefinition,
        epoch: UInt64,
        owner: String,
        acknowledged: UInt64,
        token: String
    ) async throws {
        func quoted(_ text: String) -> String { ClickHouseClient.quote(literal: text) }
        let parts = definition.parts.map { "(\(quoted($0.transaction)), \($0.first), \($0.end))" }
        let rows = definition.rows.sorted { $0.key < $1.key }.map { "\(quoted($0.key)), \($0.value)" }
        let checksums = definition.checksums.sorted { $0.key < $1.key }
            .map { "\(quoted($0.key)), (\($0.value.rows), \($0.value.sum))" }
        try await client.execute(
            """
            INSERT INTO leat.batches \
            (pipeline, number, epoch, owner, kind, position, parts, table, rows, checksums, detail, acknowledged)
            VALUES (\(quoted(pipeline)), \(definition.number), \(epoch), \(quoted(owner)), \
            \(quoted(definition.kind.rawValue)), \(quoted(definition.position)), [\(parts.joined(separator: ", "))], \
            \(quoted(definition.table)), map(\(rows.joined(separator: ", "))), \
            map(\(checksums.joined(separator: ", "))), \(quoted(definition.detail)), \(acknowledged))
            """,
            settings: ["insert_deduplication_token": token, "async_insert": "0", "insert_deduplicate": "1"]
        )
    }

    /// Deletes, in the background, the rows of batches below `number` that are older than `age` (whole seconds).
    func forget(below number: UInt64, olderThan age: Duration) async throws {
        try await client.execute(
            """
            ALTER TABLE leat.batches DELETE WHERE pipeline = \(ClickHouseClient.quote(literal: pipeline)) \
            AND number < \(number) AND at < now() - \(age.components.seconds)
            """,
            settings: ["mutations_sync": "0"]
        )
    }
}
