import ClickHouseClient

/// Rows with the number 0 are no batches: kind `leader` claims an epoch, kind `start` is a ``StartRecord``, whose last
/// number is in `acknowledged`.
extension BatchRecords {
    /// The epochs that were claimed, and the highest of all rows: earlier versions of Leat did not claim theirs.
    func epochs() async throws -> (claimed: Set<Ballot>, highest: UInt64) {
        let rows = try await rows(
            """
            SELECT number, epoch, owner FROM leat.batches WHERE pipeline = {pipeline:String} AND number = 0
            UNION ALL
            SELECT max(number), max(epoch), '' FROM leat.batches WHERE pipeline = {pipeline:String} HAVING count() > 0
            """,
            settings: ClickHouseClient.interpreted
        )
        var claimed: Set<Ballot> = []
        var highest: UInt64 = 0
        for row in rows {
            let ballot = Ballot(epoch: try row.number("epoch"), owner: try row.text("owner"))
            highest = max(highest, ballot.epoch)
            if !ballot.owner.isEmpty { claimed.insert(ballot) }
        }
        return (claimed, highest)
    }

    func starts() async throws -> [StartRecord] {
        try await rows(
            """
            SELECT epoch, owner, acknowledged FROM leat.batches
            WHERE pipeline = {pipeline:String} AND number = 0 AND kind = 'start'
            """
        ).map { row in
            StartRecord(
                ballot: Ballot(epoch: try row.number("epoch"), owner: try row.text("owner")),
                last: try row.number("acknowledged")
            )
        }
    }

    func insertLeader(_ ballot: Ballot) async throws {
        try await insert([row(number: 0, ballot, kind: "leader")])
    }

    func insertStart(_ start: StartRecord) async throws {
        try await insert([row(number: 0, start.ballot, kind: "start", acknowledged: start.last)])
    }

    func insert(_ definition: BatchDefinition, by ballot: Ballot, acknowledged: UInt64) async throws {
        try await insert([
            row(
                number: definition.number,
                ballot,
                kind: definition.kind.rawValue,
                definition,
                acknowledged: acknowledged
            )
        ])
    }

    /// The rows of a number, and those of epochs from the claimant's on.
    func claims(of number: UInt64, by ballot: Ballot) async throws -> [BatchClaim.Row] {
        try await rows(
            """
            SELECT number, epoch, owner, kind, position, table, detail FROM leat.batches
            WHERE pipeline = {pipeline:String} AND number IN (0, \(number)) AND epoch >= \(ballot.epoch)
            """
        ).map { row in
            BatchClaim.Row(
                number: try row.number("number"),
                ballot: Ballot(epoch: try row.number("epoch"), owner: try row.text("owner")),
                content: BatchClaim.Content(
                    kind: try row.text("kind"),
                    position: try row.text("position"),
                    table: try row.text("table"),
                    detail: try row.text("detail")
                )
            )
        }
    }

    /// Deletes, in the background, the rows below `number` that are older than `age` (whole seconds), save of epochs
    /// from
    /// `epoch` on.
    func forget(below number: UInt64, olderThan age: Duration, epoch: UInt64) async throws {
        try await client.execute(
            """
            ALTER TABLE leat.batches DELETE WHERE pipeline = \(ClickHouseClient.quote(literal: pipeline)) \
            AND number < \(number) AND (number > 0 OR epoch < \(epoch)) AND at < now() - \(age.components.seconds)
            """,
            settings: ["mutations_sync": "0"]
        )
    }

    private func row(
        number: UInt64,
        _ ballot: Ballot,
        kind: String,
        _ definition: BatchDefinition = BatchDefinition(kind: .barrier),
        acknowledged: UInt64 = 0
    ) -> String {
        func quoted(_ text: String) -> String { ClickHouseClient.quote(literal: text) }
        let parts = definition.parts.map { "(\(quoted($0.transaction)), \($0.first), \($0.end))" }
        let rows = definition.rows.sorted { $0.key < $1.key }.map { "\(quoted($0.key)), \($0.value)" }
        let checksums = definition.checksums.sorted { $0.key < $1.key }
            .map { "\(quoted($0.key)), (\($0.value.rows), \($0.value.sum))" }
        return """
            (\(quoted(pipeline)), \(number), \(ballot.epoch), \(quoted(ballot.owner)), \(quoted(kind)), \
            \(quoted(definition.position)), [\(parts.joined(separator: ", "))], \(quoted(definition.table)), \
            map(\(rows.joined(separator: ", "))), map(\(checksums.joined(separator: ", "))), \
            \(quoted(definition.detail)), \(acknowledged))
            """
    }

    private func insert(_ rows: [String]) async throws {
        try await client.execute(
            """
            INSERT INTO leat.batches \
            (pipeline, number, epoch, owner, kind, position, parts, table, rows, checksums, detail, acknowledged)
            VALUES \(rows.joined(separator: ", "))
            """,
            settings: ClickHouseClient.writeSettings
        )
    }
}
