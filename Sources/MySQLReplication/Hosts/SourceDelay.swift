import MySQLProtocol
import PipelineCore

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

extension SourceDelay: ExplainedError {
    var explanation: Explanation {
        Explanation(
            cause: description,
            remedy: "check its replication (SHOW REPLICA STATUS), or name another host in hosts"
        )
    }
}
