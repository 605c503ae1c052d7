#if LocalPlatform
import Daemon
import DevPlatform
import Observability

/// Checks the processes of the servers that `leat up` has started.
struct LocalServersWatch: Sendable {
    let stack: ServerStack
    let metrics: ServerMetrics

    /// Runs until cancelled.
    func run() async {
        // All of them run when the platform has started; one that is missing later has died.
        var known: Set<StackServer> = []
        while !Task.isCancelled {
            let processes = await stack.processes()
            known.formUnion(processes.map(\.server))
            for process in processes {
                let name = process.server.rawValue
                metrics.localUp.with(name).set(1)
                metrics.localRestarts.with(name).set(UInt64(max(0, process.restarts)))
                if let bytes = process.residentBytes { metrics.localMemory.with(name).set(bytes) }
            }
            for server in known.subtracting(processes.map(\.server)) {
                metrics.localUp.with(server.rawValue).set(0)
                metrics.localMemory.remove([server.rawValue])
            }
            if let bytes = await stack.freeDiskBytes() { metrics.localDiskFree.only.set(Double(bytes)) }
            try? await Task.sleep(for: ServerWatch.interval)
        }
    }
}
#endif
