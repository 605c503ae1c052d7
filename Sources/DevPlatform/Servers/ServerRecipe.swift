/// How one kind of server is set up, started, asked and stopped. Knows nothing of processes.
protocol ServerRecipe: Sendable {
    var server: StackServer { get }
    var plan: StackPlan { get }

    /// True if there is no data yet, and `initialise` has to make some.
    var needsInitialising: Bool { get }

    /// Creates the data folder, whole or not at all.
    func initialise() async throws

    /// Writes the configuration. At every start: ports, memory and passwords may have changed.
    func configure() throws(ServerStackError)

    /// The command that becomes the server.
    func command() throws(ServerStackError) -> Command

    /// Asks the server.
    ///
    /// - Returns: its version once it answers as it should; nil while it does not.
    /// - Throws: `ServerStackError` where it answers, and never will as it should.
    func version() async throws(ServerStackError) -> String?

    /// What has to be done before it is asked to stop. Never fails: stopping continues whatever happens.
    func prepareToStop() async

    /// What its last words mean, for words that mean something.
    func diagnose(_ log: [String]) -> ServerStackError?
}

extension ServerRecipe {
    var home: StackHome { plan.home }
    var needsInitialising: Bool { false }
    func initialise() async throws {}
    func prepareToStop() async {}
    func diagnose(_ log: [String]) -> ServerStackError? { nil }

    /// The error for a server that ended while it was starting.
    func failure(_ exit: ChildExit, log: [String]) -> ServerStackError {
        if let known = diagnose(log) ?? diagnoseSystem(log) { return known }
        // Servers name the cause first, and then what follows from it.
        let first = log.first { $0.containsAny(["error", "fatal", "exception", "panic", "failed"]) }
        let words = (first ?? log.last).map { ": \($0.prefix(300))" } ?? ""
        return ServerStackError(
            .serverFailed,
            server: server,
            message: "\(server.title) ended while it was starting, \(exit)\(words)",
            remedy: "see \(home.log(server)); if its data is of no use any more, remove \(home.folder(server))"
        )
    }

    private func diagnoseSystem(_ log: [String]) -> ServerStackError? {
        if let line = log.last(where: { $0.containsAny(["no space left on device", "disk full"]) }) {
            return ServerStackError(
                .diskSpace,
                server: server,
                message: "\(server.title) found no space on the disk: \(line.prefix(200))",
                remedy: "free some space, or choose a home on another disk with --home"
            )
        }
        if log.contains(where: { $0.containsAny(["address already in use", "can't start server: bind on"]) }) {
            let ports = plan.ports.all.filter { $0.server == server }.map(\.port)
            let taken = ports.first { !PortProbe.isFree($0) } ?? ports.first ?? 0
            return StackPorts.inUse(taken, server)
        }
        return nil
    }
}

extension String {
    /// Whether one of `words`, in lower case, is in it, whatever the case.
    func containsAny(_ words: [String]) -> Bool {
        let text = lowercased()
        return words.contains { text.contains($0) }
    }
}
