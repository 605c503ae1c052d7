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

/// Statements for one of our MySQL servers, run by MySQL's own client as root over the Unix socket.
///
/// No password is on a command line: the client reads an option file.
struct MySQLClientProgram: Sendable {
    var plan: StackPlan
    var server: StackServer

    /// Runs `sql`.
    ///
    /// - Parameter vertical: one line a column, `name: value`, instead.
    /// - Returns: one line a row, columns separated by tabs, without names; nil where the client fails.
    func run(_ sql: String, vertical: Bool = false) async -> [String]? {
        guard let program = try? plan.binaries.path("mysql", for: server) else { return nil }
        let name = "\(plan.home.secrets)/.\(server.rawValue)-\(UInt32.random(in: 0 ... .max))"
        let (input, output) = (name + ".sql", name + ".out")
        defer {
            unlink(input)
            unlink(output)
        }
        guard (try? StackHome.write(sql + "\n", to: input)) != nil else { return nil }
        var command = plan.command(
            server,
            program,
            ["--defaults-file=\(MySQLServer.rootOptionFile(plan.home, server))", "--batch"]
                + [vertical ? "--vertical" : "--skip-column-names"]
        )
        // Not a server: it must not be found as one.
        command.environment[ProcessTable.serverVariable] = nil
        command.signalOnParentDeath = .kill
        command.inputPath = input
        command.outputPath = output
        guard let process = try? await ChildProcess.start(command) else { return nil }
        guard let exit = await process.exited(within: .seconds(20)) else {
            process.send(signal: SIGKILL)
            return nil
        }
        guard exit.isSuccess, let data = FileManager.default.contents(atPath: output) else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The state of replication on a replica, by the names of `SHOW REPLICA STATUS`.
    func replicaStatus() async -> [String: String]? {
        guard let lines = await run("SHOW REPLICA STATUS", vertical: true) else { return nil }
        var status: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].drop { $0 == " " }
            status[String(name)] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return status
    }
}
