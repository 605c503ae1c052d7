import MySQLClient
import Testing

@Suite("Large rows and large transactions", .sharesServers)
struct LargeTransactionTests {
    @Test("a transaction larger than many batches arrives whole and in order")
    func manyRows() async throws {
        var options = TestPipeline.Options()
        options.batchRows = 10_000
        try await TestPipeline.with("large_tx", options) { pipeline in
            try await pipeline.run(
                "SET cte_max_recursion_depth = 1000000",
                "CREATE TABLE t (id INT PRIMARY KEY, v INT, s VARCHAR(40))"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "START TRANSACTION",
                """
                INSERT INTO t WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 300000)
                SELECT n, n, CONCAT('row ', n) FROM s
                """,
                "UPDATE t SET v = -v WHERE id % 10 = 0",
                "DELETE FROM t WHERE id % 1000 = 1",
                "INSERT INTO t VALUES (1, 0, 'back')",
                "COMMIT",
                "INSERT INTO t VALUES (1000000, 1, 'after')"
            )
            try await pipeline.catchUp(within: .seconds(180))
            #expect(try await pipeline.count("t") == 300_000 - 300 + 2)
            try await pipeline.expectSameSums("t")
            let parts = try await pipeline.warehouse(
                "SELECT count() FROM leat.batches WHERE pipeline = 'large_tx' AND notEmpty(parts)"
            )
            #expect(Int(parts.first?.first.flatMap { $0 } ?? "") ?? 0 > 1, "the transaction was split")
        }
    }

    @Test("a row of 17 MB, larger than a packet, comes through the copy and through the stream")
    func largeRow() async throws {
        try await TestPipeline.with("large_row") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB)")
            let blob = "CONCAT(REPEAT(x'00FF10', 5700000), x'01')"
            try await pipeline.run("INSERT INTO t VALUES (1, \(blob))", "INSERT INTO t VALUES (2, x'02')")
            try await pipeline.startAndSettle()
            try await pipeline.run("INSERT INTO t VALUES (3, \(blob)), (4, x'04')")
            try await pipeline.catchUp()
            let there = try await pipeline.mysql.query("SELECT id, LENGTH(b), SHA2(b, 256) FROM t ORDER BY id").rows
            let here = try await pipeline.warehouse(
                "SELECT id, length(b), lower(hex(SHA256(b))) FROM large_row.t ORDER BY id"
            )
            #expect(there == here)
            #expect(here.map { $0[1] } == ["17100001", "1", "17100001", "1"])
        }
    }
}
