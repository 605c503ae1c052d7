import Foundation
import LeatTestSupport
import Testing

@testable import DevPlatform

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the platform does when things are missing, break, or go away.
@Suite("The local platform in trouble", .serialized, .timeLimit(.minutes(10)))
struct ServerStackFaultTests {
    @Test("after kill -9 of its process no server is left running, and the next start finds the data whole")
    func killedParent() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        let servers: Set<StackServer> = [.mysqlPrimary, .mysqlReplica, .clickhouse, .influxdb]
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = home.path as String] in
            var options = ServerStackOptions(home: path)
            options.ports = .free
            options.servers = [.mysqlPrimary, .mysqlReplica, .clickhouse, .influxdb]
            let addresses = try await ServerStack(options, logger: quiet).start()
            let primary = try #require(addresses.mysql?.primary)
            _ = try await mysql(primary, "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY)")
            _ = try await mysql(primary, "INSERT INTO shop.t VALUES (1), (2), (3)")
            kill(getpid(), SIGKILL)
            // The signal may take a moment; nothing after it must make this process end in another way.
            while true { sleep(1) }
        }
        #if os(Linux)
        // By themselves, before anybody starts anything.
        #expect(try await eventually { ProcessTable.servers(ofHome: home.path).isEmpty })
        #endif
        try await withStack(home.options(servers)) { _, addresses in
            let replica = try #require(addresses.mysql?.replica)
            #expect(try await eventually { (try? await mysql(replica, "SELECT COUNT(*) FROM shop.t")) == "3" })
        }
    }

    @Test("a server that does not come back is given up on after a number of attempts, each reported")
    func keepsDying() async throws {
        let home = TemporaryHome()
        let programs = TemporaryHome("bin")
        defer {
            home.remove()
            programs.remove()
        }
        // A folder with a program that can be broken.
        try FileManager.default.createDirectory(atPath: programs.path, withIntermediateDirectories: true)
        let real = try StackBinaries(folders: nil).path("alertmanager", for: .alertmanager)
        try write(script: "exec '\(real)' \"$@\"", to: programs.path + "/alertmanager")
        var options = home.options([.alertmanager])
        options.binaryFolders = [programs.path]
        options.restartDelay = .milliseconds(10)
        options.restartDelayMax = .milliseconds(20)
        options.restartsMax = 3
        try await withStack(options) { stack, _ in
            try write(script: "echo 'panic: out of luck' >&2; exit 7", to: programs.path + "/alertmanager")
            let supervisor = Task { try await stack.supervise() }
            try await stack.kill(.alertmanager)
            let error = await #expect(throws: ServerStackError.self) { try await supervisor.value }
            #expect(error?.code == .keepsDying)
            var failures: [ServerStackError] = []
            var delays: [Duration] = []
            for await event in stack.events {
                if case .restartFailed(_, let error) = event { failures.append(error) }
                if case .restarting(_, _, let delay) = event { delays.append(delay) }
                if failures.count == 3 { break }
            }
            #expect(delays == [.milliseconds(10), .milliseconds(20), .milliseconds(20)])
            #expect(failures.allSatisfy { $0.code == .serverFailed && $0.message.contains("out of luck") })
        }
    }

    @Test("a server that dies is started again although nobody was watching when it did")
    func diedUnwatched() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        try await withStack(home.options([.alertmanager])) { stack, _ in
            try await stack.kill(.alertmanager)
            #expect(try await eventually { await stack.processes().isEmpty })
            let supervisor = Task { try await stack.supervise() }
            #expect(try await eventually { await stack.processes().first?.restarts == 1 })
            // Cancelled while it is starting: the next supervisor continues.
            supervisor.cancel()
            try await supervisor.value
            let second = Task { try await stack.supervise() }
            #expect(try await eventually { await stack.processes().first.map { !$0.version.isEmpty } ?? false })
            let restarts = try #require(await stack.processes().first?.restarts)
            try await stack.kill(.alertmanager)
            #expect(try await eventually { await stack.processes().first?.restarts == restarts + 1 })
            second.cancel()
            try await second.value
        }
    }

    @Test("a server that ignores SIGTERM is killed after the deadline")
    func stubborn() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        var options = home.options([.alertmanager])
        options.stopTimeout = .milliseconds(200)
        let stack = ServerStack(options, logger: quiet)
        try await stack.start()
        let process = try #require(await stack.processes().first)
        // A process that is traced or stuck in the kernel looks like this from outside: the signal does nothing.
        let ignoring = try await ChildProcess.start(
            Command(
                executable: "/bin/sh",
                arguments: ["-c", "trap '' TERM; while :; do sleep 0.05; done"],
                environment: ["PATH": "/usr/bin:/bin"],
                logPath: home.path + "/logs/stubborn.log"
            )
        )
        try await Task.sleep(for: .milliseconds(200))
        #expect(await ignoring.stop(within: options.stopTimeout) == false)
        #expect(ignoring.exitStatus == .signal(SIGKILL))
        await stack.stop()
        #expect(ProcessTable.startTicks(of: process.processID) == nil)
    }

    @Test("a program that is missing is named, with the command that fetches it, before anything starts")
    func missingProgram() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        var options = home.options()
        options.binaryFolders = [home.path + "/nothing"]
        let error = await #expect(throws: ServerStackError.self) {
            try await ServerStack(options, logger: quiet).start()
        }
        #expect(error?.code == .missingBinary)
        #expect(error?.remedy.contains("scripts/bootstrap ") == true)
        #expect(ServerStack.owner(ofHome: home.path) == nil)
    }

    @Test("too little space on the disk stops the start")
    func fullDisk() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        var options = home.options()
        options.freeSpaceMin = .max
        let error = await #expect(throws: ServerStackError.self) {
            try await ServerStack(options, logger: quiet).start()
        }
        #expect(error?.code == .diskSpace)
    }

    @Test("a home that cannot be a folder is refused", arguments: ["/dev/null/home", "", "/tmp/two\nlines"])
    func badHome(path: String) async throws {
        let options = ServerStackOptions(home: path)
        let error = await #expect(throws: ServerStackError.self) {
            try await ServerStack(options, logger: quiet).start()
        }
        #expect(error?.code == .homeUnusable)
    }

    @Test(
        "each server's damaged data is distinguished from other failures, and the remedy says what to remove",
        arguments: [
            (StackServer.alertmanager, "data/nflog"), (.influxdb, "data/meta/meta.db"),
            (.clickhouse, "data/metadata/system.sql"),
        ]
    )
    func damaged(server: StackServer, file: String) async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        try await withStack(home.options([server])) { _, _ in }
        let path = home.path + "/" + server.rawValue
        try Data("garbage, and no more than that".utf8).write(to: URL(fileURLWithPath: path + "/" + file))
        let error = await #expect(throws: ServerStackError.self) {
            try await withStack(home.options([server])) { _, _ in }
        }
        #expect(error?.code == .corruptData)
        #expect(error?.remedy.contains("remove \(path)") == true)
    }

    @Test("rules that Prometheus cannot read stop the start, and are said to be the reason")
    func brokenRules() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        var options = home.options([.prometheus])
        options.prometheusRules = ["broken.yml": "groups: [{name: a, rules: [{alert: X, expr: 'sum('}]}]\n"]
        let error = await #expect(throws: ServerStackError.self) { try await withStack(options) { _, _ in } }
        #expect(error?.code == .serverFailed)
        #expect(error?.message.contains("configuration or rules") == true)
        #expect(error?.remedy.contains("promtool") == true)
    }

    private func write(script: String, to path: String) throws {
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path + ".new"))
        chmod(path + ".new", 0o755)
        rename(path + ".new", path)
    }
}
