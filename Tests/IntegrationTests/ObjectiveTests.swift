import Foundation
import LeatTestSupport
import Testing

@testable import DevPlatform

/// Service-level objectives of a running process, as `leat status` and Prometheus see them.
@Suite("Objectives", .sharesServers)
struct ObjectiveTests {
    private struct Answer: Decodable {
        struct Objective: Decodable {
            var source: String
            var name: String
            var met: Bool?
            var target: Double
            var ratio: Double?
            var checks: Int
            var burn: Double?
            var reason: String
        }

        var objectives: [Objective]?
    }

    private func objectives(_ pipeline: TestPipeline) async throws -> [String: Answer.Objective]? {
        let answer = try await pipeline.command("status", "--json")
        try #require(answer.exit == .code(0), "\(answer.errors)")
        let objectives = try JSONDecoder().decode(Answer.self, from: Data(answer.output.utf8)).objectives
        return objectives.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0) }) }
    }

    @Test(
        "are met, then missed when a table stops, in `leat status` and in /metrics; nobody claims anything of a dead process"
    )
    func live() async throws {
        var options = TestPipeline.Options()
        options.naming =
            "objectives: {freshness: {below: 20s}, schema-drift: {}, "
            + "volume: [{table: objectives.orders, per: 1h, at-least: 3}, {table: objectives.quiet, per: 10s}]}"
        try await TestPipeline.with("objectives", options) { pipeline in
            #expect(try await objectives(pipeline) == nil, "nothing runs yet")
            try await pipeline.run(
                "CREATE TABLE orders (id INT PRIMARY KEY)",
                "CREATE TABLE quiet (id INT PRIMARY KEY)",
                "INSERT INTO orders VALUES (1)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("INSERT INTO orders VALUES (2), (3)", "DELETE FROM orders WHERE id = 1")
            try await eventually("the objectives are as they should be") {
                let all = try await objectives(pipeline) ?? [:]
                // Nothing was compared by this process, and `quiet` has had no row for ten seconds.
                return all["freshness"]?.met == true && all["schema-drift"]?.met == true
                    && all["volume:objectives.orders"]?.met == true && all["volume:objectives.quiet"]?.met == false
            }
            let before = try #require(try await objectives(pipeline))
            #expect(before["schema-drift"]?.burn == 0 && before["schema-drift"]?.target == 1)
            #expect(before.values.allSatisfy { $0.source == "objectives" })
            try await pipeline.warehouseExecute(
                "CREATE TABLE objectives_raw.taken (id Int32) ENGINE = MergeTree ORDER BY id"
            )
            try await pipeline.run("CREATE TABLE taken (id INT PRIMARY KEY)")
            try await eventually("the table that stops is seen") {
                try await objectives(pipeline)?["schema-drift"]?.met == false
            }
            let after = try #require(try await objectives(pipeline)?["schema-drift"])
            #expect(after.reason == "1 table is quarantined" && after.burn == nil && (after.ratio ?? 1) < 1)
            let page = await pipeline.metricsText()
            #expect(page.contains("leat_slo_met{source=\"objectives\",slo=\"schema-drift\"} 0\n"))
            #expect(page.contains("leat_slo_met{source=\"objectives\",slo=\"freshness\"} 1\n"))
            #expect(page.contains("leat_slo_target_ratio{source=\"objectives\",slo=\"completeness\"} 0.999\n"))
            #expect(page.contains(#/leat_slo_checks_total{source="objectives",slo="schema-drift",result="bad"} [1-9]/#))
            let text = try await pipeline.command("status").output
            #expect(text.contains("objectives freshness") && text.contains("MISSED"), "\(text)")
            try await pipeline.stop()
            #expect(try await objectives(pipeline) == nil, "nothing runs any more")
        }
    }
}
