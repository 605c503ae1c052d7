import ClickHouseClient
import MySQLClient

/// Distinguishes errors that concern one table from those after which no other could be compared either.
enum TableFailure {
    /// What to say of a table whose comparison ended with `error`; `nil` where a server is out of reach.
    static func describe(_ error: any Error) -> String? {
        switch error {
        case let refusal as ComparedTable.Refusal: refusal.reason
        case let error as TableComparison.NotStreaming: error.failure
        case let error as MySQLError where error.code == .server: "the source refuses: \(error.message)"
        case let error as ClickHouseError where error.server != nil: "the warehouse refuses: \(error.message)"
        case is FloatingText.Malformed: "the source printed a FLOAT or DOUBLE that is none"
        case is UnexpectedAnswer: "a server answered with something else than was asked for"
        default: nil
        }
    }
}
