import ClickHouseClient

/// The rows of one pipeline in `leat.batches`: all SQL of that table.
///
/// A number may have more rows than one: an insert that was repeated, and late ones of a process that was fenced. The
/// one of the highest ballot counts (``Ballot``); every reader here picks it before it asks anything else of the row.
package struct BatchRecords: Sendable {
    static let table = "leat.batches"

    let client: ClickHouseClient
    let pipeline: String

    package init(client: ClickHouseClient, pipeline: String) {
        self.client = client
        self.pipeline = pipeline
    }

    // MARK: For those who do not run the pipeline

    /// The highest number that was claimed, 0 if none.
    package func last() async throws -> UInt64 {
        try await one("SELECT max(number) AS value FROM leat.batches WHERE pipeline = {pipeline:String}") ?? 0
    }

    /// The lowest number that is still on record, nil if none is.
    package func oldest() async throws -> UInt64? {
        let oldest = try await one(
            "SELECT min(number) AS value FROM leat.batches WHERE pipeline = {pipeline:String} AND number > 0"
        )
        return oldest == 0 ? nil : oldest
    }

    /// The tables of these batches, as far as they are on record.
    package func tables(of numbers: Set<UInt64>) async throws -> [UInt64: Set<String>] {
        guard !numbers.isEmpty else { return [:] }
        let list = numbers.sorted().map(String.init).joined(separator: ", ")
        let rows = try await rows(
            "SELECT number, table, toString(mapKeys(rows)) AS row_tables FROM (\(decided("number IN (\(list))")))",
            mayBeMissing: true
        )
        var tables: [UInt64: Set<String>] = [:]
        for row in rows {
            tables[try row.number("number")] = Set(try row.texts("row_tables") + [try row.text("table")])
        }
        return tables
    }

    /// Whether a batch after `number` has been claimed for a table.
    package func hasBatch(of table: String, after number: UInt64) async throws -> Bool {
        let name = ClickHouseClient.quote(literal: table)
        let count = try await one(
            """
            SELECT count() AS value FROM (\(decided("number > \(number)")))
            WHERE table = \(name) OR mapContains(rows, \(name))
            """
        )
        return count ?? 0 > 0
    }

    /// The transaction that the newest batch of the stream up to `acknowledged` ends within, nil if it ends after a
    /// complete one.
    package func openTransaction(upTo acknowledged: UInt64) async throws -> String? {
        // A few of the newest numbers are ranges or barriers.
        let rows = try await rows(
            """
            SELECT if(empty(parts) OR parts[-1].3 = \(BatchDefinition.Part.untilTheEnd), '', trimRight(parts[-1].1, '\(BatchDefinition.Part.mark)')) AS open
            FROM (\(decided("number <= \(acknowledged)"))) WHERE kind = 'stream' ORDER BY number DESC LIMIT 1
            """,
            mayBeMissing: true
        )
        let open = try rows.first?.text("open") ?? ""
        return open.isEmpty ? nil : open
    }

    /// The transactions of batches that have rows or are DDL statements, as far as the batch names one of `servers`.
    ///
    /// - Parameters:
    ///   - servers: their UUIDs.
    ///   - limit: how many batches, the newest first.
    /// - Returns: GTID sets.
    package func transactions(ofServers servers: [String], atMost limit: Int) async throws -> [String] {
        let names = servers.map { ClickHouseClient.quote(literal: $0) }.joined(separator: ", ")
        return try await rows(
            """
            SELECT position, arrayStringConcat(arrayMap(part -> trimRight(part.1, '\(BatchDefinition.Part.mark)'), parts), \
            ',') AS divided FROM leat.batches
            WHERE pipeline = {pipeline:String} AND kind IN ('stream', 'barrier')
            AND multiSearchAny(concat(position, arrayStringConcat(arrayMap(part -> part.1, parts))), [\(names)])
            ORDER BY number DESC LIMIT \(limit)
            """,
            mayBeMissing: true
        )
        .flatMap { [try $0.text("position"), try $0.text("divided")] }
        .filter { !$0.isEmpty }
    }

    /// What batches after a number did to a table.
    func changes(of table: String, after number: UInt64) async throws -> [ChecksumEntry] {
        let name = ClickHouseClient.quote(literal: table)
        // A statement can name several tables.
        return try await rows(
            """
            SELECT number, kind = 'stream' AND mapContains(checksums, \(name)) AS is_known,
                checksums[\(name)].1 AS rows_changed, checksums[\(name)].2 AS sum
            FROM (\(decided("number > \(number)")))
            WHERE mapContains(rows, \(name)) OR has(splitByString(', ', toString(table)), \(name))
            ORDER BY number
            """
        ).map { row in
            let checksum = RowsChecksum(rows: try row.number("rows_changed"), sum: try row.number("sum"))
            return ChecksumEntry(number: try row.number("number"), change: try row.flag("is_known") ? checksum : nil)
        }
    }

    // MARK: For the pipeline

    /// The definitions of batches by rising number.
    ///
    /// - Parameters:
    ///   - numbers: a condition on `number` alone.
    ///   - condition: on what else a batch says.
    ///   - starts: what makes claims void.
    func definitions(
        numbers: String,
        where condition: String = "1",
        starts: [StartRecord] = []
    ) async throws -> [BatchDefinition] {
        try await rows(
            """
            SELECT number, epoch, owner, kind, position, table, detail, toString(parts.1) AS part_transactions,
                toString(parts.2) AS part_firsts, toString(parts.3) AS part_ends,
                toString(mapKeys(rows)) AS row_tables, toString(mapValues(rows)) AS row_counts
            FROM (\(decided(numbers))) WHERE \(condition) ORDER BY number
            """
        ).compactMap { row in
            let definition = try definition(row)
            let ballot = Ballot(epoch: try row.number("epoch"), owner: try row.text("owner"))
            return starts.contains { $0.voids(definition.number, by: ballot) } ? nil : definition
        }
    }

    private func definition(_ row: StateRow) throws(PipelineError) -> BatchDefinition {
        let transactions = try row.texts("part_transactions")
        let firsts = try row.numbers("part_firsts", as: UInt64.self)
        let ends = try row.numbers("part_ends", as: UInt64.self)
        let tables = try row.texts("row_tables")
        let counts = try row.numbers("row_counts", as: UInt64.self)
        guard transactions.count == firsts.count, firsts.count == ends.count else {
            throw row.unreadable("parts", "arrays of several lengths")
        }
        guard tables.count == counts.count else { throw row.unreadable("rows", "arrays of several lengths") }
        return BatchDefinition(
            number: try row.number("number"),
            kind: try row.choice("kind"),
            position: try row.text("position"),
            parts: transactions.indices.map { .init(transaction: transactions[$0], first: firsts[$0], end: ends[$0]) },
            table: try row.text("table"),
            rows: Dictionary(zip(tables, counts)) { first, _ in first },
            detail: try row.text("detail")
        )
    }

    /// A subquery: of every number that meets a condition the row that counts.
    private func decided(_ numbers: String) -> String {
        """
        SELECT number, epoch, owner, kind, position, parts, table, rows, checksums, detail FROM leat.batches
        WHERE pipeline = {pipeline:String} AND number > 0 AND \(numbers)
        ORDER BY number, epoch DESC, owner DESC LIMIT 1 BY number
        """
    }

    func rows(
        _ sql: String,
        settings: [String: String] = [:],
        mayBeMissing: Bool = false
    ) async throws -> [StateRow] {
        try await client.stateRows(
            of: Self.table,
            sql,
            settings: settings,
            parameters: ["pipeline": pipeline],
            mayBeMissing: mayBeMissing
        )
    }

    private func one(_ sql: String) async throws -> UInt64? {
        try await rows(sql, mayBeMissing: true).first?.number("value")
    }
}
