import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

extension StreamState {
    /// Why a table whose rows cannot be decoded is left out, and what to do about it.
    static func refusal(_ error: RowDecodingError, of mapping: TableMapping) -> TableRefusal {
        switch error {
        case .value(let column, let reason): ValueRefusal.refusal(reason, column: column, of: mapping)
        case .incompleteImage:
            TableRefusal(
                cause: "its rows in the binlog lack columns (binlog_row_image is not FULL in some session)",
                remedy: "leat tables resync \(mapping.definition.name)   once all sessions log full rows"
            )
        case .malformed:
            TableRefusal(
                cause: "its rows in the binlog cannot be decoded (\(error))",
                remedy: "leat tables resync \(mapping.definition.name)"
            )
        }
    }

    static func uncertainParts(of table: TableName) -> TableRefusal {
        TableRefusal(
            cause:
                "a transaction that changes it was written in part by an earlier version of Leat, which numbered rows "
                + "otherwise: what is still missing cannot be told",
            remedy: "leat tables resync \(table)"
        )
    }

    mutating func refusePartialUpdate(_ update: PartialUpdateRowsEvent) {
        guard let (name, route) = router.route(of: update.tableID), case .followed = route else { return }
        transactions.current?.noteChange()
        refuse(
            name,
            TableRefusal(
                cause: "an update was logged in part only (binlog_row_value_options = PARTIAL_JSON)",
                remedy: "leat tables resync \(name)   with the option switched off"
            )
        )
    }
}
