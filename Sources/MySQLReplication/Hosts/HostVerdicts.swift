/// What is known of hosts that cannot serve: the source is lost once that holds for each of them. Pure.
struct HostVerdicts {
    private var lasting: [String: HostLoss] = [:]

    /// A host that has not, and will not have, what is needed.
    struct HostLoss: Equatable {
        var message: String
        var remedy: String
    }

    /// A stream that has run for this long shows that its host serves.
    static let servingAfter = Duration.seconds(10)

    /// Whether to try the same host again first. A change of host makes copies begin again, so a connection that broke
    /// is no reason for one.
    ///
    /// - Parameter streamed: how long the stream has run; nil if it did not start.
    static func stays(after loss: BinlogLoss?, streamed: Duration?) -> Bool {
        if let loss { return loss.step == .reconnect }
        return streamed.map { $0 >= servingAfter } ?? false
    }

    mutating func serves(_ address: String) { lasting[address] = nil }

    /// The host failed in a way that may pass.
    mutating func failed(_ address: String) { lasting[address] = nil }

    mutating func lost(_ address: String, _ loss: HostLoss) { lasting[address] = loss }

    /// What to say when nothing is left to try; nil while a host may still serve.
    ///
    /// - Parameter addresses: of all hosts, in order.
    func loss(of addresses: [String]) -> HostLoss? {
        let losses = addresses.compactMap { lasting[$0] }
        guard losses.count == addresses.count, let first = losses.first else { return nil }
        return HostLoss(message: losses.map(\.message).joined(separator: "; "), remedy: first.remedy)
    }
}
