import LeatState
import MySQLClient
import MySQLProtocol

@testable import MySQLReplication

/// Which server is followed: what ``HostAdmission``, ``BinlogFollower`` and the start of a pipeline do.
extension SimulatedPipeline {
    /// No host can be followed at the start.
    struct NoHost: Error {
        /// Why; nil where one is only out of reach.
        var refusal: HostRefusal?
    }

    static func endpoints(_ count: Int) -> [MySQLEndpoint] {
        (0..<count).map { MySQLEndpoint(host: "server", port: $0 + 1, user: "leat", password: "") }
    }

    var presentHost: Int { hosts.current.port - 1 }

    /// The first host, from the present one on, that can be followed.
    static func connect(
        _ hosts: SourceHosts,
        _ source: ModelSource,
        _ warehouse: ModelWarehouse,
        _ needs: StreamNeeds,
        _ mutation: Mutation?
    ) throws -> ModelServer {
        var refusal: HostRefusal?
        for _ in hosts.all {
            let endpoint = hosts.current
            let server = source.servers[endpoint.port - 1]
            if server.isDown {
                hosts.next(after: endpoint)
                continue
            }
            switch examine(endpoint, source, warehouse, needs, hasWaited: true, mutation) {
            case .fit(let absent):
                hosts.admitted(endpoint, absent: mutation == .absentIsWaitedFor ? GTIDSet() : absent)
                return server
            case .refused(let found): refusal = refusal ?? found
            case .waiting: break
            }
            hosts.next(after: endpoint)
        }
        throw NoHost(refusal: refusal)
    }

    private static func examine(
        _ endpoint: MySQLEndpoint,
        _ source: ModelSource,
        _ warehouse: ModelWarehouse,
        _ needs: StreamNeeds,
        hasWaited: Bool,
        _ mutation: Mutation?
    ) -> HostExamination.Verdict {
        if mutation == .hostIsNotExamined { return .fit(absent: GTIDSet()) }
        var examination = HostExamination(
            address: endpoint.address,
            position: source.servers[endpoint.port - 1].position(among: source.servers),
            needs: needs
        )
        if mutation == .quietCountsAsHarmful {
            examination.needs.changing.formUnion(needs.quiet)
            examination.needs.quiet = GTIDSet()
        }
        let missing = needs.seen.subtracting(examination.position.executed)
        if !missing.isEmpty, mutation != .carriedIsNotLookedUp { examination.carried = warehouse.carried(missing) }
        examination.hasWaited = hasWaited
        return examination.verdict
    }

    /// Examines the present host and opens the stream there, or chooses the next one.
    mutating func connect(
        _ warehouse: ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        guard connected == nil, !(stream.isBlocked && mutation == .hostIsNotChosenWhileBlocked) else { return false }
        let endpoint = hosts.current
        let index = presentHost
        guard !source.servers[index].isDown else {
            verdicts.failed(endpoint.address)
            hosts.next(after: endpoint)
            return true
        }
        // Examined already, and there is no room for its stream yet.
        if hosts.isAdmitted, isExamined, stream.isBlocked { return false }
        let needs = stream.needs
        switch Self.examine(endpoint, source, warehouse, needs, hasWaited: hasWaited.contains(index), mutation) {
        case .fit(let absent):
            hosts.admitted(endpoint, absent: mutation == .absentIsWaitedFor ? GTIDSet() : absent)
            verdicts.serves(endpoint.address)
            isExamined = true
            guard !stream.isBlocked else { return true }
            connected = index
            dumped = mutation == .resumesFromSeen ? stream.seen : stream.received
            next = 0
            hasWaited = []
        case .waiting: if Bool.random(using: &random) { hasWaited.insert(index) }
        case .refused(let found):
            if found.isLasting {
                verdicts.lost(endpoint.address, .init(message: found.message, remedy: found.remedy))
                let isLeft = isQuiet && source.servers.indices.allSatisfy { $0 == index || source.servers[$0].isDown }
                if isLeft || verdicts.loss(of: hosts.all.map(\.address)) != nil { refusal = found }
            } else {
                verdicts.failed(endpoint.address)
            }
            hasWaited.remove(index)
            hosts.next(after: endpoint)
        }
        return true
    }

    /// The stream breaks. The next one begins with the transaction that was not received whole, at the next host.
    mutating func disconnect() {
        guard let index = connected else { return }
        connected = nil
        isExamined = false
        stream.forgetConnection()
        items += stream.takeEmitted()
        hosts.next(after: hosts.all[index])
    }
}
