import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The real servers of a local platform, as processes of this one: set up, started, supervised and stopped.
///
/// Everything is in one home folder; nothing listens beyond 127.0.0.1. While it runs it holds the home's lock.
///
///     let stack = ServerStack(options, logger: logger)
///     let addresses = try await stack.start()
///     try await stack.supervise()        // until the task is cancelled
///     await stack.stop()
///
/// Servers that are still running when this process is killed get SIGTERM from the system (Linux), and the next start
/// ends any that remain.
package actor ServerStack {
    /// What happens, for one consumer. Old events go first when nobody listens.
    package nonisolated let events: AsyncStream<StackEvent>

    private let options: ServerStackOptions
    private let logger: Logger
    private let report: @Sendable (StackEvent) -> Void

    private struct Exit: Sendable {
        var server: StackServer
        var processID: Int32
        var status: ChildExit
    }

    private struct Running {
        var process: ChildProcess
        var version: String
        var restarts = 0
    }

    private enum Phase { case idle, starting, running, stopping }

    private var phase = Phase.idle
    private var lock: HomeLock?
    private var plan: StackPlan?
    private var running: [StackServer: Running] = [:]
    /// Where `supervise()` hears of servers that have ended.
    private var supervision: AsyncStream<Exit>.Continuation?
    /// Ends that nobody has heard of yet.
    private var unheard: [Exit] = []
    /// Servers that are meant to run: one that ends and is not among them was stopped on purpose.
    private var wanted: Set<StackServer> = []

    package init(_ options: ServerStackOptions, logger: Logger) {
        var options = options
        if options.servers.contains(.mysqlReplica) { options.servers.insert(.mysqlPrimary) }
        self.options = options
        self.logger = logger
        let (events, continuation) = AsyncStream.makeStream(of: StackEvent.self, bufferingPolicy: .bufferingNewest(512))
        self.events = events
        report = { [logger] event in
            logger.info("platform", metadata: ["event": "\(event)"])
            continuation.yield(event)
        }
    }

    // MARK: Starting

    /// Starts every server and waits until each answers, and until the replica follows its primary.
    ///
    /// When it fails or the task is cancelled, whatever was started is stopped again.
    ///
    /// - Throws: `ServerStackError`, or `CancellationError`.
    @discardableResult
    package func start() async throws -> StackAddresses {
        guard phase == .idle else {
            throw ServerStackError(.invalidOptions, message: "the platform was started before", remedy: "stop it first")
        }
        phase = .starting
        do {
            let plan = try await prepare()
            self.plan = plan
            try await withThrowingTaskGroup { tasks in
                for server in plan.options.servers {
                    tasks.addTask { try await self.bringUp(server) }
                }
                try await tasks.waitForAll()
            }
            if plan.options.servers.contains(.mysqlReplica) { try await waitForReplication() }
            try StackHome.write(StackJSON.text(plan.addresses), to: plan.home.addressesFile)
            phase = .running
            return plan.addresses
        } catch {
            await stop()
            throw error
        }
    }

    /// Everything before the first process.
    private func prepare() async throws -> StackPlan {
        let home = try StackHome.prepare(at: Self.absolute(options.home))
        lock = try HomeLock(home)
        try home.checkFreeSpace(options.freeSpaceMin)
        await Leftovers.end(in: home, within: options.stopTimeout, report: report)
        let ports = try choosePorts(home)
        let plan = StackPlan(
            home: home,
            ports: ports,
            secrets: try StackSecrets.load(home),
            binaries: StackBinaries(folders: options.binaryFolders),
            options: options
        )
        for server in options.servers {
            try StackHome.makeFolder(home.folder(server), mode: 0o750)
            // All of them before any is started: whatever is missing is reported immediately.
            _ = try Self.recipe(server, plan).command()
        }
        try StackHome.write(StackJSON.text(ports), to: home.portsFile)
        return plan
    }

    private func choosePorts(_ home: StackHome) throws -> StackPorts {
        let earlier = Self.ports(home)
        let ports: StackPorts
        switch options.ports {
        case .remembered: ports = try earlier ?? StackPorts.standard(offset: 0)
        case .offset(let offset): ports = try StackPorts.standard(offset: offset)
        case .free:
            if let earlier, (try? earlier.check(options.servers)) != nil { return earlier }
            ports = try StackPorts.free()
        }
        try ports.check(options.servers)
        return ports
    }

    /// Sets a server up if need be, starts it and waits until it answers.
    private func bringUp(_ server: StackServer, restarts: Int = 0) async throws {
        guard let plan else { throw Self.notRunning }
        let recipe = Self.recipe(server, plan)
        let started = ContinuousClock.now
        LogTail.rotate(plan.home.log(server))
        if recipe.needsInitialising {
            report(.initialising(server))
            try await recipe.initialise()
        }
        try recipe.configure()
        report(.starting(server))
        let logStart = LogTail.size(plan.home.log(server))
        let process = try await ChildProcess.start(recipe.command())
        running[server] = Running(process: process, version: "", restarts: restarts)
        wanted.insert(server)
        do {
            try PidFile(processID: process.processID).write(to: plan.home.pidFile(server))
            let version = try await waitUntilReady(recipe, process, logStart: logStart)
            running[server]?.version = version
            report(.ready(server, version: version, after: ContinuousClock.now - started))
        } catch {
            // Cancelled, or no answer: not left half-started.
            await process.stop(within: options.stopTimeout)
            throw error
        }
        // From here on its end is news; until here it is an error of this function.
        process.whenExited { status in
            Task { await self.ended(Exit(server: server, processID: process.processID, status: status)) }
        }
    }

    private func waitUntilReady(
        _ recipe: any ServerRecipe,
        _ process: ChildProcess,
        logStart: UInt64
    ) async throws -> String {
        let end = ContinuousClock.now + options.startTimeout
        while true {
            let version = try await recipe.version()
            // In this order: what answers on the port of a process that has ended is another's.
            if let exit = process.exitStatus {
                throw recipe.failure(exit, log: LogTail.lines(recipe.home.log(recipe.server), after: logStart))
            }
            if let version { return version }
            guard ContinuousClock.now < end else {
                throw ServerStackError(
                    .timeout,
                    server: recipe.server,
                    message: "\(recipe.server.title) did not answer within \(options.startTimeout.inSeconds) s",
                    remedy: "see \(recipe.home.log(recipe.server)); the machine may be too busy: start again"
                )
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func waitForReplication() async throws {
        guard let plan else { throw Self.notRunning }
        let replica = MySQLServer(server: .mysqlReplica, plan: plan)
        let end = ContinuousClock.now + options.startTimeout
        while try await !replica.isReplicating() {
            guard ContinuousClock.now < end else {
                throw ServerStackError(
                    .timeout,
                    server: .mysqlReplica,
                    message: "the MySQL replica does not follow its primary",
                    remedy: "see \(plan.home.log(.mysqlReplica))"
                )
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    // MARK: Supervising

    /// Starts servers again that die, after a growing delay. Returns when the platform is stopped or the task is
    /// cancelled; stops nothing.
    ///
    /// - Throws: `.keepsDying` where a server does not come back after `restartsMax` attempts.
    package func supervise() async throws {
        guard phase == .running, supervision == nil else { return }
        let (exits, continuation) = AsyncStream.makeStream(of: Exit.self)
        supervision = continuation
        defer { supervision = nil }
        for exit in unheard { continuation.yield(exit) }
        unheard = []
        try await withThrowingDiscardingTaskGroup { tasks in
            for await exit in exits {
                tasks.addTask {
                    do {
                        try await self.revive(exit)
                    } catch {
                        // The group does not end the loop by itself.
                        continuation.finish()
                        throw error
                    }
                }
            }
            // Stopped: what is still waiting to start again must not.
            tasks.cancelAll()
        }
    }

    private func ended(_ exit: Exit) {
        guard phase == .running, wanted.contains(exit.server),
            running[exit.server]?.process.processID == exit.processID
        else { return }
        report(.died(exit.server, cause: "\(exit.status)"))
        if let supervision {
            supervision.yield(exit)
        } else {
            unheard.append(exit)
        }
    }

    private func revive(_ exit: Exit) async throws {
        let server = exit.server
        var delay = options.restartDelay
        for attempt in 1...max(options.restartsMax, 1) {
            report(.restarting(server, attempt: attempt, delay: delay))
            do { try await Task.sleep(for: delay) } catch { return leaveToNextSupervisor(exit) }
            // Someone else may have stopped or started it meanwhile.
            guard phase == .running, wanted.contains(server), let current = running[server],
                current.process.exitStatus != nil
            else { return }
            do {
                try await bringUp(server, restarts: current.restarts + 1)
                return
            } catch is CancellationError {
                return leaveToNextSupervisor(exit)
            } catch let error as ServerStackError {
                guard phase == .running else { return }
                report(.restartFailed(server, error))
                logger.error("server does not start", metadata: ["server": "\(server)", "error": "\(error.message)"])
            }
            delay = min(delay * 2, options.restartDelayMax)
        }
        throw ServerStackError(
            .keepsDying,
            server: server,
            message: "\(server.title) did not come back after \(options.restartsMax) attempts",
            remedy: "see \(plan?.home.log(server) ?? "its log")"
        )
    }

    /// For a supervisor that is cancelled while it starts a server again.
    private func leaveToNextSupervisor(_ exit: Exit) {
        guard phase == .running, wanted.contains(exit.server), let current = running[exit.server],
            let status = current.process.exitStatus
        else { return }
        unheard.append(Exit(server: exit.server, processID: current.process.processID, status: status))
    }

    // MARK: Stopping

    /// Stops every server, in order: each gets SIGTERM, and SIGKILL when it takes too long. Finishes even if the task
    /// is cancelled. Afterwards the platform can be started again.
    package func stop() async {
        guard phase != .idle, phase != .stopping else { return }
        phase = .stopping
        wanted = []
        unheard = []
        supervision?.finish()
        for group in StackServer.stopOrder {
            await withDiscardingTaskGroup { tasks in
                for server in group where running[server] != nil {
                    tasks.addTask { await self.takeDown(server) }
                }
            }
        }
        if let plan {
            unlink(plan.home.addressesFile)
            plan.home.removeSocketFolder()
        }
        plan = nil
        lock = nil
        phase = .idle
    }

    private func takeDown(_ server: StackServer) async {
        guard let plan, let current = running[server] else { return }
        if current.process.exitStatus == nil {
            report(.stopping(server))
            await Task.detached { await Self.recipe(server, plan).prepareToStop() }.value
            let inTime = await current.process.stop(within: options.stopTimeout)
            report(inTime ? .stopped(server) : .killed(server))
        }
        unlink(plan.home.pidFile(server))
        running[server] = nil
    }

    // MARK: One server

    /// Sends a signal to a server, to see what happens: SIGKILL, SIGSTOP, SIGCONT …
    ///
    /// - Throws: `.notRunning`.
    package func kill(_ server: StackServer, signal: Int32 = SIGKILL) throws {
        guard let process = running[server]?.process, process.send(signal: signal) else { throw Self.notRunning }
    }

    /// Stops one server in an orderly way; `supervise()` leaves it alone until it is started.
    ///
    /// - Throws: `.notRunning`.
    package func stop(_ server: StackServer) async throws {
        guard phase == .running, running[server] != nil else { throw Self.notRunning }
        wanted.remove(server)
        await takeDown(server)
    }

    /// Starts one server that was stopped or has died, and waits until it answers.
    package func start(_ server: StackServer) async throws {
        guard phase == .running, let plan, plan.options.servers.contains(server) else { throw Self.notRunning }
        if let current = running[server], current.process.exitStatus == nil { return }
        try await bringUp(server, restarts: running[server]?.restarts ?? 0)
        if server == .mysqlReplica { try await waitForReplication() }
    }

    /// Stops and starts one server.
    package func restart(_ server: StackServer) async throws {
        if running[server] != nil { try await stop(server) }
        try await start(server)
    }

    /// The servers' processes, those that run.
    package func processes() -> [StackProcess] {
        StackServer.allCases.compactMap { server in
            guard let current = running[server], current.process.exitStatus == nil else { return nil }
            return StackProcess(
                server: server,
                processID: current.process.processID,
                version: current.version,
                residentBytes: ProcessTable.residentBytes(of: current.process.processID),
                restarts: current.restarts
            )
        }
    }

    /// Bytes that are free where the home is; nil unless it runs, or where the system does not report it.
    package func freeDiskBytes() -> UInt64? { plan?.home.freeBytes }

    /// Where the servers are; nil unless it runs.
    package var addresses: StackAddresses? { phase == .running ? plan?.addresses : nil }

    // MARK: Homes of other processes

    /// Where the servers of a home are, as written by the process that runs them.
    ///
    /// - Throws: `.notRunning` where none does.
    package static func addresses(ofHome path: String) throws -> StackAddresses {
        guard let home = StackHome.existing(at: absolute(path)), HomeLock.owner(home) != nil,
            let data = FileManager.default.contents(atPath: home.addressesFile),
            let addresses = try? JSONDecoder().decode(StackAddresses.self, from: data)
        else {
            throw ServerStackError(
                .notRunning,
                message: "no platform is running in \(absolute(path))",
                remedy: "leat up --home \(path)"
            )
        }
        return addresses
    }

    /// The process that runs the platform of a home; nil if none does.
    package static func owner(ofHome path: String) -> Int32? {
        StackHome.existing(at: absolute(path)).flatMap(HomeLock.owner)
    }

    /// Ends servers of a home whose process is gone.
    ///
    /// - Throws: `.homeInUse` where that process still runs.
    package static func endLeftovers(ofHome path: String, within timeout: Duration = .seconds(30)) async throws {
        guard let home = StackHome.existing(at: absolute(path)) else { return }
        let lock = try HomeLock(home)
        await Leftovers.end(in: home, within: timeout) { _ in }
        withExtendedLifetime(lock) {}
    }

    // MARK: Pieces

    private static func recipe(_ server: StackServer, _ plan: StackPlan) -> any ServerRecipe {
        switch server {
        case .mysqlPrimary, .mysqlReplica: MySQLServer(server: server, plan: plan)
        case .clickhouse: ClickHouseServer(plan: plan)
        case .influxdb: InfluxDBServer(plan: plan)
        case .prometheus: PrometheusServer(plan: plan)
        case .alertmanager: AlertmanagerServer(plan: plan)
        }
    }

    private static func ports(_ home: StackHome) -> StackPorts? {
        FileManager.default.contents(atPath: home.portsFile)
            .flatMap { try? JSONDecoder().decode(StackPorts.self, from: $0) }
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") || path.isEmpty ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static let notRunning = ServerStackError(
        .notRunning,
        message: "the server is not running",
        remedy: "start the platform first"
    )
}
