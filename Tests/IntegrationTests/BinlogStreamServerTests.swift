import ColumnarBytes
import LeatTestSupport
import MySQLClient
import MySQLProtocol
import Synchronization
import Testing

@Suite("The binlog of a real MySQL", .serialized, .sharesServers)
struct BinlogStreamServerTests {
    private func withStream(
        _ serverID: UInt32,
        heartbeat: Duration = .milliseconds(200),
        pauseEvery: Int = .max,
        of server: MySQLEndpoint? = nil,
        _ body: (MySQLConnection, BinlogStream, EventCollector) async throws -> Void
    ) async throws {
        let shared = try await TestPlatform.shared.servers().primary
        let primary = server ?? shared
        let connection = try await MySQLConnection.connect(to: primary)
        let executed = try await connection.query("SELECT @@GLOBAL.gtid_executed").scalar ?? ""
        let events = EventCollector(pauseEvery: pauseEvery)
        let stream = try await BinlogStream.start(
            on: primary,
            serverID: serverID,
            encodedGTIDSet: GTIDSet(parsing: executed).encodedForDump(),
            heartbeat: heartbeat,
            consumer: events
        )
        try await body(connection, stream, events)
        await connection.close()
    }

    @Test("events come whole and with right checksums, also those of more than 16 MiB, and heartbeats in between")
    func events() async throws {
        // On the shared one other tests may be writing all the time.
        try await BareMySQL.with("binlog_events", ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"]) { server in
            try await events(of: server.endpoint)
        }
    }

    private func events(of server: MySQLEndpoint) async throws {
        try await withStream(0x4C45_0001, of: server) { connection, stream, events in
            try await connection.execute("CREATE DATABASE client_binlog")
            try await connection.execute("CREATE TABLE client_binlog.t (id INT PRIMARY KEY, b LONGBLOB)")
            try await connection.execute("INSERT INTO client_binlog.t VALUES (1, 'small')")
            try await connection.execute("INSERT INTO client_binlog.t VALUES (2, REPEAT('x', 17 * 1024 * 1024))")
            try await connection.execute("INSERT INTO client_binlog.t VALUES (3, REPEAT('x', 40 * 1024 * 1024))")
            try await connection.execute("DROP DATABASE client_binlog")
            try await eventually("the large events arrive", within: .seconds(120)) { events.largest > 40 << 20 }
            #expect(events.count(ofType: 30) >= 3)
            #expect(events.count(ofType: 15) >= 1)
            #expect(events.broken == 0)
            let heartbeats = events.count(ofType: 27)
            try await eventually("heartbeats come while nothing happens") { events.count(ofType: 27) > heartbeats + 1 }
            let replicas = try await connection.query("SHOW REPLICAS").values(of: "Server_Id")
            #expect(replicas.contains("\(0x4C45_0001)"))
            await stream.stop()
            try await stream.wait()
        }
    }

    @Test("a consumer that pauses gets every event once")
    func backPressure() async throws {
        try await withStream(0x4C45_0002, pauseEvery: 3) { connection, stream, events in
            events.onPause { stream.resume() }
            try await connection.execute("CREATE DATABASE client_pauses")
            try await connection.execute("CREATE TABLE client_pauses.t (id INT PRIMARY KEY)")
            for id in 1...40 { try await connection.execute("INSERT INTO client_pauses.t VALUES (\(id))") }
            try await connection.execute("DROP DATABASE client_pauses")
            try await eventually("all transactions arrive") { events.count(ofType: 30) >= 40 }
            #expect(events.broken == 0)
            await stream.stop()
            try await stream.wait()
        }
    }

    @Test("a stream whose thread is killed fails as transient")
    func killed() async throws {
        try await withStream(0x4C45_0003) { connection, stream, _ in
            try await connection.execute("KILL \(stream.threadID)")
            await expectError(.closed, isTransient: true) { try await stream.wait() }
        }
    }

