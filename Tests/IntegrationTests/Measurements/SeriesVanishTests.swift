import Foundation
import InfluxClient
import InfluxProtocol
import LeatTestSupport
import Testing

@testable import DevPlatform

@Suite("Measurements and databases that are dropped in InfluxDB", .serialized)
struct SeriesVanishTests {
    @Test(
        "a dropped measurement is emptied, or kept and said to be gone; written again it is followed",
        arguments: [
            "keep", "mirror",
        ]
    )
    func dropped(_ onDelete: String) async throws {
        try await SeriesBench.with("gone_\(onDelete)", .init(sweep: "1h", onDelete: onDelete)) { bench in
            let now = SeriesBench.now()
            let lines = (0..<100).map { "m,d=d\($0 % 3) v=\($0) \(now - Int64($0) * 3_600_000_000_000)" }
            try await bench.write(lines.joined(separator: "\n"), "other v=1 \(now)")
            try await bench.start()
            try await bench.equal("m")
            try await bench.equal("other")
            try await bench.wait(for: "m", toBe: "streaming")
            try await bench.influx.query("DROP MEASUREMENT m")
            try await bench.wait(for: "m", toBe: onDelete == "keep" ? "kept" : "dropped")
            let left = onDelete == "keep" ? 100 : 0
            #expect(try await bench.number("SELECT count() FROM \(bench.database).m") == left)
            if onDelete == "keep" {
                let status = try #require(try await bench.status(of: "m"))
                #expect(status.cause == "InfluxDB no longer has it; its 100 points are kept here")
            }
            // What it is in is known after a restart, too.
            try await bench.stop()
            try await bench.start()
            try await bench.write("other v=2 \(SeriesBench.now())")
            try await bench.equal("other")
            try await bench.wait(for: "m", toBe: onDelete == "keep" ? "kept" : "dropped")
            try await bench.write("m,d=d1 v=5 \(SeriesBench.now())")
            try await bench.wait(for: "m", toBe: "streaming")
            try await eventually("the new point is there", within: .seconds(30)) {
                try await bench.number("SELECT count() FROM \(bench.database).m") == left + 1
            }
        }
    }

    @Test(
        "a measurement that was dropped while leat was away is emptied at the next start with mirror, and kept with keep",
        arguments: ["keep", "mirror"]
    )
    func droppedWhileAway(_ onDelete: String) async throws {
        try await SeriesBench.with("gone_away_\(onDelete)", .init(sweep: "1h", onDelete: onDelete)) { bench in
            try await bench.write("m v=1 \(SeriesBench.now())", "other v=1 \(SeriesBench.now())")
            try await bench.start()
            try await bench.equal("m")
            try await bench.wait(for: "m", toBe: "streaming")
            try await bench.stop()
            try await bench.influx.query("DROP MEASUREMENT m")
            try await bench.start()
            try await bench.wait(for: "m", toBe: onDelete == "keep" ? "kept" : "dropped")
            let left = onDelete == "keep" ? 1 : 0
            #expect(try await bench.number("SELECT count() FROM \(bench.database).m") == left)
        }
    }

    @Test("keep: points that are deleted seconds after they were written stay")
    func deletedAtOnce() async throws {
        try await SeriesBench.with("gone_young", .init(sweep: "1h", onDelete: "keep")) { bench in
            let now = SeriesBench.now()
            let lines = (0..<20).map { "m,d=d\($0 % 2) v=\($0) \(now - Int64($0))" }
            try await bench.write(lines.joined(separator: "\n"))
            try await bench.start()
            try await bench.equal("m")
            try await bench.wait(for: "m", toBe: "streaming")
            try await bench.influx.query("DELETE FROM m WHERE d = 'd1'")
            // Until the read that confirms their window has been there.
            let frontier = """
                SELECT countIf(toUnixTimestamp64Nano(end) > \(now)) FROM leat.windows
                WHERE pipeline = '\(bench.database)' AND kind = 'frontier'
                """
            try await eventually("the window of the points is confirmed", within: .seconds(90)) {
                try await bench.number(frontier) > 0
            }
            #expect(try await bench.number("SELECT count() FROM \(bench.database).m") == 20)
        }
    }

    @Test("a dropped database takes its measurements with it; created again it is followed")
    func database() async throws {
        try await SeriesBench.with("gone_db", .init(sweep: "1h", onDelete: "mirror")) { bench in
            try await bench.write("m v=1 \(SeriesBench.now())")
            try await bench.start()
            try await bench.equal("m")
            try await bench.wait(for: "m", toBe: "streaming")
            try await bench.influx.query("DROP DATABASE \"s_gone_db\"", database: "")
            try await bench.wait(for: "m", toBe: "dropped")
            #expect(try await bench.number("SELECT count() FROM s_gone_db.m") == 0)
            try await bench.influx.query("CREATE DATABASE \"s_gone_db\"", database: "")
            try await bench.write("m v=2 \(SeriesBench.now())")
            try await bench.equal("m")
        }
    }

    @Test("a measurement that is called like a rollup is carried under its own name, whichever of the two came first")
    func rollupNames() async throws {
        try await SeriesBench.with("names") { bench in
            let now = SeriesBench.now()
            try await bench.write("raw,d=a v=1 \(now)", "late,d=a v=1 \(now)", "raw_1m,d=a mean=1 \(now)")
            try await bench.start()
            try await bench.equal("raw")
            try await bench.equal("raw_1m")
            try await bench.equal("late")
            try await eventually("the other has rollups") {
                try await bench.number("EXISTS VIEW s_names.late_1m") == 1
            }
            try await bench.write("late_1m,d=a mean=1 \(SeriesBench.now())", "late,d=a v=2 \(SeriesBench.now())")
            try await bench.equal("late_1m")
            try await bench.equal("late")
            #expect(try await bench.status(of: "late_1m")?.state == "streaming")
            #expect(try await bench.number("SELECT count() FROM system.tables WHERE name = 'late_gaps'") == 0)
        }
    }
}
