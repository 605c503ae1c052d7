import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// XA transactions: what they change is kept until their outcome is known, and is then part of the transaction that
/// brings the outcome. Their rows are locked in between, so nothing that comes meanwhile changes them.
extension StreamState {
    /// Keeps a change of an XA transaction that is being read.
    ///
    /// - Returns: false in any other transaction.
    mutating func hold(_ step: @autoclosure () -> HeldChanges.Step) -> Bool {
        guard var changes = transactions.current?.held else { return false }
        // Taken out meanwhile, so that the array is not copied.
        transactions.current?.held = nil
        changes.append(step())
        if changes.bytes + transactions.prepared.bytes > cutter.bytesMax { changes.giveUp() }
        transactions.current?.held = changes
        return true
    }

    /// The end of an XA transaction's first phase, or of all of it.
    mutating func take(_ prepare: XAPrepareEvent) throws {
        let id = XATransactionID(prepare)
        guard let changes = transactions.current?.held else { return commit(isQuiet: false) }
        transactions.current?.held = nil
        if prepare.isOnePhase {
            try apply(changes, of: "\(id)")
            commit(isQuiet: false)
        } else {
            router.forgetRoutes()
            for batch in transactions.prepare(id, changes) { cutter.handOver(batch) }
        }
    }

    /// `XA COMMIT`, of the transaction that is being read or of one that was prepared before.
    mutating func commitXA(_ text: String) throws {
        if let changes = transactions.current?.held {
            transactions.current?.held = nil
            try apply(changes, of: text)
        } else if let entry = XATransactionID(parsing: text).flatMap({ transactions.prepared.remove($0) }) {
            transactions.current?.outcomeOf = entry.gtid
            try apply(entry.changes, of: text)
        } else {
            // It was prepared before the stream began: it changed tables that nobody can name, and a copy that was read
            // before this place does not have the rows.
            refuse(
                UnseenChange(
                    cause: "XA transaction \(text) was prepared before Leat followed its source, and is committed now: "
                        + "its rows are not known",
                    remedy: ""
                )
            )
        }
        commit(isQuiet: false)
    }

    /// `XA ROLLBACK`: whatever it changed never was.
    mutating func rollbackXA(_ text: String) {
        if transactions.current?.held != nil {
            transactions.current?.held = nil
        } else if let entry = XATransactionID(parsing: text).flatMap({ transactions.prepared.remove($0) }) {
            transactions.current?.outcomeOf = entry.gtid
        }
        commit(isQuiet: false)
    }

    private mutating func apply(_ changes: HeldChanges, of id: String) throws {
        guard !changes.isGivenUp else {
            for table in changes.tables.sorted() where router.isFollowed(table) {
                refuse(
                    table,
                    TableRefusal(
                        cause: "XA transaction \(id) changed it and was too large to keep until it was committed "
                            + "(more than \(cutter.bytesMax) bytes, those prepared beside it included)",
                        remedy: "leat tables resync \(table)"
                    )
                )
            }
            return
        }
        for step in changes.steps {
            switch step {
            case .tableMap(let map): take(map)
            case .rows(let rows): try rows.withEvent { try take($0) }
            case .statement(let change): refuse(change)
            }
        }
    }
}
