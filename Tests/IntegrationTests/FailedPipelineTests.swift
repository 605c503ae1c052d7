import ClickHouseClient
import Foundation
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

@Suite("A pipeline that fails", .sharesServers)
struct FailedPipelineTests {
    /// Gives the configuration of `one` the source of `two` as well.
    private func join(_ one: TestPipeline, _ two: TestPipeline) throws {
        let second = try String(contentsOfFile: two.configuration, encoding: .utf8)
            .split(separator: "warehouse:")[0].replacing("sources:\n", with: "")
        let first = try String(contentsOfFile: one.configuration, encoding: .utf8)
        try first.replacing("warehouse:", with: second + "warehouse:")
            .write(toFile: one.configuration, atomically: true, encoding: .utf8)
    }

    @Test("one source's failure leaves the others running, is shown everywhere, and is over once its cause is removed")
    func otherSources() async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        options.user = "failing_user"
        try await TestPipeline.with("failing_one") { one in
            try await TestPipeline.with("failing_two", options) { two in
                for pipeline in [one, two] {
                    try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
                }
                try await two.run(
                    "CREATE USER failing_user@'%' IDENTIFIED BY '\(two.servers.primary.password)'",
                    "GRANT SELECT, REPLICATION CLIENT ON *.* TO failing_user@'%'"
                )
                try join(one, two)
                try await one.start()
                try await one.settle()
                try await one.run("INSERT INTO t VALUES (2)")
                try await one.catchUp()
                let status = try await one.status()
                let failed = try #require(status.pipelines.first { $0.name == "failing_two" })
                #expect(failed.state == "failed" && failed.cause.contains("REPLICATION SLAVE"), "\(failed)")
                #expect(failed.remedy.contains("GRANT"), "\(failed)")
                #expect(!status.isRunning)
                #expect(status.pipelines.first { $0.name == "failing_one" }?.state == "running")
                let text = try await one.command("status").output
                #expect(text.contains("failing_two  failed: ") && text.contains("  fix: "), "\(text)")
                #expect(text.contains("failing_one  running"), "\(text)")
                #expect(try await one.health() == "failed")
                #expect(try await one.healthText().contains("REPLICATION SLAVE"))
                #expect(try await one.metrics().value("leat_pipeline_failed", "source=\"failing_two\"") == 1)
                #expect(try await one.metrics().value("leat_pipeline_failed", "source=\"failing_one\"") == 0)
                // Tables of it cannot be ordered about, and the answer says why.
                let order = try await one.command("tables", "resync", "failing_two.t")
                #expect(order.exit == .code(3) && order.errors.contains("has failed: "), "\(order.errors)")

                try await two.run("GRANT REPLICATION SLAVE ON *.* TO failing_user@'%'")
                try await eventually("the remedy shows its effect", within: .seconds(60)) {
                    try await two.states() == ["failing_two.t": "streaming"]
                }
                try await two.expectSame("t")
                #expect(try await one.status().isRunning)
                #expect(try await one.metrics().value("leat_pipeline_failed", "source=\"failing_two\"") == 0)
                #expect(try await one.health() == "ok")
                #expect(one.leat?.isRunning == true)
            }
        }
    }
}
