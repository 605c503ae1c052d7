import Foundation

/// A server process that ends, with its files, when the test process does.
package struct TestServerProcess {
    /// Why it does not run.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The folder with everything that it writes.
    package let home: URL
    private let program: String

    private var log: String { home.appendingPathComponent("log").path }

    /// - Parameter program: is looked for where `scripts/bootstrap` puts it (`LEAT_CACHE`, else `~/.cache/leat`), then
    ///   on `PATH`.
    /// - Throws: ``Failure`` if it is not there.
    package init(_ program: String) throws {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["LEAT_CACHE"] ?? (environment["HOME"] ?? "") + "/.cache/leat"
        let folders = [cache + "/bin"] + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        guard let path = folders.map({ "\($0)/\(program)" }).first(where: FileManager.default.isExecutableFile) else {
            throw Failure(description: "no \(program) in \(cache)/bin or on PATH: run scripts/bootstrap")
        }
        self.program = path
        home = FileManager.default.temporaryDirectory.appendingPathComponent("leat-\(program)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: log, contents: nil)
    }

    /// Runs the program to its end.
    ///
    /// - Throws: ``Failure`` if it ends with another status than 0.
    package func run(_ arguments: [String]) throws {
        let process = try Self.start(program, arguments, log: log)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")) failed: \(log)")
        }
    }

    /// Starts it, and waits until `answers` does not throw.
    ///
    /// - Throws: ``Failure`` if it ends, or does not answer within two minutes.
    package func start<Value>(_ arguments: [String], answers: () async throws -> Value) async throws -> Value {
        let server = try Self.start(program, arguments, log: log)
        let watch = """
            while kill -0 $1 2>/dev/null; do sleep 1; done
            kill $2; sleep 5; kill -9 $2 2>/dev/null; rm -rf "$3"
            """
        let own = "\(ProcessInfo.processInfo.processIdentifier)"
        _ = try Self.start(
            "/bin/sh",
            ["-c", watch, "watch", own, "\(server.processIdentifier)", home.path],
            log: "/dev/null"
        )
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            do {
                return try await answers()
            } catch {
                guard server.isRunning, .now < deadline else {
                    throw Failure(description: "\(program) does not answer (\(error)): \(log)")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private static func start(_ program: String, _ arguments: [String], log: String) throws -> Process {
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        if log != "/dev/null" { try output.seekToEnd() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return process
    }
}