    @Test("a set that the server does not know is refused in the server's words")
    func unknownTransactions() async throws {
        let primary = try await TestPlatform.shared.servers().primary
        let connection = try await MySQLConnection.connect(to: primary)
        let uuid = try await connection.query("SELECT @@server_uuid").scalar ?? ""
        await connection.close()
        let future = try GTIDSet(parsing: "\(uuid):1-4000000000")
        let stream = try await BinlogStream.start(
            on: primary,
            serverID: 0x4C45_0004,
            encodedGTIDSet: future.encodedForDump(),
            consumer: EventCollector()
        )
        await expectError(.server, errno: 1236, isTransient: false) { try await stream.wait() }
    }

    @Test("without the privilege to replicate, the error names it")
    func missingPrivilege() async throws {
        let primary = try await TestPlatform.shared.servers().primary
        let connection = try await MySQLConnection.connect(to: primary)
        try await connection.execute("DROP USER IF EXISTS 'no_replica'@'%'")
        try await connection.execute("CREATE USER 'no_replica'@'%' IDENTIFIED BY 'pw'")
        var endpoint = primary
        endpoint.user = "no_replica"
        endpoint.password = "pw"
        await #expect {
            try await BinlogStream.start(
                on: endpoint,
                serverID: 0x4C45_0006,
                encodedGTIDSet: GTIDSet().encodedForDump(),
                consumer: EventCollector()
            )
        } throws: { error in
            (error as? MySQLError)?.remedy == "GRANT REPLICATION SLAVE ON *.* TO 'no_replica'@…"
                && (error as? MySQLError)?.isTransient == false
        }
        try await connection.execute("DROP USER 'no_replica'@'%'")
        await connection.close()
    }

    @Test("a task that is cancelled ends the stream")
    func cancelled() async throws {
        try await withStream(0x4C45_0005) { connection, stream, _ in
            let waiting = Task { try await stream.wait() }
            try await Task.sleep(for: .milliseconds(50))
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try await eventually("the server sees it") {
                try await !connection.processes().contains { $0.id == stream.threadID }
            }
        }
    }
}

/// Counts events by type and checks their lengths and checksums.
private final class EventCollector: PacketConsumer {
    private struct State {
        var counts: [UInt8: Int] = [:]
        var largest = 0
        var broken = 0
        var total = 0
        var resume: (@Sendable () -> Void)?
        var isPaused = false
    }

    private let state = Mutex(State())
    private let pauseEvery: Int

    init(pauseEvery: Int = .max) { self.pauseEvery = pauseEvery }

    var largest: Int { state.withLock { $0.largest } }
    var broken: Int { state.withLock { $0.broken } }
    func count(ofType type: UInt8) -> Int { state.withLock { $0.counts[type] ?? 0 } }

    /// What is called for each pause, from another task; immediately if one is on already.
    func onPause(_ resume: @escaping @Sendable () -> Void) {
        let isPaused = state.withLock { state in
            state.resume = resume
            return state.isPaused
        }
        if isPaused { resume() }
    }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        var isBroken = true
        if payload.count > 23 {
            let length = UInt32(littleEndian: payload.loadUnaligned(fromByteOffset: 9, as: UInt32.self))
            let checksum = UInt32(
                littleEndian: payload.loadUnaligned(fromByteOffset: payload.count - 4, as: UInt32.self)
            )
            // The largest take an unoptimised build too long to sum up.
            isBroken =
                Int(length) != payload.count
                || (payload.count < 20 << 20
                    && CRC32.checksum(UnsafeRawBufferPointer(rebasing: payload.dropLast(4))) != checksum)
        }
        return state.withLock { state in
            state.total += 1
            state.broken += isBroken ? 1 : 0
            state.counts[payload.count > 4 ? payload[4] : 0, default: 0] += 1
            state.largest = max(state.largest, payload.count)
            state.isPaused = state.total.isMultiple(of: pauseEvery)
            guard state.isPaused else { return .more }
            if let resume = state.resume {
                Task {
                    try await Task.sleep(for: .milliseconds(1))
                    resume()
                }
            }
            return .pause
        }
    }
}
