/// What makes up the seconds by which the warehouse is behind.
package struct LagParts: Sendable, Equatable, Codable {
    /// Whose lag it is.
    package enum Origin: String, Sendable, Codable {
        /// The server that is read from is a replica, and behind its own source.
        case replica
        /// The server that is read from does not answer, or refuses the user.
        case source
        /// Its changes are on their way: read, decoded, queued, or in an insert.
        case leat
        /// ClickHouse does not answer, or refuses inserts.
        case warehouse
    }

    /// Seconds by which the host is behind its own source; 0 for one that is no replica.
    package var replica: Double
    /// Seconds by which the warehouse is behind the host.
    package var stream: Double
    /// Seconds since ClickHouse has answered; 0 while that is normal.
    package var warehouse: Double

    package init(replica: Double = 0, stream: Double = 0, warehouse: Double = 0) {
        self.replica = replica
        self.stream = stream
        self.warehouse = warehouse
    }

    /// The lag as a whole: the parts hold the same time, so that the largest counts.
    package var seconds: Double { max(replica, stream, warehouse) }

    /// Whose lag it is; nil if it is less than a second.
    ///
    /// - Parameter failing: the stages whose last attempt failed.
    package func origin(failing: Set<String>) -> Origin? {
        guard seconds >= 1 else { return nil }
        if warehouse >= 1 || !failing.isDisjoint(with: ["warehouse", "insert", "checkpoint"]) { return .warehouse }
        if !failing.isDisjoint(with: ["source", "receive", "read", "discovery"]) { return .source }
        return replica >= stream ? .replica : .leat
    }
}
