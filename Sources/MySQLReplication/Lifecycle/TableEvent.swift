import LeatState
import MySQLProtocol
import MySQLSchema
import Warehouse

/// What can happen to one table.
enum TableEvent: Sendable {
    // MARK: At the start

    /// `leat.tables` holds this row, and ClickHouse has this raw table. `lastBatch` is the highest batch number known.
    /// With `isPositionGivenUp` (`--copy-again`) nothing of what the table holds can be relied on.
    case loaded(TableState, raw: RawTable?, lastBatch: UInt64, isPositionGivenUp: Bool = false)

    // MARK: In the stream

    /// `CREATE TABLE`, at barrier `number`. `definition` is what the statement makes; nil if that cannot be determined.
    case created(CreateTable, definition: TableDefinition?, number: UInt64)
    /// `ALTER TABLE`, `CREATE INDEX`, `DROP INDEX`: changes the definition, and perhaps the rows that are there.
    case altered(TableName, [AlterAction], number: UInt64)
    /// `TRUNCATE TABLE`.
    case truncated(TableName, number: UInt64)
    /// `DROP TABLE`, `DROP DATABASE`.
    case dropped(TableName, number: UInt64)
    /// `RENAME TABLE`, `ALTER TABLE … RENAME`: the old name.
    case renamed(TableName, to: TableName, number: UInt64)
    /// A table is there now, with rows that did not come through the stream: the new name of a renamed one, or one
    /// whose rows came unannounced.
    case appeared(TableName, cause: String, number: UInt64?)
    /// Rows came or went without row events, or may have; says what did it. `number` is the barrier's of a statement
    /// that does so once; nil where it may do so all the time, and a copy would be out of date before it is complete.
    case changedUnseen(TableName, by: String, number: UInt64?)
    /// Rows cannot be carried over: the stream left them out already, or ClickHouse does not take them.
    case refused(TableName, TableRefusal)

    // MARK: Copies

    /// The source has this definition, and nothing follows the table, or a user asked for a new copy. `generation` is
    /// ``TableLifecycle/generation(of:)`` from before the definition was read; barrier `number` was claimed for it, or
    /// is the highest one claimed where none is needed (``TableLifecycle/needsNumber(toAdopt:over:)``). The copy is
    /// read from `server` (a UUID) and no other.
    case adopted(TableDefinition, raw: RawTable?, generation: Int, number: UInt64, server: String)
    /// The copy of a table without a key is about to be read, as the source was after the transactions `holds`, and
    /// perhaps some of `uncertain`; the stream stands still.
    case opened(TableName, copiedFrom: UInt64, holds: GTIDSet, uncertain: GTIDSet)
    /// The copy of a table without a key has come to nothing; it cannot be continued.
    case interrupted(TableName, copiedFrom: UInt64, by: String)
    /// Rows of which the binlog had only some columns were read again at the source, which had executed this by then.
    case completed(TableName, position: GTIDSet)
    /// All ranges of the copy that began after batch `copiedFrom` are in the warehouse; it is consistent once the
    /// stream has passed `position`. The stream has come to `applied` already.
    case copied(TableName, copiedFrom: UInt64, position: GTIDSet, applied: GTIDSet)
    /// The stream has passed the position of a finished copy.
    case consistent(TableName)
    /// The copy found another definition at the source than the one it copies by.
    case definitionDiffers(TableName, copiedFrom: UInt64)
    /// The host that is read from now is not the one that the copy was read from, and may lack for good what that
    /// showed.
    case hostDiffers(TableName, copiedFrom: UInt64)

    // MARK: Outside of the stream

    /// The source does not have the table, though the stream has come to where it was asked.
    case missing(TableName, number: UInt64)
    case paused(TableName)
    /// It is to be copied again: after a pause, or because a user asked for it.
    case resumed(TableName)
    /// The source has no such table, and nothing of it is to be known any more.
    case forgotten(TableName, number: UInt64)

    var table: TableName? {
        switch self {
        case .loaded(let state, _, _, _): TableName(parsing: state.name)
        case .created(let create, _, _): create.name
        case .adopted(let definition, _, _, _, _): definition.name
        case .altered(let name, _, _), .truncated(let name, _), .dropped(let name, _), .renamed(let name, _, _),
            .appeared(let name, _, _), .changedUnseen(let name, _, _), .refused(let name, _),
            .copied(let name, _, _, _), .consistent(let name), .definitionDiffers(let name, _),
            .hostDiffers(let name, _), .opened(let name, _, _, _), .interrupted(let name, _, _),
            .completed(let name, _),
            .missing(let name, _), .paused(let name), .resumed(let name), .forgotten(let name, _):
            name
        }
    }
}

/// What ClickHouse has under a raw table's name.
struct RawTable: Sendable, Equatable {
    /// Its columns without Leat's own, each as `name type`.
    var columns: [String]
    /// The columns of its sorting key.
    var sortingKey: [String]
    /// The batch of its newest row version; 0 if it has no rows.
    var newestBatch: UInt64

    /// The columns that hold dates here and text in `table`, where nothing else differs: none where rows of `table` can
    /// be added as it is.
    ///
    /// - Returns: nil if something does, or ClickHouse cannot change a column, since rows are sorted by it.
    func datesToConvert(to table: WarehouseTable) -> [WarehouseTable.Column]? {
        guard sortingKey == table.orderBy, columns.count == table.columns.count else { return nil }
        let present = Set(columns)
        var converted: [WarehouseTable.Column] = []
        for column in table.columns where !present.contains("\(column.name) \(column.type)") {
            let dates = ["Date32"] + (0...6).map { "DateTime64(\($0), 'UTC')" }
            let isDate = dates.contains { date in
                present.contains("\(column.name) \(column.isNullable ? "Nullable(\(date))" : date)")
            }
            let text = column.isNullable ? "Nullable(String)" : "String"
            guard isDate, column.type == text, !sortingKey.contains(column.name) else { return nil }
            converted.append(column)
        }
        return converted
    }

    /// Whether it has every column of `table`, perhaps more.
    func holds(_ table: WarehouseTable) -> Bool {
        let columns = Set(columns)
        return table.columns.allSatisfy { columns.contains("\($0.name) \($0.type)") } && sortingKey == table.orderBy
    }
}
