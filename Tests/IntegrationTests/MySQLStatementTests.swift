import ColumnarBytes
import LeatTestSupport
import MySQLClient
import MySQLProtocol
import NIOCore
import Synchronization
import Testing

@Suite("Statements on a real MySQL", .sharesServers)
struct MySQLStatementTests {
    private func connect() async throws -> MySQLConnection {
        try await MySQLConnection.connect(to: TestPlatform.shared.servers().primary)
    }

    private func withDatabase(_ name: String, _ body: (MySQLConnection) async throws -> Void) async throws {
        let connection = try await connect()
        try await connection.execute("DROP DATABASE IF EXISTS `\(name)`")
        try await connection.execute("CREATE DATABASE `\(name)`")
        try await connection.execute("USE `\(name)`")
        try await body(connection)
        try await connection.execute("DROP DATABASE `\(name)`")
        await connection.close()
    }

    @Test("rows, NULL, outcomes and errors, one after the other")
    func statements() async throws {
        try await withDatabase("client_statements") { connection in
            try await connection.execute("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20))")
            let inserted = try await connection.execute("INSERT INTO t (v) VALUES ('ü😀'), (NULL), ('')")
            #expect(inserted.affectedRows == 3)
            #expect(inserted.lastInsertID == 1)
            let rows = try await connection.query("SELECT v, id FROM t ORDER BY id")
            #expect(rows.columns.map(\.name) == ["v", "id"])
            #expect(rows.rows == [["ü😀", "1"], [nil, "2"], ["", "3"]])
            await expectError(.server, errno: 1064, isTransient: false) { try await connection.query("SELEC 1") }
            await expectError(.server, errno: 1062) { try await connection.query("INSERT INTO t VALUES (1, 'x')") }
            #expect(try await connection.query("SELECT COUNT(*) FROM t").scalar == "3")
            try await connection.ping()
        }
    }

    @Test("values of 17 and 40 MB, in both directions", arguments: [17, 40])
    func large(megabytes: Int) async throws {
        let connection = try await connect()
        let count = megabytes * 1_000_000
        let sent = String(repeating: "y", count: count)
        let result = try await connection.query("SELECT REPEAT('x', \(count)), LENGTH('\(sent)'), '\(sent)', 7")
        let row = try #require(result.rows.first)
        #expect(row[0]?.utf8.count == count)
        #expect(row[0]?.utf8.allSatisfy { $0 == UInt8(ascii: "x") } == true)
        #expect(row[1] == "\(count)")
        #expect((row[2] == sent) as Bool)
        #expect(row[3] == "7")
        await connection.close()
    }

    @Test("a million rows pass a consumer that pauses, each once and in order")
    func stream() async throws {
        let connection = try await connect()
        try await connection.execute("SET SESSION cte_max_recursion_depth = 1000000")
        let consumer = OrderedNumbers(pauseEvery: 20_000) { connection.resume() }
        try await connection.stream(
            "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000000) SELECT n FROM s",
            rows: consumer
        )
        #expect(consumer.count == 1_000_000)
        #expect(consumer.pauses == 50)
        // And the connection continues.
        #expect(try await connection.query("SELECT 1").scalar == "1")
        await connection.close()
    }

