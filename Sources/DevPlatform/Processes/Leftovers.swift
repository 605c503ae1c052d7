#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Servers of a home that outlived the process that started them.
///
/// On Linux they get SIGTERM when that process dies, so most are on their way already. They are recognised by their
/// pid file together with their start time, and by the environment that they were started with; never by name.
enum Leftovers {
    /// Ends them in the order in which servers are stopped; returns when they are gone.
    ///
    /// Call only while holding the home's lock: a running platform's servers are no leftovers.
    static func end(
        in home: StackHome,
        within timeout: Duration,
        report: @Sendable (StackEvent) -> Void
    ) async {
        var found: [StackServer: Set<Int32>] = [:]
        for server in StackServer.allCases {
            if let file = PidFile.read(home.pidFile(server)), file.isAlive { found[server] = [file.processID] }
        }
        for (processID, server) in ProcessTable.servers(ofHome: home.path) {
            found[server, default: []].insert(processID)
        }
        for group in StackServer.stopOrder {
            await withDiscardingTaskGroup { tasks in
                for server in group {
                    for processID in found[server] ?? [] {
                        tasks.addTask { await end(processID, within: timeout) }
                        report(.endedLeftover(server, processID: processID))
                    }
                }
            }
        }
        for server in StackServer.allCases { unlink(home.pidFile(server)) }
    }

    private static func end(_ processID: Int32, within timeout: Duration) async {
        guard let ticks = ProcessTable.startTicks(of: processID) else { return }
        let isAlive = { @Sendable in ProcessTable.startTicks(of: processID) == ticks }
        for (signal, patience) in [(SIGTERM, timeout), (SIGKILL, .seconds(10))] {
            guard isAlive() else { return }
            kill(processID, signal)
            kill(processID, SIGCONT)
            await Task.detached {
                let end = ContinuousClock.now + patience
                while isAlive(), ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
            }.value
        }
    }
}
