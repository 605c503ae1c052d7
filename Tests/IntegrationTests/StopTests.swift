import LeatTestSupport
import Testing

@testable import DevPlatform

@Suite("The end of a run", .sharesServers)
struct StopTests {
    @Test("SIGTERM ends it in order: exit code 0, everything acknowledged, and nothing is sent again at the next start")
    func cleanStop() async throws {
        try await TestPipeline.with("stop") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (0, 0)")
            try await pipeline.startAndSettle()
            for id in 1...200 { try await pipeline.run("INSERT INTO t VALUES (\(id), \(id))") }
            try await pipeline.catchUp()
            let start = ContinuousClock.now
            #expect(try await pipeline.stop() == .code(0))
            #expect(.now - start < .seconds(15))
            let before = try await pipeline.batches()
            #expect(before.last == before.acknowledged, "all that was defined is acknowledged")
            let raw =
                "SELECT count(), countIf(_version = max) FROM stop_raw.t, (SELECT max(_version) AS max FROM stop_raw.t) AS m"
            let rows = try await pipeline.warehouse(raw)

            // While it is away nothing happens, and then something does.
            try await pipeline.start()
            try await pipeline.catchUp()
            #expect(try await pipeline.batches().last == before.last, "no batch was defined for what was there")
            #expect(try await pipeline.warehouse(raw) == rows, "no row was written again")
            // Right after its start it does not listen to signals yet.
            try await eventually("it answers") { (try? await pipeline.health()) != nil }
            #expect(try await pipeline.stop() == .code(0))
            try await pipeline.run("UPDATE t SET v = -v", "DELETE FROM t WHERE id > 100")
            try await pipeline.start()
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
        }
    }

    @Test("SIGTERM in the middle of a copy ends it, and the next start resumes after the ranges that are done")
    func stopWhileCopying() async throws {
        var options = TestPipeline.Options()
        options.batchRows = 1000
        try await TestPipeline.with("stop_copying", options) { pipeline in
            try await pipeline.run(
                "SET cte_max_recursion_depth = 1000000",
                "CREATE TABLE t (id INT PRIMARY KEY, v TEXT)",
                """
                INSERT INTO t WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 60000)
                SELECT n, CONCAT('row ', n) FROM s
                """
            )
            try await pipeline.start()
            try await eventually("some ranges are done", every: .milliseconds(10)) {
                try await pipeline.batches(of: "range").defined >= 5
            }
            #expect(try await pipeline.stop() == .code(0))
            let done = try await pipeline.batches(of: "range").defined
            try #require(done < 60, "it was stopped too late to show anything")
            try await pipeline.run("DELETE FROM t WHERE id % 3 = 0", "UPDATE t SET v = 'while away' WHERE id % 3 = 1")
            try await pipeline.start()
            try await pipeline.settle()
            try await pipeline.expectSameSums("t")
            #expect(try await pipeline.count("t") == 40_000)
            #expect(try await pipeline.batches(of: "range").defined <= 61, "no range was claimed twice")
        }
    }
}
