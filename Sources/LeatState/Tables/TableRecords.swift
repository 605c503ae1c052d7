import ClickHouseClient

/// The rows of one pipeline in `leat.tables`: all SQL of that table. Of each table's rows the one with the highest
/// revision counts.
package struct TableRecords: Sendable {
    private static let table = "leat.tables"

    private let client: ClickHouseClient
    private let pipeline: String

    package init(client: ClickHouseClient, pipeline: String) {
        self.client = client
        self.pipeline = pipeline
    }

    /// All tables, dropped ones too, by name; none where Leat has never run.
    package func summaries() async throws -> [TableSummary] {
        try await client.stateRows(
            of: Self.table,
            """
            SELECT table, state, cause, remedy, copied_from, revision,
                toString(arrayMap(
                    c -> JSONExtractString(c, 'name'),
                    arrayFilter(c -> JSONExtractBool(c, 'isDateText'), JSONExtractArrayRaw(definition, 'columns'))
                )) AS date_texts
            FROM leat.tables FINAL
            WHERE pipeline = {pipeline:String} ORDER BY table
            """,
            parameters: ["pipeline": pipeline],
            mayBeMissing: true
        ).map { row in
            TableSummary(
                name: try row.text("table"),
                phase: try row.choice("state"),
                cause: try row.text("cause"),
                remedy: try row.text("remedy"),
                copiedFrom: try row.number("copied_from"),
                revision: try row.number("revision"),
                dateTextColumns: try row.texts("date_texts")
            )
        }
    }

    /// All states with their revisions, by name.
    func states() async throws -> [(state: TableState, revision: UInt64)] {
        try await client.stateRows(
            of: Self.table,
            """
            SELECT table, state, cause, remedy, floor, copied_from, consistent_at, rows, definition, revision,
                passed_over, barrier, warehouse_database, retried, read_from, replaces
            FROM leat.tables FINAL WHERE pipeline = {pipeline:String} ORDER BY table
            """,
            parameters: ["pipeline": pipeline]
        ).map { row in
            let state = TableState(
                name: try row.text("table"),
                phase: try row.choice("state"),
                cause: try row.text("cause"),
                remedy: try row.text("remedy"),
                floor: try row.number("floor"),
                copiedFrom: try row.number("copied_from"),
                consistentAt: try row.text("consistent_at"),
                rows: try row.number("rows"),
                definition: try row.text("definition"),
                passedOver: try row.text("passed_over"),
                barrier: try row.number("barrier"),
                warehouseDatabase: try row.text("warehouse_database"),
                isRetried: try row.flag("retried"),
                readFrom: try row.text("read_from"),
                replaces: try row.text("replaces")
            )
            return (state, try row.number("revision"))
        }
    }

    /// Writes states in one insert: all of them, or none.
    func insert(_ states: [(state: TableState, revision: UInt64)]) async throws {
        guard !states.isEmpty else { return }
        func quoted(_ text: String) -> String { ClickHouseClient.quote(literal: text) }
        let rows = states.map { state, revision in
            """
            (\(quoted(pipeline)), \(quoted(state.name)), \(revision), \(quoted(state.phase.rawValue)), \
            \(quoted(state.cause)), \(quoted(state.remedy)), \(state.floor), \(state.copiedFrom), \
            \(quoted(state.consistentAt)), \(state.rows), \(quoted(state.definition)), \
            \(quoted(state.passedOver)), \(state.barrier), \(quoted(state.warehouseDatabase)), \(state.isRetried ? 1 : 0), \
            \(quoted(state.readFrom)), \(quoted(state.replaces)))
            """
        }
        try await client.execute(
            """
            INSERT INTO leat.tables (pipeline, table, revision, state, cause, remedy, floor, copied_from, consistent_at, \
            rows, definition, passed_over, barrier, warehouse_database, retried, read_from, replaces)
            VALUES \(rows.joined(separator: ", "))
            """,
            settings: ClickHouseClient.writeSettings
        )
    }
}
