import Foundation
import InfluxClient
import InfluxProtocol
import LeatTestSupport
import NIOCore
import Testing

@testable import DevPlatform

@Suite("Points that InfluxDB has pushed and refused", .serialized)
struct SeriesRefusalTests {
    @Test("points beyond a retention that was lowered meanwhile neither appear nor replace archived values")
    func retention() async throws {
        try await SeriesBench.with("refused", .init(lookback: "1h", sweep: "2s")) { bench in
            let now = SeriesBench.now()
            let day: Int64 = 86_400_000_000_000
            try await bench.write("m,d=a v=1 \(now - 30 * day)", "m,d=a v=2 \(now)")
            try await bench.start()
            try await bench.equal("m")
            try await bench.wait(for: "m", toBe: "streaming")
            try await bench.subscribed()
            try await bench.influx.query(
                "ALTER RETENTION POLICY \"autogen\" ON \"s_refused\" DURATION 1d SHARD DURATION 1h"
            )
            await #expect(throws: InfluxError.self) { try await bench.write("m,d=a v=666 \(now - 30 * day)") }
            await #expect(throws: InfluxError.self) { try await bench.write("m,d=a v=666 \(now - 29 * day)") }
            try await bench.write("m,d=a v=3 \(SeriesBench.now())")
            try await eventually("the later push is there", within: .seconds(20)) {
                try await bench.number("SELECT count() FROM s_refused.m WHERE v = 3") == 1
            }
            try await Task.sleep(for: .seconds(5))
            #expect(try await bench.number("SELECT count() FROM s_refused_raw.m WHERE v = 666") == 0)
            #expect(try await bench.number("SELECT count() FROM s_refused.m WHERE v = 1") == 1)
        }
    }

    @Test(
        "a pushed point that the source does not have is taken back; what was deleted there before stays",
        arguments: [
            "keep", "mirror",
        ]
    )
    func unconfirmed(_ onDelete: String) async throws {
        try await SeriesBench.with("hint_\(onDelete)", .init(lookback: "30s", sweep: "1h", onDelete: onDelete)) {
            bench in
            let now = SeriesBench.now()
            try await bench.write("m,d=a v=1 \(now)", "m,d=old v=1 \(now - 3_600_000_000_000)")
            try await bench.start()
            try await bench.equal("m")
            try await bench.wait(for: "m", toBe: "streaming")
            try await bench.subscribed()
            let kept = onDelete == "keep" ? 1 : 0
            try await bench.influx.query("DELETE FROM m WHERE d = 'old'")
            let destination = try #require(try await bench.destinations().first)
            let url = try #require(URLComponents(string: destination))
            let time = SeriesBench.now()
            // As the source pushes what it has refused for max-values-per-tag.
            try await bench.push(
                "m,d=refused v=666 \(time)",
                "m,d=a v=2 \(time)",
                "m,d=old v=667 \(now - 3_600_000_000_000)",
                to: url
            )
            try await bench.write("m,d=a v=2 \(time)")
            try await eventually("the refused point is shown for a moment", within: .seconds(10)) {
                try await bench.number("SELECT count() FROM \(bench.database).m WHERE v = 666") == 1
            }
            try await eventually("the refused point is gone", within: .seconds(150)) {
                try await bench.number("SELECT count() FROM \(bench.database).m WHERE v = 666") == 0
            }
            #expect(try await bench.number("SELECT count() FROM \(bench.database).m WHERE v = 2") == 1)
            #expect(try await bench.number("SELECT count() FROM \(bench.database)_raw.m WHERE v = 667") == 0)
            if onDelete == "keep" {
                #expect(try await bench.number("SELECT count() FROM \(bench.database).m WHERE d = 'old'") == kept)
            }
        }
    }
}

extension SeriesBench {
    /// Pushes points to leat as the source does, which does not have them itself.
    func push(_ lines: String..., to destination: URLComponents) async throws {
        let client = InfluxClient(
            endpoint: InfluxEndpoint(
                url: "http://127.0.0.1:\(destination.port ?? 0)",
                database: database,
                user: destination.user ?? "",
                password: destination.password ?? ""
            ),
            logger: silent
        )
        do {
            try await client.write(
                ByteBuffer(string: lines.joined(separator: "\n")),
                retentionPolicy: "autogen",
                gzip: false
            )
            try await client.shutdown()
        } catch {
            try? await client.shutdown()
            throw error
        }
    }
}
