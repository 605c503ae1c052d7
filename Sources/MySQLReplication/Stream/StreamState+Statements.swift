import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// Statements: those that divide transactions, DDL, and those that change rows without saying which.
extension StreamState {
    mutating func take(_ query: QueryEvent) throws {
        // Nearly every transaction has these two; they need no parser.
        if query.sql == "BEGIN" {
            transactions.current?.hasBegun = true
            return
        }
        if query.sql == "COMMIT" { return commit() }
        var dialect = SQLDialect(sqlMode: query.sqlMode?.rawValue ?? 0)
        dialect.explicitDefaultsForTimestamp = query.explicitDefaultsForTimestamp ?? true
        // Names that could not be converted would be other tables' names.
        let statement =
            query.isExactText
            ? DDLStatement(
                parsing: query.sql,
                defaultDatabase: query.schema,
                dialect: dialect,
                foldsNames: router.foldsNames
            )
            : .unparsable("its text is in a character set that cannot be converted")
        if case .transactionControl(let control) = statement { return try take(control) }
        if case .createTable(let create) = statement, create.startsTransaction {
            transactions.current?.hasBegun = true
        }
        // A statement inside a transaction does not end it: what follows belongs to it still.
        let isAlone = !(transactions.current?.hasBegun ?? false)
        if !query.isExactText || statement.changesRowsUnseen(sql: query.sql) {
            transactions.current?.noteChange()
            let change = Self.change(by: statement, in: query)
            if !hold(.statement(change)) { refuse(change) }
            if isAlone { commit(isQuiet: false) }
        } else if router.concerns(statement), let current = transactions.current,
            isNew(current.gtid) || router.isFollowed(anyOf: statement)
        {
            raiseBarrier(statement, of: current)
        } else if isAlone {
            commit()
        }
    }

    /// Whether a statement was not met before the last start as one that concerns nobody. While batches are replayed,
    /// one without a number was: tables that are to be followed since are not before they are copied, which waits for
    /// the stream to have passed here. A barrier would wait for batches whose transactions come after it.
    private func isNew(_ gtid: GTID) -> Bool {
        transactions.plan.isEmpty || transactions.plan.barrier(of: gtid) != nil
    }

    private mutating func take(_ control: TransactionControl) throws {
        switch control {
        case .begin: transactions.current?.hasBegun = true
        case .xaStart:
            transactions.current?.hasBegun = true
            transactions.current?.held = HeldChanges()
        case .commit: commit()
        case .xaCommit(let id, _): try commitXA(id)
        case .xaRollback(let id): rollbackXA(id)
        case .rollback:
            refuseRolledBack()
            commit()
        case .rollbackToSavepoint: refuseRolledBack()
        case .savepoint, .releaseSavepoint, .xaEnd, .xaPrepare: break
        }
    }

    /// A statement was logged as such, and what it did to which rows is not said. It names tables, under aliases and in
    /// several forms, but its triggers and functions change others that it does not name. What is known for certain are
    /// the databases it used: a replica that applies by database relies on their list (`Q_UPDATED_DB_NAMES`), which the
    /// server makes of all tables that it opened, those of triggers included, and leaves out where foreign keys lead
    /// elsewhere. Without that list any table may have changed. So the names in the statement do not matter.
    private static func change(by statement: DDLStatement, in query: QueryEvent) -> UnseenChange {
        let format = "(binlog_format is not ROW in some session)"
        var change = UnseenChange(databases: query.updatedDatabases, cause: "", remedy: "   once all sessions log rows")
        switch statement {
        case .dataChange(let verb, _):
            change.cause = "\(verb) was logged as a statement, which may have changed it \(format)"
        case .createTable(let create):
            change.created = create.name
            change.cause =
                "CREATE TABLE \(create.name) … SELECT was logged as a statement, which may have changed it \(format)"
        case .unparsable(let reason):
            change.cause = "a statement may have changed its rows that could not be understood: \(reason)"
            change.remedy = ""
        default:
            change.cause = "a statement may have changed its rows"
            change.remedy = ""
        }
        return change
    }

    mutating func refuse(_ change: UnseenChange) {
        for table in router.tables(in: change.databases, and: change.created) {
            refuse(table, TableRefusal(cause: change.cause, remedy: "leat tables resync \(table)\(change.remedy)"))
        }
    }

    /// The log of a transaction that changed tables of an engine without transactions continues to its ROLLBACK; rows
    /// of the other tables that came before are not there any more.
    private mutating func refuseRolledBack() {
        transactions.current?.held?.giveUp()
        for table in (transactions.current?.tables ?? []).sorted() where router.isFollowed(table) {
            refuse(
                table,
                TableRefusal(
                    cause: "a transaction was logged that was rolled back, with rows of it",
                    remedy: "leat tables resync \(table)"
                )
            )
        }
    }
}
