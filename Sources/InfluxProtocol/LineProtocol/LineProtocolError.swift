/// A line that cannot be read.
public struct LineProtocolError: Error, Sendable, Hashable {
    /// What is wrong; the words are the server's own where it has some.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case missingMeasurement = "missing measurement"
        case missingTagKey = "missing tag key"
        case missingTagValue = "missing tag value"
        case invalidTag = "invalid tag format: an equals sign in a tag's value must be escaped"
        case duplicateTag = "duplicate tags"
        case seriesTooLong = "measurement and tags take more than 65535 bytes"
        case missingFields = "missing fields"
        case missingFieldKey = "missing field key"
        case missingFieldValue = "missing field value"
        case invalidField = "invalid field format: commas and spaces in a field's name must be escaped"
        case invalidNumber = "invalid number"
        case outOfRange = "a number that does not fit its type"
        case invalidBoolean = "invalid boolean"
        case unbalancedQuotes = "unbalanced quotes"
        case textAfterString = "text after a string's closing quote"
        case badTimestamp = "bad timestamp"
        case timeOutOfRange = "time outside range 1677-09-21 to 2262-04-11; is the precision right?"
        case textAfterTime = "text after the timestamp"
    }

    /// Where the line begins, counted from 1.
    public let line: Int
    /// Where in the line (counted in bytes, from 1) reading failed.
    public let column: Int
    public let reason: Reason
}

extension LineProtocolError: CustomStringConvertible {
    public var description: String { "line \(line), byte \(column): \(reason.rawValue)" }
}
