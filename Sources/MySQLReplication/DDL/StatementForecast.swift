import LeatState
import MySQLSchema
import PipelineCore
import Warehouse

/// What a statement would do to the warehouse if it were executed at the source now: what ``TableLifecycle`` makes of
/// it, without anything being done.
///
/// Whether the source accepts the statement is not known here.
package struct StatementForecast: Sendable, Equatable {
    /// What would become of one table.
    package enum Outcome: String, Sendable, Codable {
        /// Nothing in ClickHouse changes.
        case nothing
        /// Columns are changed in ClickHouse, at the statement's place in the stream, without a copy.
        case inPlace
        /// It is copied again, and shown as it was before until the copy is complete.
        case copied
        /// It is followed from its first row on.
        case created
        /// Its rows go, as at the source.
        case emptied
        /// Its view goes; its rows are kept under another name.
        case dropped
        /// It would be, or stays, quarantined.
        case stopped
        /// The configuration does not follow it.
        case notFollowed
    }

    /// What would become of a table, and why.
    package struct Table: Sendable, Equatable {
        /// `database.table` at the source.
        package var name: String
        package var outcome: Outcome
        /// What is done, or why it cannot be; in words.
        package var details: [String] = []
        /// What to do about a table that would be stopped; empty otherwise.
        package var remedy = ""
    }

    /// What cannot be foretold.
    package struct Failure: ExplainedError {
        package var explanation: Explanation
        /// The source does not have a table that the statement needs.
        package var isOfMissingTable = false
    }

    package private(set) var tables: [Table] = []
    /// What there is to say where no table is concerned.
    package private(set) var note: String?

    /// - Parameters:
    ///   - sql: one statement.
    ///   - database: the one that the session uses; empty for none.
    ///   - foldsNames: whether the source folds names (`lower_case_table_names=1`).
    ///   - definitions: the source's tables as they are now, at least those that ``concerns(_:in:foldsNames:)`` names.
    ///   - states: what the pipeline knows of its tables, by name; one that is not among them is taken to be followed.
    ///   - options: those of the pipeline.
    /// - Throws: ``Failure`` for a statement that is not understood, and for a table that the source does not have.
    package init(
        of sql: String,
        database: String = "",
        foldsNames: Bool = false,
        definitions: [TableDefinition],
        states: [String: TableSummary] = [:],
        options: ReplicationOptions
    ) throws {
        let statement = DDLStatement(parsing: sql, defaultDatabase: database, foldsNames: foldsNames)
        switch statement {
        case .unparsable(let reason):
            throw Failure(
                explanation: .init(
                    cause: "the statement is not understood: \(reason)",
                    remedy: "check it, and name the database of each table, or give --database; in the stream such a "
                        + "statement stops every table whose definition it may have changed"
                )
            )
        case .dataChange(let verb, _):
            note = "\(verb): rows come through the binlog one by one, whatever the statement was"
            return
        case .irrelevant, .transactionControl, .createDatabase, .alterDatabase:
            note = "no table's rows or columns change"
            return
        default: break
        }
        var lifecycle = Self.lifecycle(definitions, states, options)
        let present = Set(definitions.map(\.name))
        if let missing = statement.tablesItNeeds.first(where: { !present.contains($0) }) {
            throw Failure(
                explanation: .init(
                    cause: "the source has no table \(missing)",
                    remedy: "check the name, and that the user in leat.yaml may read it"
                ),
                isOfMissingTable: true
            )
        }
        var created: TableDefinition?
        if case .createTable(let create) = statement {
            if let other = create.like {
                created = lifecycle.tables[other]?.mapping?.definition
                created?.name = create.name
            } else {
                created = create.body.flatMap {
                    TableDefinition(body: $0, name: create.name, databaseCharset: "utf8mb4")
                }
            }
        }
        for event in lifecycle.events(of: statement, definition: created, number: .max / 2) {
            guard let name = event.table else { continue }
            // IF EXISTS, and it does not.
            if case .dropped = event, !present.contains(name), lifecycle.tables[name] == nil {
                enter(Table(name: name.description, outcome: .nothing))
                continue
            }
            let before = lifecycle.tables[name]
            let step = lifecycle.step(for: event)
            if let step { lifecycle.commit(step) }
            enter(Self.table(name, event, step, before, isWanted: options.isWanted(name)))
        }
    }

    /// Whether a statement may concern a table.
    package static func concerns(
        _ sql: String,
        in database: String,
        foldsNames: Bool
    ) -> @Sendable (TableName) -> Bool {
        let statement = DDLStatement(parsing: sql, defaultDatabase: database, foldsNames: foldsNames)
        if case .dropDatabase(let dropped) = statement { return { $0.database == dropped } }
        var names = Set(statement.tables)
        if case .createTable(let create) = statement, let other = create.like { names.insert(other) }
        return { [names] in names.contains($0) }
    }

    private static func lifecycle(
        _ definitions: [TableDefinition],
        _ states: [String: TableSummary],
        _ options: ReplicationOptions
    ) -> TableLifecycle {
        var lifecycle = TableLifecycle(
            isWanted: options.isWanted,
            warehouseDatabase: options.warehouseDatabase,
            carriesDatesAsText: options.carriesDatesAsText,
            rebuilds: options.rebuilds
        )
        for definition in definitions where options.isWanted(definition.name) {
            var definition = definition
            let known = states[definition.name.description]
            for column in known?.dateTextColumns ?? [] { definition = definition.carryingAsText(column) ?? definition }
            var state = TableState(name: definition.name.description, phase: known?.phase ?? .streaming)
            state.cause = known?.cause ?? ""
            state.remedy = known?.remedy ?? ""
            state.warehouseDatabase = options.warehouseDatabase(definition.name.database)
            state.definition = StoredDefinition(definition).text
            // One that is being copied is changed in the same way, and its copy begins again.
            if state.phase == .snapshotting { state.phase = .streaming }
            var mapping: TableMapping?
            do {
                mapping = try TableMapping(definition, database: state.warehouseDatabase)
            } catch {
                state.phase = .quarantined
                (state.cause, state.remedy) = (error.cause, error.remedy)
            }
            lifecycle.commit(TableStep(table: definition.name, entry: .init(state: state, mapping: mapping)))
        }
        return lifecycle
    }

    /// A table may be concerned twice: renamed away and back, for example. The last word counts.
    private mutating func enter(_ table: Table) {
        if let index = tables.firstIndex(where: { $0.name == table.name }) {
            tables[index] = table
        } else {
            tables.append(table)
        }
    }

    private static func table(
        _ name: TableName,
        _ event: TableEvent,
        _ step: TableStep?,
        _ before: TableLifecycle.Entry?,
        isWanted: Bool
    ) -> Table {
        var table = Table(name: name.description, outcome: .nothing)
        guard isWanted || before != nil else {
            table.outcome = .notFollowed
            return table
        }
        guard let step else {
            if let state = before?.state, state.phase == .quarantined {
                table.outcome = .stopped
                table.details = ["it is quarantined: \(state.cause)"]
                table.remedy = state.remedy
            }
            return table
        }
        let state = step.entry.state
        switch state.phase {
        case .quarantined:
            table.outcome = .stopped
            table.details = [state.cause]
            table.remedy = state.remedy
        case .waiting:
            table.outcome = .copied
            table.details = [state.cause]
        case .dropped: table.outcome = .dropped
        default:
            if case .created = event {
                table.outcome = .created
            } else if case .truncated = event {
                table.outcome = .emptied
            } else {
                table.details = step.prepare.flatMap(details)
                if !table.details.isEmpty { table.outcome = .inPlace }
            }
        }
        return table
    }

    private static func details(of action: TableAction) -> [String] {
        func shown(_ column: WarehouseTable.Column) -> String { "`\(ReservedNames.shownName(of: column.name))`" }
        switch action {
        case .addColumns(let columns, _, _):
            return columns.map { added in
                let value = added.default.map { ", \($0) in the rows that are there" } ?? ""
                return "\(shown(added.column)) is added as \(added.column.type)\(value)"
            }
        case .reshape(_, let widened, let dropped, _):
            let changes =
                widened.map { "\(shown($0)) becomes \($0.type)" }
                + dropped.map { "`\(ReservedNames.shownName(of: $0))` is dropped" }
            return changes.isEmpty ? ["columns are shown in another order"] : changes
        default: return []
        }
    }
}

extension DDLStatement {
    /// Tables without which the source refuses it.
    fileprivate var tablesItNeeds: [TableName] {
        switch self {
        case .alterTable(let name, _), .createIndex(let name, _), .dropIndex(_, let name), .truncate(let name): [name]
        case .dropTables(let names, ifExists: false): names
        case .renameTables(let pairs): pairs.first.map { [$0.from] } ?? []
        default: []
        }
    }
}
