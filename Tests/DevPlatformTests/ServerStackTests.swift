import Foundation
import LeatTestSupport
import Testing

@testable import DevPlatform

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The real servers, started and stopped. One platform at a time: each takes a gigabyte.
@Suite("The local platform", .serialized, .timeLimit(.minutes(10)))
struct ServerStackTests {
    @Test("starts every server, replicates, listens on loopback only, and leaves nothing behind")
    func wholePlatform() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        var options = home.options()
        options.relaxedDurability = false
        let processes = try await withStack(options) { stack, addresses in
            let processes = await stack.processes()
            #expect(Set(processes.map(\.server)) == Set(StackServer.allCases))
            #expect(processes.allSatisfy { !$0.version.isEmpty && $0.version != "unknown" })

            // Replication.
            let primary = try #require(addresses.mysql?.primary)
            let replica = try #require(addresses.mysql?.replica)
            _ = try await mysql(primary, "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY, v TEXT)")
            _ = try await mysql(primary, "INSERT INTO shop.t VALUES (1, 'one'), (2, 'two')")
            let arrived = try await eventually {
                (try? await mysql(replica, "SELECT COUNT(*) FROM shop.t")) == "2"
            }
            #expect(arrived)
            let set = try await mysql(primary, "SELECT @@global.gtid_executed")
            #expect(set.hasSuffix(":1-3"))
            #expect(try await mysql(replica, "SELECT @@global.gtid_executed") == set)
            let variables = """
                @@log_replica_updates, @@binlog_row_metadata, @@binlog_row_image, @@gtid_mode, @@local_infile, \
                @@sync_binlog, @@innodb_flush_log_at_trx_commit
                """
            #expect(try await mysql(replica, "SELECT \(variables)") == "1\tFULL\tFULL\tON\t1\t1\t1")
            #expect(try await mysql(primary, "SELECT \(variables)") == "1\tFULL\tFULL\tON\t1\t1\t1")
            #expect(try await mysql(replica, "SELECT @@super_read_only") == "1")
            let write = "INSERT INTO shop.t VALUES (3, '')"
            await #expect(throws: ServerStackError.self) { try await mysql(replica, write) }

            // ClickHouse: the user may create databases and users; nobody else gets in.
            let clickhouse = try #require(addresses.clickhouse)
            var http = LoopbackHTTP(port: clickhouse.port)
            #expect(await http.get("/?query=SELECT%201")?.status != 200)
            http.headers = [("X-ClickHouse-User", clickhouse.user), ("X-ClickHouse-Key", clickhouse.password)]
            #expect(await http.post("/?query=CREATE%20DATABASE%20shop", form: [])?.status == 200)

            // InfluxDB: authentication is on.
            let influx = try #require(addresses.influxdb)
            #expect(await LoopbackHTTP(port: influx.port).get("/query?q=SHOW%20DATABASES")?.status == 401)

            // Prometheus sees the servers.
            let prometheus = try #require(addresses.prometheus)
            let port = try #require(prometheus.url.split(separator: ":").last.flatMap { Int($0) })
            let scraped = try await eventually {
                let up = await LoopbackHTTP(port: port).get("/api/v1/query?query=sum(up)")
                return up?.body.contains(",\"4\"]") == true
            }
            #expect(scraped, "all but Leat, which is not running")

            // Nothing listens beyond loopback, and nothing on ports that were not asked for.
            let inodes = processes.flatMap { sockets(of: $0.processID) }
            let listening = ProcessTable.listeningSockets().filter { inodes.contains("socket:[\($0.inode)]") }
            #expect(listening.filter { !$0.isLoopback }.isEmpty)
            let ports = try JSONDecoder().decode(
                StackPorts.self,
                from: try #require(FileManager.default.contents(atPath: home.path + "/ports.json"))
            )
            #expect(Set(listening.map(\.port)) == Set(ports.all.map(\.port)))

            // Secrets are where only their owner can read them.
            let secrets = home.path + "/secrets"
            #expect(try permissions(secrets) == 0o700)
            for name in try FileManager.default.contentsOfDirectory(atPath: secrets) {
                #expect(try permissions(secrets + "/" + name) == 0o600, "\(name)")
            }
            let passwords = [primary.password, clickhouse.password, influx.password]
            for process in processes {
                let line = try String(contentsOfFile: "/proc/\(process.processID)/cmdline", encoding: .utf8)
                #expect(!passwords.contains { line.contains($0) })
            }
            #expect(!"\(addresses)".contains(primary.password))

            let resident = processes.compactMap(\.residentBytes).reduce(0, +)
            #expect(resident < 2 << 30, "\(resident >> 20) MB")
            #expect(try ServerStack.addresses(ofHome: home.path) == addresses)
            #expect(ServerStack.owner(ofHome: home.path) == getpid())
            return processes
        }
        for process in processes { #expect(ProcessTable.startTicks(of: process.processID) == nil) }
        #expect(ProcessTable.servers(ofHome: home.path).isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/run").isEmpty)
        #expect(ServerStack.owner(ofHome: home.path) == nil)
        #expect(throws: ServerStackError.self) { try ServerStack.addresses(ofHome: home.path) }
    }

