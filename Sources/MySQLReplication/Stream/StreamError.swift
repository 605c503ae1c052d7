import MySQLProtocol
import PipelineCore

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
    /// Something that this version cannot read, and that must not be skipped.
    case unsupported(String)
    /// Bytes that make no sense, here or on their way here.
    case damaged(String)
    /// The same place could not be passed several times in a row.
    case stuck(String)

    var description: String {
        switch self {
        case .unexpectedEvent: "rows came outside of a transaction"
        case .anonymousTransaction: "the source logged a transaction without a GTID (gtid_mode was switched off)"
        case .unknownTable: "rows came for a table that no table map announced"
        case .incident: "the source reports an incident: events are missing from its binlog"
        case .unsupported(let what): "the source sent what this version of Leat cannot read: \(what)"
        case .damaged(let what): "the binlog cannot be decoded: \(what)"
        case .stuck(let what): "the stream breaks at the same place every time: \(what)"
        }
    }
}

extension StreamError: ExplainedError {
    var explanation: Explanation { Explanation(cause: description, remedy: remedy) }

    /// Whether trying again cannot help.
    var isFatal: Bool {
        switch self {
        case .anonymousTransaction, .incident, .unsupported, .stuck: true
        case .unexpectedEvent, .unknownTable, .damaged: false
        }
    }

    /// What the user can do about it once it is fatal.
    var remedy: String {
        switch self {
        case .anonymousTransaction: "set gtid_mode = ON at the source, then start once with --copy-again"
        case .incident: "start once with --copy-again, which copies every table again in place"
        case .unsupported: "run a version of Leat that knows it; or start once with --copy-again, which passes over it"
        case .unexpectedEvent, .unknownTable, .damaged, .stuck:
            "check the binlog (mysqlbinlog --verify-binlog-checksum) or name another host first in hosts; "
                + "--copy-again passes over the place"
        }
    }

    /// What an error of decoding means for the stream.
    init(_ error: any Error) {
        switch error {
        case let error as StreamError: self = error
        case let error as BinlogError:
            switch error {
            case .unknownEvent, .unsupportedEvent, .unknownCompression, .unknownChecksumAlgorithm, .eventTooLarge:
                self = .unsupported("\(error)")
            case .truncated, .malformed, .checksumMismatch, .corruptPayload: self = .damaged("\(error)")
            }
        default: self = .damaged("\(error)")
        }
    }
}

/// Distinguishes a stream that broke once from one that breaks at the same place every time.
struct StreamFailures {
    /// Each host is tried several times: damage in transit or on one host's disk does not affect another.
    static let attemptsMax = 12

    private var attempts = 0
    private var position = GTIDSet()

    /// - Parameter received: how far the stream has come.
    /// - Returns: the error, as ``StreamError/stuck(_:)`` once it has come no further in many attempts.
    mutating func note(_ error: any Error, received: GTIDSet) -> StreamError {
        let error = StreamError(error)
        attempts = received == position ? attempts + 1 : 1
        position = received
        return error.isFatal || attempts < Self.attemptsMax ? error : .stuck(error.description)
    }
}
