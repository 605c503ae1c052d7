import MySQLProtocol

/// What happens between the servers.
extension ModelSource {
    mutating func actOnHosts(_ random: inout Randomness) throws {
        let others = servers.indices.filter { $0 != primary }
        let other = others.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<14: replicate(other, atMost: Int.random(in: 1...8, using: &random))
        case 14..<16: failOver(to: other, &random)
        case 16: try commitAlone(other, &random)
        case 17:
            let server = servers.indices.randomElement(using: &random) ?? 0
            servers[server].purge(Int.random(in: 1...10, using: &random))
            note("server \(server): binlogs purged")
        case 18..<20: if !servers[other].isDown { setDown(other, true) }
        default: if servers[other].isDown { setDown(other, false) }
        }
    }

    private mutating func setDown(_ server: Int, _ isDown: Bool) {
        servers[server].isDown = isDown
        note("server \(server): \(isDown ? "down" : "up")")
    }

    private mutating func replicate(_ server: Int, atMost count: Int) {
        guard let source = servers[server].source else { return }
        servers[server].replicate(from: servers[source], atMost: count)
    }

    /// Another server becomes the primary. What it had not received is lost, or stays at the former one alone.
    private mutating func failOver(to server: Int, _ random: inout Randomness) {
        guard !servers[server].isDown, !isAlone(server) else { return }
        let former = primary
        if Bool.random(using: &random) { replicate(server, atMost: .max) }
        primary = server
        servers[server].follow(nil)
        for other in servers.indices where other != server { servers[other].follow(server) }
        servers[former].isDown = Bool.random(using: &random)
        note("server \(server) is the primary\(servers[former].isDown ? ", and the former one is down" : "")")
    }

    /// Whether a server has changes that the primary lacks. As the primary it would have made them in another order
    /// than all others, which no GTID shows.
    private func isAlone(_ server: Int) -> Bool {
        facts.contains { fact in
            !fact.touches.isEmpty && servers[server].executed.contains(fact.gtid)
                && !present.executed.contains(fact.gtid)
        }
    }

    /// Something is done at a replica that is done nowhere else.
    private mutating func commitAlone(_ server: Int, _ random: inout Randomness) throws {
        guard !servers[server].isDown else { return }
        acting = server
        switch Int.random(in: 0..<4, using: &random) {
        case 0, 1: try quietStatement()
        case 2: try rowsElsewhere()
        default: try transaction(&random)
        }
    }

    /// Nobody changes anything any more, and the primary alone can be reached.
    mutating func quiesce() {
        acting = primary
        for server in servers.indices where server != primary { servers[server].isDown = true }
        note("quiet, server \(primary) alone")
    }
}
