import MySQLClient
import Synchronization
import Testing

@testable import SampleData

/// Loading and traffic on a real MySQL server.
@Suite("A shop on a server", .serialized)
struct ShopOnServerTests {
    private func withDatabase(
        _ body: (MySQLEndpoint, String, MySQLConnection) async throws -> Void
    ) async throws {
        let endpoint = try await TestServer.shared.endpoint()
        let database = await TestServer.shared.newDatabase()
        let connection = try await MySQLConnection.connect(to: endpoint)
        try await connection.execute("CREATE DATABASE \(database) CHARACTER SET utf8mb4")
        try await connection.execute("USE \(database)")
        try await body(endpoint, database, connection)
        try await connection.execute("DROP DATABASE \(database)")
        await connection.close()
    }

    private func rows(_ sql: String, _ connection: MySQLConnection) async throws -> [[String?]] {
        try await connection.query(sql).rows
    }

    private func expectInitialData(_ expectation: ShopExpectation, _ connection: MySQLConnection) async throws {
        for (table, count) in expectation.counts {
            #expect(try await connection.query("SELECT COUNT(*) FROM \(table)").scalar == "\(count)", "\(table)")
        }
        for sum in expectation.sums {
            #expect(try await connection.query(sum.sql).scalar == sum.value, "\(sum.sql)")
        }
        let statuses = try await rows(
            "SELECT status, COUNT(*), SUM(amount) FROM orders GROUP BY status ORDER BY status",
            connection
        )
        #expect(statuses == expectation.ordersByStatus.map { [$0.key, "\($0.orders)", $0.amount] })
        let days = try await rows(
            "SELECT DATE(placed_at) AS day, COUNT(*), SUM(amount) FROM orders GROUP BY day ORDER BY day",
            connection
        )
        #expect(days == expectation.ordersByDay.map { [$0.key, "\($0.orders)", $0.amount] })
    }

    @Test("what is loaded adds up to what was foretold, and loading again loads nothing")
    func load() async throws {
        try await withDatabase { endpoint, database, connection in
            let loader = ShopLoader(endpoint: endpoint, database: database, seed: 3, rows: 4000)
            let reports = Mutex<[LoadProgress]>([])
            let summary = try await loader.load { progress in reports.withLock { $0.append(progress) } }
            let expectation = ShopExpectation(seed: 3, rows: 4000)
            #expect(summary.rowsLoaded == expectation.counts.values.reduce(0, +))
            #expect(summary.rows == summary.rowsLoaded)
            let last = reports.withLock { $0.last }
            #expect(last?.rows == summary.rows && last?.fraction == 1)
            try await expectInitialData(expectation, connection)
            #expect(try await loader.load().rowsLoaded == 0)
        }
    }

    @Test("LOAD DATA and INSERT put in the same rows")
    func insert() async throws {
        try await withDatabase { endpoint, database, connection in
            try await ShopLoader(endpoint: endpoint, database: database, seed: 5, rows: 1000).load()
            let loaded = try await checksums(connection)
            try await connection.execute("DROP DATABASE \(database)")
            try await connection.execute("SET GLOBAL local_infile = OFF")
            try await ShopLoader(endpoint: endpoint, database: database, seed: 5, rows: 1000).load()
            try await connection.execute("SET GLOBAL local_infile = ON")
            try await connection.execute("USE \(database)")
            #expect(try await checksums(connection) == loaded)
        }
    }

    private func checksums(_ connection: MySQLConnection) async throws -> [[String?]] {
        let tables = ShopTable.allCases.map(\.name).joined(separator: ", ")
        return try await rows("CHECKSUM TABLE \(tables)", connection).map { $0.suffix(1).map { $0 } }
    }

    @Test("loading resumes where it was cut off")
    func resume() async throws {
        try await withDatabase { endpoint, database, connection in
            let loader = ShopLoader(endpoint: endpoint, database: database, seed: 4, rows: 12_000, connections: 2)
            let loading = Mutex<Task<Void, any Error>?>(nil)
            let task = Task {
                _ = try await loader.load { progress in
                    // In the middle of order_items.
                    if progress.table == "order_items" { loading.withLock { $0?.cancel() } }
                }
            }
            loading.withLock { $0 = task }
            await #expect(throws: (any Error).self) { try await task.value }
            let expectation = ShopExpectation(seed: 4, rows: 12_000)
            let items = try await connection.query("SELECT COUNT(*) FROM order_items").scalar.flatMap { Int($0) } ?? 0
            #expect(items > 0 && items < expectation.counts["order_items"] ?? 0)
            let summary = try await loader.load()
            #expect(summary.rowsLoaded > 0 && summary.rowsLoaded < summary.rows)
            try await expectInitialData(expectation, connection)
        }
    }

