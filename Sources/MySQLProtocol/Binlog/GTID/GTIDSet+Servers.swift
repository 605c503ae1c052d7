/// Which servers the transactions of a set were first committed at. A UUID need not be a server's: a replication group
/// has one of its own.
extension GTIDSet {
    public var servers: Set<MySQLUUID> { Set(sources.map(\.uuid)) }

    /// The transactions that were first committed at these servers, whatever their tags.
    public func committed(at servers: Set<MySQLUUID>) -> GTIDSet {
        var result = self
        for source in sources where !servers.contains(source.uuid) { result.removeAll(of: source) }
        return result
    }
}
