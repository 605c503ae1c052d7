import Foundation
import LeatTestSupport
import Testing

@testable import DevPlatform

@Suite("Faults: the heartbeat row", .breaksServers, .serialized)
struct HeartbeatTests {
    @Test("it goes the whole way, says which half is late, and is in nobody's way")
    func wholeWay() async throws {
        var options = TestPipeline.Options()
        options.hasHeartbeat = true
        try await TestPipeline.with("beating", options) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
            try await pipeline.startAndSettle()
            try await expectFresh(pipeline)

            // Not compared unless asked for; the others are, under its writes.
            let answer = try await pipeline.command("verify", "--json")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            #expect(answer.output.contains("beating.t"))
            #expect(!answer.output.contains("beating_beat"))

            try await pipeline.servers.kill(.clickhouse)
            try await eventually("the warehouse's half is late, the source's is not", within: .seconds(30)) {
                let page = try await pipeline.metrics()
                let inserted = page.value("leat_heartbeat_row_lag_seconds", "stage=\"insert\"") ?? 0
                let received = page.value("leat_heartbeat_row_lag_seconds", "stage=\"receive\"") ?? .infinity
                return inserted > 5 && received < 3
            }
            try await pipeline.servers.stack.start(.clickhouse)
            try await expectFresh(pipeline)

            // Where it cannot be written it grows old on the whole way.
            try await pipeline.servers.kill(.mysqlPrimary)
            try await eventually("both halves are late", within: .seconds(30)) {
                let page = try await pipeline.metrics()
                return page.series.filter { $0.name == "leat_heartbeat_row_lag_seconds" }.count { $0.value > 5 } == 2
            }
            try await pipeline.servers.stack.start(.mysqlPrimary)
            try await expectFresh(pipeline)
            try await pipeline.reconnect()
        }
    }

    private func expectFresh(_ pipeline: TestPipeline) async throws {
        try await eventually("the row has just come to both stages", within: .seconds(60)) {
            let page = try await pipeline.metrics()
            return page.series.filter { $0.name == "leat_heartbeat_row_lag_seconds" }.count { $0.value < 3 } == 2
        }
    }
}