    @Test("another shop, or tables that someone else owns, are left alone")
    func otherShop() async throws {
        try await withDatabase { endpoint, database, connection in
            try await ShopLoader(endpoint: endpoint, database: database, seed: 1, rows: 200).load()
            for loader in [
                ShopLoader(endpoint: endpoint, database: database, seed: 2, rows: 200),
                ShopLoader(endpoint: endpoint, database: database, seed: 1, rows: 300),
            ] {
                let error = await #expect(throws: ShopError.self) { try await loader.load() }
                #expect(error?.code == .otherShop)
                #expect(error?.remedy.contains("--seed 1 --rows 200") == true)
            }
            try await connection.execute("DROP TABLE payments")
            try await connection.execute("CREATE TABLE payments (id int PRIMARY KEY)")
            let error = await #expect(throws: ShopError.self) {
                try await ShopLoader(endpoint: endpoint, database: database, seed: 1, rows: 200).load()
            }
            #expect(error?.message.contains("`payments`") == true)
        }
    }

    @Test("traffic needs a shop")
    func noShop() async throws {
        try await withDatabase { endpoint, database, _ in
            let error = await #expect(throws: ShopError.self) {
                try await ShopTraffic(endpoint: endpoint, database: database, rate: 100).run()
            }
            #expect(error?.code == .noShop)
        }
    }

    @Test("traffic keeps its pace and its mix, stops when told, and leaves a consistent shop")
    func traffic() async throws {
        try await withDatabase { endpoint, database, connection in
            try await ShopLoader(endpoint: endpoint, database: database, seed: 1, rows: 2000).load()
            let traffic = ShopTraffic(endpoint: endpoint, database: database, rate: 1500)
            let reports = Mutex<[TrafficStatistics]>([])
            let task = Task { try await traffic.run { statistics in reports.withLock { $0.append(statistics) } } }
            let deadline = ContinuousClock.now + .seconds(60)
            while reports.withLock({ $0.last?.rows ?? 0 }) < 20_000, .now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            task.cancel()
            let statistics = try await task.value
            #expect(statistics.rows >= 20_000)
            #expect(statistics.transactions > 1000 && statistics.rolledBack > 20)
            // Never ahead of the pace, but for the transactions that were due at the same time.
            #expect(Double(statistics.rows) < 1500 * (statistics.elapsed / .seconds(1)) + 500)
            func share(_ rows: Int) -> Double { Double(rows) / Double(statistics.rows) }
            // The first rounds have little to update or delete.
            #expect(abs(share(statistics.inserted) - 0.55) < 0.04, "\(statistics)")
            #expect(abs(share(statistics.updated) - 0.38) < 0.04, "\(statistics)")
            #expect(abs(share(statistics.deleted) - 0.07) < 0.025, "\(statistics)")
            try await expectConsistency(connection)
            // A complete shop for the loader, whatever has changed in it.
            let loader = ShopLoader(endpoint: endpoint, database: database, seed: 1, rows: 2000)
            #expect(try await loader.load().rowsLoaded == 0)
        }
    }

    /// What must hold whenever no transaction is under way: each query finds nothing.
    private func expectConsistency(_ connection: MySQLConnection) async throws {
        for violation in [
            """
            SELECT o.id FROM orders o LEFT JOIN (SELECT order_id, SUM(line_total) total, SUM(quantity) units
            FROM order_items GROUP BY order_id) i ON i.order_id = o.id
            WHERE i.total IS NULL OR i.total <> o.amount + o.discount OR i.units <> o.item_count
            """,
            "SELECT i.order_id FROM order_items i LEFT JOIN orders o ON o.id = i.order_id WHERE o.id IS NULL",
            "SELECT p.id FROM payments p LEFT JOIN orders o ON o.id = p.order_id WHERE o.id IS NULL OR o.amount <> p.amount",
            """
            SELECT s.id FROM shipments s LEFT JOIN orders o ON o.id = s.order_id
            WHERE o.id IS NULL OR o.shipped_at IS NULL OR (s.status = 'delivered') <> (o.status = 'delivered')
            """,
            """
            SELECT o.id FROM orders o LEFT JOIN shipments s ON s.order_id = o.id
            WHERE (o.shipped_at IS NOT NULL) <> (s.id IS NOT NULL)
            """,
            """
            SELECT id FROM orders WHERE paid_at < placed_at OR packed_at < paid_at OR shipped_at < packed_at
            OR delivered_at < shipped_at OR (status = 'delivered') > (delivered_at IS NOT NULL)
            OR (status IN ('cancelled', 'returned')) <> (closed_at IS NOT NULL)
            """,
            """
            SELECT p.id FROM payments p JOIN orders o ON o.id = p.order_id
            WHERE p.id % 4 = 1 AND (p.status = 'captured') <> (o.paid_at IS NOT NULL)
            """,
            "SELECT r.id FROM reviews r LEFT JOIN products p ON p.id = r.product_id WHERE p.id IS NULL",
            "SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL",
            "SELECT a.id FROM addresses a LEFT JOIN customers c ON c.id = a.customer_id WHERE c.id IS NULL",
            "SELECT i.product_id FROM inventory i LEFT JOIN products p ON p.id = i.product_id WHERE p.id IS NULL",
        ] {
            #expect(try await rows(violation + " LIMIT 3", connection) == [], "\(violation)")
        }
    }

    @Test("the same rounds leave the same rows, whatever the connections, the stops and the cuts between them")
    func sameState() async throws {
        let rounds = 40
        let initial = ShopScale(rows: 500).orders
        var checksums: [[[String?]]] = []
        for connections in [1, 8] {
            try await withDatabase { endpoint, database, connection in
                try await ShopLoader(endpoint: endpoint, database: database, seed: 2, rows: 500).load()
                var traffic = ShopTraffic(
                    endpoint: endpoint,
                    database: database,
                    rate: 1_000_000,
                    seed: 9,
                    connections: connections
                )
                if connections > 1 {
                    // Stopped on the way twice, once by cutting its connections as a crash would.
                    for pass in 0..<2 {
                        traffic.roundsMax = 1000
                        let running = traffic
                        let task = Task { try await running.run() }
                        let goal = initial + 8 * 8 * (5 + pass * 8)
                        let deadline = ContinuousClock.now + .seconds(60)
                        while try await orders(connection) < goal, .now < deadline {
                            try await Task.sleep(for: .milliseconds(5))
                        }
                        if pass == 0 { try await cutConnections(database, connection) }
                        task.cancel()
                        _ = try? await task.value
                    }
                }
                traffic.roundsMax = rounds
                try await traffic.run()
                #expect(try await orders(connection) > initial + 8 * 8 * (rounds - 5))
                // Somebody else's rows far away do not lead astray.
                try await connection.execute(
                    "INSERT INTO orders (id, customer_id, number, status, channel, currency, amount, discount, tax,"
                        + " item_count, is_gift, flags, placed_at, updated_at) VALUES (1000000000000, 1, 'PROBE',"
                        + " 'placed', 'web', 'EUR', 1, 0, 0, 1, 0, 0, NOW(6), NOW(3))"
                )
                traffic.roundsMax = rounds + 1
                try await traffic.run()
                try await connection.execute("DELETE FROM orders WHERE id = 1000000000000")
                try await expectConsistency(connection)
                checksums.append(try await self.checksums(connection))
            }
        }
        #expect(checksums.count == 2 && checksums.first == checksums.last)
    }

    private func orders(_ connection: MySQLConnection) async throws -> Int {
        try await connection.query("SELECT COUNT(*) FROM orders").scalar.flatMap { Int($0) } ?? 0
    }

    private func cutConnections(_ name: String, _ connection: MySQLConnection) async throws {
        // information_schema.processlist fails for a statement whose text is cut within a character.
        let processes = try await connection.query("SHOW PROCESSLIST").rows
        for case let (id?, database) in processes.map({ ($0[0], $0[3]) })
        where id != "\(connection.threadID)" && database == name {
            _ = try? await connection.execute("KILL \(id)")
        }
    }
}
