import Foundation
import Logging

@testable import DevPlatform

/// A home in a temporary folder, removed by `remove()`.
struct TemporaryHome: Sendable {
    let path: String

    init(_ name: String = "home") {
        path = NSTemporaryDirectory() + "leat-\(name)-\(UInt32.random(in: 0 ... .max))"
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Options for tests: free ports, no waiting for the disk.
    func options(_ servers: Set<StackServer> = Set(StackServer.allCases)) -> ServerStackOptions {
        var options = ServerStackOptions(home: path)
        options.ports = .free
        options.servers = servers
        options.relaxedDurability = true
        return options
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs `body` with a platform that has been started, and stops it whatever happens.
func withStack<Value: Sendable>(
    _ options: ServerStackOptions,
    _ body: @Sendable (ServerStack, StackAddresses) async throws -> Value
) async throws -> Value {
    let stack = ServerStack(options, logger: quiet)
    do {
        let addresses = try await stack.start()
        let value = try await body(stack, addresses)
        await stack.stop()
        return value
    } catch {
        await stack.stop()
        throw error
    }
}

/// Runs a statement on one of the stack's MySQL servers with MySQL's own client, as the user `leat`.
func mysql(_ server: StackAddresses.MySQLServer, _ sql: String) async throws -> String {
    let output = NSTemporaryDirectory() + "leat-mysql-\(UInt32.random(in: 0 ... .max))"
    defer {
        try? FileManager.default.removeItem(atPath: output)
        try? FileManager.default.removeItem(atPath: output + ".log")
    }
    let program = try StackBinaries(folders: nil).path("mysql", for: .mysqlPrimary)
    var command = Command(
        executable: program,
        arguments: ["--defaults-extra-file=\(server.optionFile)", "--batch", "--skip-column-names", "-e", sql],
        environment: ["PATH": "/usr/bin:/bin"],
        logPath: output + ".log"
    )
    command.outputPath = output
    let exit = await (try ChildProcess.start(command)).exited()
    guard exit.isSuccess else {
        throw ServerStackError(
            .serverFailed,
            message: LogTail.lines(output + ".log", after: 0).joined(separator: " "),
            remedy: "look at the statement"
        )
    }
    return try String(contentsOfFile: output, encoding: .utf8).trimmingCharacters(in: .newlines)
}
