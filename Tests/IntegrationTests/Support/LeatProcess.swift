import Foundation
import LeatTestSupport

@testable import DevPlatform

/// The real `leat` as a process of its own, its output in a file.
struct LeatProcess: Sendable {
    let process: ChildProcess
    let log: String

    /// Where the program is: `LEAT_BINARY`, else beside the tests.
    static var program: String {
        get throws {
            if let named = ProcessInfo.processInfo.environment["LEAT_BINARY"] { return named }
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let beside = (tests as NSString).deletingLastPathComponent + "/leat"
            guard FileManager.default.isExecutableFile(atPath: beside) else {
                throw Overdue(description: "there is no \(beside): build it, or set LEAT_BINARY")
            }
            return beside
        }
    }

    /// - Parameters:
    ///   - log: what it prints is appended to this file.
    ///   - filesMax: how many files it may open, if less than the tests themselves.
    ///   - environment: added to that of the tests.
    static func start(
        _ arguments: [String],
        log: String,
        output: String? = nil,
        filesMax: Int? = nil,
        environment: [String: String] = [:]
    ) async throws -> LeatProcess {
        var command = Command(executable: try program, arguments: arguments, logPath: log)
        if let filesMax {
            let script = "ulimit -n \(filesMax) && exec \"$0\" \"$@\""
            command = Command(executable: "/bin/sh", arguments: ["-c", script, try program] + arguments, logPath: log)
        }
        command.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        command.outputPath = output
        command.signalOnParentDeath = .kill
        return LeatProcess(process: try await ChildProcess.start(command), log: log)
    }

    var isRunning: Bool { process.exitStatus == nil }

    /// Ends it as `kill -9` does.
    func kill() async {
        process.send(signal: SIGKILL)
        _ = await process.exited()
    }

    /// Asks it to end.
    ///
    /// - Throws: ``Overdue``; it is killed then.
    func terminate(within timeout: Duration = .seconds(15)) async throws -> ChildExit {
        process.send(signal: SIGTERM)
        return try await exit(within: timeout)
    }

    /// Waits for its end.
    func exit(within timeout: Duration) async throws -> ChildExit {
        if let exit = await process.exited(within: timeout) { return exit }
        await kill()
        throw Overdue(description: "leat did not end within \(timeout): \(tail)")
    }

    /// The most memory that it has had, in bytes (`VmHWM`); nil once it has ended.
    var peakMemory: Int? {
        let status = try? String(contentsOfFile: "/proc/\(process.processID)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// The last lines of what it has printed.
    var tail: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(12).joined(separator: "\n")
    }
}

/// What a command that runs to its end has done.
struct LeatAnswer: Sendable {
    let exit: ChildExit
    /// Standard output.
    let output: String
    /// Standard error.
    let errors: String
    let elapsed: Duration

    /// Runs `leat` with these arguments.
    init(
        _ arguments: [String],
        in folder: String,
        within timeout: Duration = .seconds(60),
        filesMax: Int? = nil
    ) async throws {
        let files = "\(folder)/command-\(UInt32.random(in: 0 ... .max))"
        let start = ContinuousClock.now
        let process = try await LeatProcess.start(
            arguments,
            log: files + ".err",
            output: files + ".out",
            filesMax: filesMax
        )
        exit = try await process.exit(within: timeout)
        elapsed = .now - start
        output = try String(contentsOfFile: files + ".out", encoding: .utf8)
        errors = try String(contentsOfFile: files + ".err", encoding: .utf8)
    }
}
