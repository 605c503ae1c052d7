import MySQLProtocol

/// A GTID set as one line of a message, cut where it is long.
struct GTIDListing: CustomStringConvertible {
    private static let charactersMax = 400
    let description: String

    init(_ set: GTIDSet) {
        let text = set.singleLine
        description =
            text.count <= Self.charactersMax
            ? text : "\(text.prefix(Self.charactersMax))… \(set.transactionCount) transactions"
    }
}