    @Test("floats and doubles come as they are stored, whatever their bits")
    func floats() async throws {
        try await withDatabase("client_floats") { connection in
            try await connection.execute("CREATE TABLE t (id INT PRIMARY KEY, f FLOAT, d DOUBLE, m DOUBLE(12,4))")
            var random = SystemRandomNumberGenerator()
            var floats: [Float] = [-0.0, .leastNonzeroMagnitude, 3.4028234e38, 16_777_216]
            var doubles: [Double] = [-0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1]
            while floats.count < 2000 {
                let float = Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random))
                if float.isFinite && float.magnitude < 3.4e38 { floats.append(float) }
            }
            while doubles.count < 2000 {
                let double = Double(bitPattern: UInt64.random(in: 0 ... .max, using: &random))
                if double.isFinite { doubles.append(double) }
            }
            let values = floats.indices.map { "(\($0), \(Double(floats[$0]).sql), \(doubles[$0].sql), -0.0001)" }
            try await connection.execute("INSERT INTO t VALUES " + values.joined(separator: ", "))
            let expression = { TextColumnDecoder.selectExpression(column: $0, type: $1) }
            let columns = DecodedColumns(try TextRowDecoder(types: [.float, .double], nullable: [false, false]))
            try await connection.stream(
                "SELECT \(expression("`f`", .float)), \(expression("`d`", .double)) FROM t ORDER BY id",
                rows: columns
            )
            #expect(columns.values(of: 0, as: UInt32.self) == floats.map(\.bitPattern))
            #expect(columns.values(of: 1, as: UInt64.self) == doubles.map(\.bitPattern))
        }
    }

    @Test("LOAD DATA LOCAL takes what it is given, and a body that fails leaves nothing behind")
    func loadData() async throws {
        try await withDatabase("client_load") { connection in
            try await connection.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(100)) ENGINE=InnoDB")
            let statement = "LOAD DATA LOCAL INFILE 'rows' INTO TABLE t"
            let chunks = (0..<50).map { chunk in
                ByteBuffer(string: (0..<2000).map { "\(chunk * 2000 + $0)\tvalue \($0)\n" }.joined())
            }
            let outcome = try await connection.loadData(statement, body: AsyncStream(chunks))
            #expect(outcome.affectedRows == 100_000)
            #expect(try await connection.query("SELECT SUM(id) FROM t").scalar == "4999950000")
            await expectError(.server, errno: 1146) {
                try await connection.loadData(statement + "_missing", body: AsyncStream(chunks))
            }
            let second = try await connect()
            try await second.execute("USE client_load")
            await #expect(throws: BrokenBody.Breakdown.self) {
                try await second.loadData(statement + " SET id = id + 1000000", body: BrokenBody(chunks: chunks))
            }
            let third = try await connect()
            try await third.execute("USE client_load")
            await expectError(.protocolViolation) {
                // Not announced as a load: nothing is sent.
                try await third.query(statement)
            }
            try await eventually("the broken loads are rolled back") {
                try await !connection.processes().contains { [second.threadID, third.threadID].contains($0.id) }
            }
            #expect(try await connection.query("SELECT COUNT(*) FROM t").scalar == "100000")
        }
    }

    @Test("a statement that takes too long, is cancelled or killed ends its connection alone")
    func endings() async throws {
        let slow = try await connect()
        await expectError(.timeout, isTransient: true) {
            try await slow.query("SELECT SLEEP(30)", timeout: .milliseconds(200))
        }
        await expectError(.closed, isTransient: true) { try await slow.query("SELECT 1") }

        let cancelled = try await connect()
        let task = Task { try await cancelled.query("SELECT SLEEP(30)") }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }

        let killed = try await connect()
        let killer = try await connect()
        let running = Task { try await killed.query("SELECT SLEEP(30)") }
        try await eventually("the statement runs") {
            try await killer.processes().contains { $0.id == killed.threadID && $0.statement.contains("SLEEP") }
        }
        try await killer.execute("KILL \(killed.threadID)")
        await expectError(.closed, isTransient: true) { try await running.value }
        #expect(try await killer.query("SELECT 1").scalar == "1")
        await killer.close()
    }
}

extension Double {
    /// As a literal that MySQL reads as a double; without an exponent it would be a decimal, which has no negative
    /// zero.
    fileprivate var sql: String { "\(self)".contains("e") ? "\(self)" : "\(self)e0" }
}

/// Rows of one number, which must count up from 1.
private final class OrderedNumbers: PacketConsumer {
    private struct State {
        var count = 0
        var pauses = 0
    }
    private struct OutOfOrder: Error {}

    private let state = Mutex(State())
    private let pauseEvery: Int
    private let resume: @Sendable () -> Void

    init(pauseEvery: Int, resume: @escaping @Sendable () -> Void) {
        self.pauseEvery = pauseEvery
        self.resume = resume
    }

    var count: Int { state.withLock { $0.count } }
    var pauses: Int { state.withLock { $0.pauses } }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        var value = 0
        for byte in payload.dropFirst() { value = value * 10 + Int(byte &- UInt8(ascii: "0")) }
        let pauses = try state.withLock { state in
            state.count += 1
            guard state.count == value else { throw OutOfOrder() }
            guard state.count.isMultiple(of: pauseEvery) else { return false }
            state.pauses += 1
            return true
        }
        guard pauses else { return .more }
        let resume = resume
        Task {
            try await Task.sleep(for: .milliseconds(2))
            resume()
        }
        return .pause
    }
}

/// Decodes rows of numbers into columns.
private final class DecodedColumns: PacketConsumer {
    private let decoder: TextRowDecoder
    private let columns = [
        ColumnBuffer(layout: .fixed(width: 4), isNullable: false),
        ColumnBuffer(layout: .fixed(width: 8), isNullable: false),
    ]

    init(_ decoder: TextRowDecoder) { self.decoder = decoder }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        try decoder.decode(payload, into: columns)
        return .more
    }

    func values<T: FixedWidthInteger>(of column: Int, as _: T.Type) -> [T] {
        withExtendedLifetime(columns[column]) { column in
            stride(from: 0, to: column.data.count, by: MemoryLayout<T>.size).map {
                T(littleEndian: column.data.bytes.loadUnaligned(fromByteOffset: $0, as: T.self))
            }
        }
    }
}

extension AsyncStream where Element: Sendable {
    fileprivate init(_ elements: [Element]) {
        self.init { continuation in
            for element in elements { continuation.yield(element) }
            continuation.finish()
        }
    }
}

/// Gives its chunks, then fails.
private struct BrokenBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    struct Breakdown: Error {}
    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ArraySlice<ByteBuffer>

        mutating func next() async throws -> ByteBuffer? {
            guard let next = rest.popFirst() else { throw Breakdown() }
            return next
        }
    }

    let chunks: [ByteBuffer]

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: chunks[...]) }
}
