import Foundation
import MySQLClient
import Testing

@testable import DevPlatform

/// Global values and an `init_connect` that change what a session sees, for everybody who does not set them himself.
@Suite("Servers whose sessions start with settings that change results", .sharesServers)
struct HostileSessionTests {
    private static let settings = [
        "SET GLOBAL autocommit = 0", "SET GLOBAL transaction_isolation = 'READ-UNCOMMITTED'",
        "SET GLOBAL sql_select_limit = 1", "SET GLOBAL max_execution_time = 1", "SET GLOBAL completion_type = 'CHAIN'",
        "SET GLOBAL net_write_timeout = 1", "SET GLOBAL wait_timeout = 2", "SET GLOBAL sql_big_selects = 0",
        "SET GLOBAL max_join_size = 1", "SET GLOBAL sql_mode = 'ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH'",
        "SET GLOBAL show_gipk_in_create_table_and_information_schema = OFF", "SET GLOBAL time_zone = '+07:00'",
        "SET GLOBAL init_connect = 'SET NAMES latin1; SET autocommit = 0; START TRANSACTION; "
            // The millisecond of above would now and then be too short for it.
            + "SELECT /*+ MAX_EXECUTION_TIME(60000) */ 1 FROM shop.t LIMIT 1'",
    ]

    private func with(_ name: String, _ body: (BareMySQL, TestPipeline.Options) async throws -> Void) async throws {
        try await BareMySQL.with(name, BareMySQL.followable) { server in
            let options = try await server.makeReader("shop")
            try await server.run(
                "CREATE DATABASE shop CHARACTER SET utf8mb4",
                "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT NOT NULL, s VARCHAR(20), c CHAR(9), at TIMESTAMP NULL)",
                "SET GLOBAL cte_max_recursion_depth = 100000"
            )
            // In a session that has that value.
            try await server.run(
                """
                INSERT INTO shop.t WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 40000)
                SELECT n, 0, CONCAT('ü😀', n), 'c', '2026-01-02 03:04:05' FROM s
                """
            )
            for statement in Self.settings { try await server.run(statement) }
            try await body(server, options)
        }
    }

    @Test("a session that is set up sees every row, each statement what is committed by then, and text as it is")
    func session() async throws {
        try await with("hostile-session") { server, _ in
            var endpoint = server.endpoint
            endpoint.user = "reader"
            endpoint.password = "secret-of-reader"
            let plain = try await MySQLConnection.connect(to: endpoint, logger: silent)
            #expect(try await plain.query("SELECT @@autocommit").scalar == "0", "the server is not as hostile as meant")
            await plain.close()
            let session = try await MySQLConnection.open(to: endpoint, as: .reading, logger: silent)
            let select = "SELECT s, c, at FROM shop.t WHERE id IN (1, 2) ORDER BY id"
            let rows = [["ü😀1", "c", "2026-01-02 03:04:05"], ["ü😀2", "c", "2026-01-02 03:04:05"]]
            #expect(try await session.query(select).rows.map { $0.map { $0 ?? "" } } == rows)
            try await server.run("UPDATE shop.t SET s = 'later' WHERE id = 1")
            #expect(try await session.query("SELECT s FROM shop.t WHERE id = 1").scalar == "later")
            let writer = try await server.connect()
            _ = try await writer.query("START TRANSACTION")
            _ = try await writer.query("UPDATE shop.t SET s = 'never' WHERE id = 1")
            #expect(try await session.query("SELECT s FROM shop.t WHERE id = 1").scalar == "later")
            _ = try await writer.query("ROLLBACK")
            await writer.close()
            #expect(try await session.query("SELECT SLEEP(2.5)").scalar == "0")
            try await Task.sleep(for: .seconds(2.5))
            #expect(try await session.query("SELECT COUNT(*) FROM shop.t").scalar == "40000")
            await #expect(throws: MySQLError.self) { try await session.query("CREATE TABLE shop.not (id INT)") }
            await session.close()
        }
    }

    @Test("a copy of many ranges under writes is right, and so is its comparison")
    func copy() async throws {
        try await with("hostile-copy") { server, options in
            var options = options
            options.batchRows = 1000
            options.naming = "prefix: hostile_copy_"
            try await TestPipeline.with("hostile_copy", options) { pipeline in
                let writing = Task {
                    let writer = try await server.connect()
                    var round = 0
                    while !Task.isCancelled {
                        round += 1
                        _ = try await writer.query("UPDATE shop.t SET v = v + 1 WHERE id % 211 = \(round % 211)")
                    }
                    await writer.close()
                }
                try await pipeline.start()
                do {
                    try await pipeline.wait(for: "shop.t", toBe: "streaming")
                } catch {
                    writing.cancel()
                    throw error
                }
                writing.cancel()
                _ = await writing.result
                try await server.catchUp(pipeline)
                let sums = "SELECT concat(count(*), ' ', sum(v), ' ', sum(id * v), ' ', sum(length(s)))"
                let there = try await server.scalar("\(sums) FROM shop.t")
                let here = try await pipeline.warehouse("\(sums) FROM hostile_copy_shop.t").first?.first ?? nil
                #expect(here == there)
                #expect(try await pipeline.batches(of: "range").defined >= 10)
                let verified = try await pipeline.command("verify", "shop.t")
                #expect(verified.exit == .code(0), "\(verified.output)\(verified.errors)")
            }
        }
    }
}
