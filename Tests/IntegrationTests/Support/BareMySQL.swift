import Foundation
import LeatTestSupport
import MySQLClient

@testable import DevPlatform

/// A MySQL server of one test's own, with settings that the platform's servers do not have.
struct BareMySQL: Sendable {
    let endpoint: MySQLEndpoint
    private let process: ChildProcess

    /// A server that was set up once: copying its data folder is quicker than making one.
    private static let template = Task { try await makeTemplate("mysql-template") }
    /// The same for servers that fold names, which is settled when the data folder is made.
    private static let foldingTemplate = Task { try await makeTemplate("mysql-template-folding", [foldsNames]) }
    /// The option of servers that keep names of databases and tables in lower case.
    static let foldsNames = "--lower-case-table-names=1"

    private static func makeTemplate(_ name: String, _ options: [String] = []) async throws -> String {
        let servers = try await TestPlatform.shared.servers()
        let data = "\(servers.folder)/\(name)"
        let arguments =
            [
                "--no-defaults", "--initialize-insecure", "--datadir=\(data)", "--skip-log-bin",
                "--innodb-buffer-pool-size=64M",
            ] + options
        let process = try await start(arguments, log: data + ".log")
        guard await process.exited().isSuccess else {
            throw Overdue(description: "mysqld --initialize-insecure failed: \(data).log")
        }
        return data
    }

    /// Starts a server with these options, runs `body`, and ends it.
    static func with<Value: Sendable>(
        _ name: String,
        _ options: [String],
        _ body: (BareMySQL) async throws -> Value
    ) async throws -> Value {
        let server = try await BareMySQL(name, options)
        do {
            let value = try await body(server)
            await server.process.stop(within: .seconds(20))
            return value
        } catch {
            await server.process.stop(within: .seconds(20))
            throw error
        }
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    func kill() async {
        process.send(signal: SIGKILL)
        _ = await process.exited()
    }

    private init(_ name: String, _ options: [String]) async throws {
        let servers = try await TestPlatform.shared.servers()
        let folder = "\(servers.folder)/mysql-\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let template = options.contains(Self.foldsNames) ? Self.foldingTemplate : Self.template
        try FileManager.default.copyItem(atPath: try await template.value, toPath: folder + "/data")
        // Each server has a UUID of its own.
        try? FileManager.default.removeItem(atPath: folder + "/data/auto.cnf")
        let port = try FreePort.any()
        let arguments =
            [
                "--no-defaults", "--datadir=\(folder)/data", "--socket=\(folder)/s", "--port=\(port)",
                "--bind-address=127.0.0.1",
                "--pid-file=\(folder)/pid", "--loose-mysqlx=OFF", "--performance-schema=OFF",
                "--innodb-buffer-pool-size=64M",
                "--server-id=77", "--sync-binlog=0", "--innodb-flush-log-at-trx-commit=2",
            ] + options
        process = try await Self.start(arguments, log: folder + "/log")
        endpoint = MySQLEndpoint(host: "127.0.0.1", port: port, user: "root", password: "")
        let probe = endpoint
        let server = process
        try await eventually("mysqld answers (\(folder)/log)", within: .seconds(60)) {
            if server.exitStatus != nil { throw Overdue(description: "mysqld has ended: \(folder)/log") }
            guard let connection = try? await MySQLConnection.connect(to: probe, logger: silent) else { return false }
            await connection.close()
            return true
        }
    }

    private static func start(_ arguments: [String], log: String) async throws -> ChildProcess {
        let program = try StackBinaries(folders: nil).path("mysqld", for: .mysqlPrimary)
        let arguments = arguments + (getuid() == 0 ? ["--user=root"] : [])
        var command = Command(executable: program, arguments: arguments, logPath: log)
        command.environment = ProcessInfo.processInfo.environment
        command.signalOnParentDeath = .kill
        return try await ChildProcess.start(command)
    }
}
