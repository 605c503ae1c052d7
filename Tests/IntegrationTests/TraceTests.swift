import Foundation
import HTTPTypes
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

/// Spans of batches, as a collector gets them.
@Suite("Traces", .sharesServers)
struct TraceTests {
    @Test("each batch is a trace: decoded, queued, defined, inserted by table, acknowledged, verified; copies are, too")
    func batches() async throws {
        try await SpanCollector.with { collector, url in
            var options = TestPipeline.Options()
            options.more = "tracing: {otlp: \"\(url)\"}"
            options.verification = "{background: off, interval: 1s, warehouse-share: 100%}"
            try await TestPipeline.with("traces", options) { pipeline in
                try await pipeline.run(
                    "CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(40))",
                    "CREATE TABLE b (id INT PRIMARY KEY)",
                    "INSERT INTO a VALUES (1, 'canary-in-a-copied-row')"
                )
                try await pipeline.startAndSettle()
                try await pipeline.run(
                    "BEGIN",
                    "INSERT INTO a VALUES (2, 'canary-in-a-streamed-row'), (3, '')",
                    "INSERT INTO b VALUES (1)",
                    "COMMIT"
                )
                try await pipeline.catchUp()
                let position = try await pipeline.mysql.query("SELECT @@GLOBAL.server_uuid").scalar ?? "?"
                try await eventually("the batch is verified") {
                    let batch = collector.spans.first { $0.name == "batch" && $0.attributes["leat.rows"] == "3" }
                    return batch.map { batch in
                        collector.spans.contains { $0.name == "verified" && $0.parent == batch.identity }
                    } ?? false
                }
                // What has not gone out goes out at the end.
                try await pipeline.stop()
                let spans = collector.spans
                #expect(collector.contentTypes == ["application/json"])

                let batch = try #require(
                    spans.first { $0.name == "batch" && $0.attributes["leat.rows"] == "3" },
                    "\(spans.map(\.name))"
                )
                #expect(batch.parent == nil && batch.attributes["leat.source"] == "traces")
                #expect(batch.attributes["leat.kind"] == "stream")
                #expect(batch.attributes["leat.gtid"]?.lowercased().contains(position.lowercased()) == true)
                #expect((Int(batch.attributes["leat.bytes"] ?? "") ?? 0) > 0)
                #expect((Int(batch.attributes["leat.batch"] ?? "") ?? 0) > 0)
                let below = spans.filter { $0.trace == batch.trace && $0.parent == batch.identity }
                let verified = below.filter { $0.name == "verified" }
                #expect(verified.count == 1 && verified.allSatisfy { $0.start >= batch.end && $0.end > $0.start })
                #expect(verified.first?.attributes["leat.batch"] == batch.attributes["leat.batch"])
                let steps = below.filter { $0.name != "verified" }
                #expect(
                    steps.map(\.name).sorted() == ["acknowledge", "decode", "define", "insert", "insert", "queue"]
                )
                for step in steps {
                    #expect(step.start >= batch.start && step.end <= batch.end && step.start <= step.end, "\(step)")
                    #expect(!step.hasFailed)
                }
                func step(_ name: String) throws -> SpanCollector.Span {
                    try #require(steps.first { $0.name == name })
                }
                #expect(try step("decode").end <= step("queue").start)
                #expect(try step("queue").end <= step("define").start)
                let inserts = steps.filter { $0.name == "insert" }
                #expect(inserts.compactMap { $0.attributes["leat.table"] }.sorted() == ["traces.a", "traces.b"])
                #expect(inserts.first { $0.attributes["leat.table"] == "traces.a" }?.attributes["leat.rows"] == "2")
                #expect(try step("acknowledge").start >= (inserts.map(\.end).max() ?? .max))

                let copy = try #require(
                    spans.first { $0.name == "batch" && $0.attributes["leat.table"] == "traces.a" }
                )
                #expect(copy.attributes["leat.kind"] == "range" && copy.attributes["leat.rows"] == "1")
                let copied = Set(spans.filter { $0.parent == copy.identity }.map(\.name))
                #expect(copied == ["read", "insert", "acknowledge"])
                #expect(!collector.bodies.contains("canary"), "a value of a row is in a span")
            }
        }
    }

    @Test("a collector that is away, or refuses, changes nothing but a line in the log", arguments: [true, false])
    func away(isThere: Bool) async throws {
        try await SpanCollector.with(answering: .serviceUnavailable) { collector, url in
            let dead = "http://127.0.0.1:\(try FreePort.any())"
            var options = TestPipeline.Options()
            options.more = "tracing: {otlp: \"\(isThere ? url : dead)\"}"
            try await TestPipeline.with(isThere ? "traces_refused" : "traces_away", options) { pipeline in
                try await pipeline.run("CREATE TABLE a (id INT PRIMARY KEY)", "INSERT INTO a VALUES (1)")
                try await pipeline.startAndSettle()
                try await pipeline.run("INSERT INTO a VALUES (2)")
                try await pipeline.catchUp()
                try await eventually("the log says that spans were dropped") {
                    try pipeline.logText().contains("\"message\":\"spans were dropped\"")
                }
                #expect(try await pipeline.health() == "ok")
                #expect(try await pipeline.status(of: "a").rows == 2)
                #expect(collector.requests > 0 || !isThere)
                #expect(try await pipeline.stop() == .code(0))
            }
        }
    }
}
