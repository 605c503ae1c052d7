import MySQLProtocol

/// A host did not show in time what was expected of it.
struct SourceDelay: Error, Equatable, CustomStringConvertible {
    /// `host:port`
    var host: String
    var missing: GTIDSet
    var waited: Duration

    var description: String {
        "\(host) has not executed \(GTIDListing(missing)), which the stream has received, "
            + "within \(waited.components.seconds) s"
    }
}
