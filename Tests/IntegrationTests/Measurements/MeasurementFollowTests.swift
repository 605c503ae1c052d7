import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import Testing
import Verification

@testable import DevPlatform

@Suite("Verifying and repairing measurements of which points are deleted or gone", .serialized)
struct MeasurementFollowTests {
    @Test("deleted points that are kept are counted apart, and are no difference; a lost point is one, and is repaired")
    func kept() async throws {
        try await MeasurementBench.with("kept") { bench in
            let now = SeriesBench.now()
            let lines = (0..<500).map { "m,d=d\($0 % 2) v=\($0) \(now - Int64($0 + 2) * 60_000_000_000)" }
            try await bench.write(lines.joined(separator: "\n"), "gone v=1 \(now - 600_000_000_000)")
            try await bench.running {
                try await bench.arrival(of: 500, in: "m")
                try await bench.arrival(of: 1, in: "gone")
                try await bench.influx.query("DELETE FROM m WHERE d = 'd0'")
                try await bench.influx.query("DROP MEASUREMENT gone")
                let (report, exit) = try await bench.verify()
                #expect(exit == .code(0), "\(report)")
                let m = try #require(report.tables.first { $0.name == "m_kept.m" })
                #expect(m.isEqual)
                #expect(m.keptRows == 250)
                #expect(m.warehouseRows == 250)
                #expect(try await bench.verify("m_kept.gone").report.tables.first?.keptRows == 1)

                try await bench.client.execute(
                    "DELETE FROM m_kept_raw.m WHERE v IN (101, 103)",
                    settings: ["lightweight_deletes_sync": "2"]
                )
                let (different, code) = try await bench.verify("m_kept.m")
                #expect(code == .code(1))
                #expect(different.tables.first?.differences.map(\.kind) == [.missing, .missing])
                let answer = try await LeatAnswer(
                    ["repair", "--all", "--config", bench.configuration],
                    in: bench.folder,
                    within: .seconds(120)
                )
                #expect(answer.exit == .code(0), "\(answer.output)\(answer.errors)")
                #expect(!answer.output.contains("NOTHING COMPARED"))
                #expect(try await bench.number("SELECT count() FROM m_kept.m WHERE v IN (101, 103)") == 2)
                #expect(try await bench.verify("m_kept.m").exit == .code(0))
            }
        }
    }

    @Test("where no point can be compared, verify says so; within a short retention it compares all but its end")
    func shortRetention() async throws {
        try await MeasurementBench.with("short") { bench in
            try await bench.influx.query(
                "ALTER RETENTION POLICY \"autogen\" ON \"m_short\" DURATION 1h SHARD DURATION 1h"
            )
            let now = SeriesBench.now()
            try await bench.write("m v=1 \(now - 60_000_000_000)", "m v=2 \(now - 1_200_000_000_000)")
            try await bench.write("future v=1 \(now + 86_400_000_000_000)")
            try await bench.running {
                try await bench.arrival(of: 2, in: "m")
                try await bench.arrival(of: 1, in: "future")
                let (report, _) = try await bench.verify("m_short.m")
                #expect(report.isEqual)
                #expect(report.tables.first?.sourceRows == 2)
                let (nothing, exit) = try await bench.verify("m_short.future")
                #expect(!nothing.isEqual)
                #expect(exit != .code(0))
                #expect(nothing.tables.first?.failure?.hasPrefix("nothing was compared") == true)
                try await bench.client.execute(
                    "DELETE FROM m_short_raw.m WHERE v = 2",
                    settings: ["lightweight_deletes_sync": "2"]
                )
                #expect(try await bench.verify("m_short.m").exit == .code(1))
            }
        }
    }
}
