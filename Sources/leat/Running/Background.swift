#if LocalPlatform
import Daemon
import DevPlatform
import Foundation

/// Starts `leat up` as a process of its own, shows what it says until it is ready, and leaves it running.
enum Background {
    static func start(_ files: HomeFiles, arguments: [String], json: Bool) throws {
        try FileManager.default.createDirectory(atPath: files.home + "/logs", withIntermediateDirectories: true)
        try? FileManager.default.removeItem(atPath: files.readyFile)
        let output = files.home + "/logs/up.log"
        try Data().write(to: URL(fileURLWithPath: output))
        let process = try spawn(arguments, output: output)
        var shown = 0
        while true {
            let text = FileManager.default.contents(atPath: output) ?? Data()
            let isReady = FileManager.default.fileExists(atPath: files.readyFile)
            if !json, text.count > shown, let end = text.lastIndex(of: UInt8(ascii: "\n")), end + 1 > shown {
                FileHandle.standardOutput.write(text[shown...end])
                shown = end + 1
            }
            if isReady {
                if json {
                    Terminal.write(
                        String(
                            decoding: FileManager.default.contents(atPath: files.readyFile) ?? Data(),
                            as: UTF8.self
                        )
                    )
                }
                return
            }
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG) == process {
                let rest = FileManager.default.contents(atPath: output) ?? Data()
                FileHandle.standardError.write(rest[min(shown, rest.count)...])
                let exited = status & 0x7F == 0
                exit(exited ? (status >> 8) & 0xFF : 70)
            }
            usleep(100_000)
        }
    }

    /// In a session of its own, so that Ctrl-C and the end of the terminal do not reach it.
    private static func spawn(_ arguments: [String], output: String) throws -> pid_t {
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let newSession: Int16 = 0x80
        posix_spawnattr_setflags(&attributes, newSession)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, executable, &actions, &attributes, &words, environ)
        guard result == 0 else {
            throw ServerStackError(
                .serverFailed,
                message: "leat could not be started in the background (\(String(cString: strerror(result))))",
                remedy: "run `leat up` without --detach"
            )
        }
        return process
    }
}
#endif
