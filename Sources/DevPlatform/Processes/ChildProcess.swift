import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A process that this one started. It is reaped by a thread of its own, whatever happens to this object.
final class ChildProcess: Sendable {
    let processID: Int32

    private struct State {
        var exit: ChildExit?
        var onExit: [@Sendable (ChildExit) -> Void] = []
    }
    private let state = Mutex(State())

    /// - Parameter processID: a child of this process that nothing else waits for.
    private init(processID: Int32) {
        self.processID = processID
        startThread { self.reap() }
    }

    private func reap() {
        var info = siginfo_t()
        // Not reaped yet: until the state says so, the id belongs to this process and may be signalled.
        while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let (status, handlers) = state.withLock { state in
            var waitStatus: Int32 = 0
            while waitpid(processID, &waitStatus, 0) < 0, errno == EINTR {}
            let exit = ChildExit(waitStatus: waitStatus)
            state.exit = exit
            let handlers = state.onExit
            state.onExit = []
            return (exit, handlers)
        }
        for handler in handlers { handler(status) }
    }

    /// How it ended; nil while it runs.
    var exitStatus: ChildExit? { state.withLock { $0.exit } }

    /// Calls `handler` once when it has ended, immediately if it already has. On any thread.
    func whenExited(_ handler: @escaping @Sendable (ChildExit) -> Void) {
        let exit = state.withLock { state -> ChildExit? in
            if state.exit == nil { state.onExit.append(handler) }
            return state.exit
        }
        if let exit { handler(exit) }
    }

    /// Sends a signal, unless it has ended.
    ///
    /// - Returns: whether it was sent.
    @discardableResult
    func send(signal: Int32) -> Bool {
        // Under the lock the process is not reaped, so its id cannot be another's meanwhile.
        state.withLock { $0.exit == nil && kill(processID, signal) == 0 }
    }

    /// Waits until it ends. Continues to wait when the task is cancelled.
    func exited() async -> ChildExit {
        await withCheckedContinuation { continuation in
            whenExited { continuation.resume(returning: $0) }
        }
    }

    /// Waits until it ends, but not longer than `timeout`. Continues to wait when the task is cancelled.
    ///
    /// - Returns: nil if it still runs.
    func exited(within timeout: Duration) async -> ChildExit? {
        await withCheckedContinuation { continuation in
            let waiting = Mutex<CheckedContinuation<ChildExit?, Never>?>(continuation)
            @Sendable func end(_ exit: ChildExit?) { waiting.withLock { $0.take() }?.resume(returning: exit) }
            let timer = Task.detached {
                try await Task.sleep(for: timeout)
                end(nil)
            }
            whenExited { exit in
                timer.cancel()
                end(exit)
            }
        }
    }

    /// Asks it to end, and kills it if it does not.
    ///
    /// - Returns: false if it had to be killed.
    @discardableResult
    func stop(within timeout: Duration) async -> Bool {
        guard exitStatus == nil else { return true }
        send(signal: SIGTERM)
        // One that was stopped (SIGSTOP) would not see it.
        send(signal: SIGCONT)
        if await exited(within: timeout) != nil { return true }
        send(signal: SIGKILL)
        _ = await exited()
        return false
    }

    /// Starts a program in a session of its own (a Ctrl-C in the terminal does not reach it), with nothing inherited
    /// but what `command` names.
    ///
    /// - Throws: `.serverFailed` where the program or one of its files cannot be opened.
    static func start(_ command: Command) async throws(ServerStackError) -> ChildProcess {
        switch await SpawnThread.shared.run({ spawn(command) }) {
        case .success(let processID):
            return ChildProcess(processID: processID)
        case .failure(let error):
            throw ServerStackError(
                .serverFailed,
                message: "cannot start \(command.executable): \(systemMessage(error.code))",
                remedy: "check that the file can be executed and that \(command.logPath) can be written"
            )
        }
    }

    private struct SpawnFailure: Error {
        var code: Int32
    }

    private static func spawn(_ command: Command) -> Result<Int32, SpawnFailure> {
        var executable = command.executable
        var arguments = [executable] + command.arguments
        if let wrapper = parentDeathWrapper {
            arguments = [wrapper, "--pdeathsig", command.signalOnParentDeath.rawValue, "--"] + arguments
            executable = wrapper
        }
        #if canImport(Glibc)
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #else
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }

        let append = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, command.inputPath, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, command.logPath, append, 0o600)
        if let output = command.outputPath {
            posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 2, 1)
        }
        _ = SpawnExtensions.changeFolder?(&actions, command.workingDirectory)

        // Signals that this process ignores or blocks would stay so in the server.
        var every = sigset_t()
        sigfillset(&every)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &every)
        posix_spawnattr_setsigmask(&attributes, &none)
        _ = SpawnExtensions.closeFrom?(&actions, 3)
        let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | SpawnExtensions.flags
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        var argv = arguments.map { strdup($0) }
        argv.append(nil)
        var environment = command.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
        environment.append(nil)
        defer {
            for pointer in argv { free(pointer) }
            for pointer in environment { free(pointer) }
        }
        var processID: pid_t = 0
        let code = posix_spawn(&processID, executable, &actions, &attributes, argv, environment)
        return code == 0 ? .success(processID) : .failure(SpawnFailure(code: code))
    }

    /// `setpriv` of util-linux: asks the kernel for the parent-death signal, then becomes the program.
    private static let parentDeathWrapper: String? = {
        #if os(Linux)
        ["/usr/bin/setpriv", "/bin/setpriv"].first { access($0, X_OK) == 0 }
        #else
        nil
        #endif
    }()
}

/// The system's text for an error number.
func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}
