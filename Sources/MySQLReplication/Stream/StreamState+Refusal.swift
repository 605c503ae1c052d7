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
                cause:
                    "its rows in the binlog lack columns (binlog_row_image is not FULL, or binlog_row_value_options is "
                    + "PARTIAL_JSON, in some session), and cannot be asked for by its key",
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
}
