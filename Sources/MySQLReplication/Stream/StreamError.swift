import Pipeline

/// Why the stream cannot be trusted any more.
enum StreamError: Error, CustomStringConvertible {
    /// Rows outside of a transaction.
    case unexpectedEvent
    /// A transaction without a GTID.
    case anonymousTransaction
    /// Rows for a table id that no table map announced.
    case unknownTable
    /// The source says that it lost events.
    case incident
    /// One event holds more rows than a batch can number.
    case batchTooLarge

    var description: String {
        switch self {
        case .unexpectedEvent: "rows came outside of a transaction"
        case .anonymousTransaction: "the source logged a transaction without a GTID (gtid_mode was switched off)"
        case .unknownTable: "rows came for a table that no table map announced"
        case .incident: "the source reports an incident: events are missing from its binlog"
        case .batchTooLarge: "one event holds more than \(RowVersion.rowsMax) rows"
        }
    }
}

extension StreamError {
    /// Whether trying again cannot help.
    var isFatal: Bool {
        switch self {
        case .anonymousTransaction, .incident, .batchTooLarge: true
        case .unexpectedEvent, .unknownTable: false
        }
    }
}