    @Test("a second start finds data, ports and passwords again; the replica resumes where it was")
    func secondStart() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        let options = home.options([.mysqlPrimary, .mysqlReplica, .clickhouse])
        let first = try await withStack(options) { _, addresses in
            let primary = try #require(addresses.mysql?.primary)
            _ = try await mysql(primary, "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY)")
            let clickhouse = try #require(addresses.clickhouse)
            let http = LoopbackHTTP(
                port: clickhouse.port,
                headers: [("X-ClickHouse-User", clickhouse.user), ("X-ClickHouse-Key", clickhouse.password)]
            )
            _ = await http.post("/?query=CREATE%20DATABASE%20kept", form: [])
            return addresses
        }
        try await withStack(options) { _, addresses in
            #expect(addresses == first)
            let primary = try #require(addresses.mysql?.primary)
            let replica = try #require(addresses.mysql?.replica)
            _ = try await mysql(primary, "INSERT INTO shop.t VALUES (7)")
            #expect(try await eventually { (try? await mysql(replica, "SELECT id FROM shop.t")) == "7" })
            let clickhouse = try #require(addresses.clickhouse)
            let http = LoopbackHTTP(
                port: clickhouse.port,
                headers: [("X-ClickHouse-User", clickhouse.user), ("X-ClickHouse-Key", clickhouse.password)]
            )
            #expect(await http.get("/?query=EXISTS%20DATABASE%20kept")?.body == "1\n")
        }
    }

    @Test(
        "a server that is killed is reported and started again, its data intact",
        arguments: [StackServer.mysqlPrimary, .clickhouse]
    )
    func killed(server: StackServer) async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        try await withStack(home.options([.mysqlPrimary, .mysqlReplica, .clickhouse])) { stack, addresses in
            let primary = try #require(addresses.mysql?.primary)
            let replica = try #require(addresses.mysql?.replica)
            _ = try await mysql(primary, "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY)")
            let before = try #require(await stack.processes().first { $0.server == server })
            let supervisor = Task { try await stack.supervise() }
            let watcher = Task {
                var seen: [StackEvent] = []
                for await event in stack.events {
                    seen.append(event)
                    let died = seen.contains(.died(server, cause: "killed (SIGKILL)"))
                    if case .ready(server, _, _) = event, died { break }
                }
                return seen
            }
            try await stack.kill(server, signal: SIGKILL)
            let events = await watcher.value
            #expect(events.contains(.restarting(server, attempt: 1, delay: .milliseconds(250))))
            let after = try #require(await stack.processes().first { $0.server == server })
            #expect(after.processID != before.processID)
            #expect(after.restarts == 1)
            _ = try await mysql(primary, "INSERT INTO shop.t VALUES (1)")
            #expect(try await eventually { (try? await mysql(replica, "SELECT id FROM shop.t")) == "1" })
            supervisor.cancel()
            try await supervisor.value
        }
    }

    @Test("one server can be stopped and started while the supervisor watches, and stays stopped meanwhile")
    func oneServer() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        try await withStack(home.options([.influxdb, .alertmanager])) { stack, _ in
            async let supervised: Void = stack.supervise()
            try await stack.stop(.influxdb)
            #expect(await stack.processes().map(\.server) == [.alertmanager])
            await #expect(throws: ServerStackError.self) { try await stack.kill(.influxdb) }
            try await stack.start(.influxdb)
            try await stack.restart(.alertmanager)
            #expect(Set(await stack.processes().map(\.server)) == [.influxdb, .alertmanager])
            #expect(await stack.processes().allSatisfy { $0.restarts == 0 })
            await stack.stop()
            try await supervised
        }
    }

    @Test("servers of a platform whose process is gone are ended by the next start")
    func leftovers() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        // The same kind of process, with the same marks, that nobody holds the lock for.
        let stackHome = try StackHome.prepare(at: home.path)
        var command = Command(executable: "/bin/sleep", arguments: ["1000"], logPath: home.path + "/logs/sleep.log")
        command.environment = [
            ProcessTable.homeVariable: stackHome.path, ProcessTable.serverVariable: StackServer.influxdb.rawValue,
        ]
        let marked = try await ChildProcess.start(command)
        command.environment = [:]
        let withPidFile = try await ChildProcess.start(command)
        try PidFile(processID: withPidFile.processID).write(to: stackHome.pidFile(.alertmanager))
        let stranger = try await ChildProcess.start(command)
        defer { stranger.send(signal: SIGKILL) }
        // In the moment in which a process becomes another program (here setpriv, then sleep) it has no environment to
        // be known by.
        let isThere = try await eventually {
            (try? String(contentsOfFile: "/proc/\(marked.processID)/comm", encoding: .utf8)) == "sleep\n"
        }
        #expect(isThere)

        let stack = ServerStack(home.options([.alertmanager]), logger: quiet)
        try await stack.start()
        #expect(marked.exitStatus == .signal(SIGTERM))
        #expect(withPidFile.exitStatus == .signal(SIGTERM))
        #expect(stranger.exitStatus == nil)
        await stack.stop()
    }

    @Test("a port that is taken stops the start, and the error names who has it")
    func portInUse() async throws {
        let home = TemporaryHome()
        let other = TemporaryHome()
        defer {
            home.remove()
            other.remove()
        }
        try await withStack(home.options([.alertmanager])) { stack, addresses in
            let ports = try #require(FileManager.default.contents(atPath: home.path + "/ports.json"))
            _ = try StackHome.prepare(at: other.path)
            try ports.write(to: URL(fileURLWithPath: other.path + "/ports.json"))
            var options = other.options([.alertmanager])
            options.ports = .remembered
            let second = ServerStack(options, logger: quiet)
            let processID = try #require(await stack.processes().first?.processID)
            let error = await #expect(throws: ServerStackError.self) { try await second.start() }
            #expect(error?.code == .portInUse)
            #expect(error?.message.contains("alertmanager, process \(processID)") == true)
            #expect(error?.remedy.contains("--port-offset") == true)
            // The same home: its lock comes first.
            let third = ServerStack(home.options([.alertmanager]), logger: quiet)
            let locked = await #expect(throws: ServerStackError.self) { try await third.start() }
            #expect(locked?.code == .homeInUse)
            #expect(locked?.message.contains("process \(getpid())") == true)
        }
    }

    @Test("a damaged data folder is distinguished from other failures, and the remedy names it")
    func damagedData() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        let options = home.options([.mysqlPrimary])
        try await withStack(options) { _, _ in }
        for name in ["mysql.ibd", "ibdata1"] {
            let file = URL(fileURLWithPath: home.path + "/mysql-primary/data/" + name)
            try Data(repeating: 0xA5, count: 1 << 20).write(to: file)
        }
        let error = await #expect(throws: ServerStackError.self) { try await withStack(options) { _, _ in } }
        #expect(error?.code == .corruptData)
        #expect(error?.remedy.contains(home.path) == true)
        #expect(ProcessTable.servers(ofHome: home.path).isEmpty)
    }

    @Test("a start that is cancelled leaves no process behind")
    func cancelled() async throws {
        let home = TemporaryHome()
        defer { home.remove() }
        let stack = ServerStack(home.options([.mysqlPrimary, .clickhouse]), logger: quiet)
        let start = Task { try await stack.start() }
        // Cancelled in the middle: one of the servers has a process.
        #expect(try await eventually { !ProcessTable.servers(ofHome: home.path).isEmpty })
        start.cancel()
        await #expect(throws: (any Error).self) { try await start.value }
        #expect(ProcessTable.servers(ofHome: home.path).isEmpty)
        #expect(ServerStack.owner(ofHome: home.path) == nil)
    }

    @Test("a home with a long path, blanks and quotes works: sockets go elsewhere")
    func longPath() async throws {
        let home = TemporaryHome("it's a \"home\" & more <of> it " + String(repeating: "x", count: 90))
        defer { home.remove() }
        let socket = try await withStack(home.options()) { _, addresses in
            let primary = try #require(addresses.mysql?.primary)
            #expect(primary.socket.utf8.count <= StackHome.socketPathMax)
            #expect(!primary.socket.hasPrefix(home.path))
            #expect(try await mysql(primary, "SELECT 1") == "1")
            return primary.socket
        }
        // The folder that was made for them is gone too.
        #expect(access(URL(fileURLWithPath: socket).deletingLastPathComponent().path, F_OK) != 0)
    }

    private func permissions(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }
}

/// The sockets that a process holds, as `/proc` names them.
private func sockets(of processID: Int32) -> Set<String> {
    let folder = "/proc/\(processID)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Set(names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") })
}
