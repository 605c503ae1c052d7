import ClickHouseClient
import Foundation
import LeatTestSupport
import MySQLClient
import SampleData
import Testing

@testable import DevPlatform

/// Everything that may break, breaks while a shop is open. `LEAT_FAULTS=long` makes it larger (2 million rows a table,
/// `LEAT_FAULTS_ROWS`) and breaks each thing three times.
@Suite("Faults: kill -9 at every step, under load", .breaksServers, .serialized)
struct FaultTests {
    private static let isLong = ProcessInfo.processInfo.environment["LEAT_FAULTS"] == "long"
    private static let times = isLong ? 3 : 1

    private static var rows: Int {
        ProcessInfo.processInfo.environment["LEAT_FAULTS_ROWS"].flatMap { Int($0) } ?? (isLong ? 2_000_000 : 3_000)
    }

    @Test(
        "killed in the copy, between an insert and its acknowledgement, and in the stream, nothing is lost or doubled"
    )
    func kills() async throws {
        var options = TestPipeline.Options()
        options.batchRows = Self.isLong ? 100_000 : 1_000
        options.durability = "strict"
        try await TestPipeline.with("faults", options) { pipeline in
            let shop = FaultyShop(pipeline, rows: Self.rows, rate: 500)
            try await shop.load()
            try await shop.withTraffic {
                for time in 1...Self.times {
                    try await shop.killInCopy("kill \(time) in the copy")
                }
                for time in 1...Self.times {
                    try await shop.killBeforeAcknowledgement("kill \(time) between an insert and its acknowledgement")
                }
                try await pipeline.run("TRUNCATE TABLE reviews")
                try await shop.copied()
                try await pipeline.run(
                    "ALTER TABLE orders ADD COLUMN priority SMALLINT NOT NULL DEFAULT 5 AFTER status"
                )
                for time in 1...Self.times {
                    try await shop.killInStream("kill \(time) in the stream")
                }
                for time in 1...3 {
                    try await shop.killClickHouse("kill \(time) of ClickHouse")
                }
                try await pipeline.run(
                    "ALTER TABLE customers ADD COLUMN nickname VARCHAR(20)",
                    "TRUNCATE TABLE shipments"
                )
                try await shop.killInStream("kill right after DDL")
            }
            try await shop.expectEqual()
        }
    }

    @Test("killed again and again while it starts and goes through DDL, it ends with the same tables as the source")
    func killsInDDL() async throws {
        try await TestPipeline.with("fault_ddl") { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v TEXT)",
                "INSERT INTO t (v) VALUES ('first')"
            )
            try await pipeline.startAndSettle()
            for round in 1...(Self.isLong ? 40 : 6) {
                try await pipeline.run(
                    "INSERT INTO t (v) VALUES ('a\(round)')",
                    "ALTER TABLE t ADD COLUMN c\(round) INT DEFAULT \(round)",
                    "INSERT INTO t (v) VALUES ('b\(round)')",
                    "CREATE TABLE n\(round) (id INT PRIMARY KEY, v INT)",
                    "INSERT INTO n\(round) VALUES (1, 1), (2, 2)",
                    "UPDATE t SET v = CONCAT(v, '+') ORDER BY id DESC LIMIT 3"
                )
                if round % 3 == 0 { try await pipeline.run("TRUNCATE TABLE t", "INSERT INTO t (v) VALUES ('after')") }
                if round % 2 == 0 { try await pipeline.run("DROP TABLE n\(round)") }
                // In one of the barriers, or between two: after `round % 3` more of them.
                let before = try await pipeline.batches(of: "barrier").defined
                try await eventually("DDL is being carried out", every: .milliseconds(5)) {
                    let barriers = try await pipeline.batches(of: "barrier").defined
                    let isOver = try await pipeline.position() == pipeline.sourcePosition()
                    return barriers >= before + round % 3 || isOver
                }
                await pipeline.leat?.kill()
                let state = try await pipeline.batches()
                print("faults: killed in DDL: batch \(state.last) defined, \(state.acknowledged) acknowledged")
                try await pipeline.start()
                // The definition of a table is read when its statement comes by, so the next one must not overtake it.
                try await pipeline.catchUp()
            }
            try await pipeline.settle()
            let names = try await pipeline.mysql.query("SHOW TABLES").rows.map { $0[0] ?? "" }
            let states = try await pipeline.states()
            for name in names {
                #expect(states["fault_ddl.\(name)"] == "streaming", "\(name)")
                try await pipeline.expectSame(name, "\(name)")
            }
            let views = try await pipeline.warehouse(
                "SELECT name FROM system.tables WHERE database = 'fault_ddl' ORDER BY name"
            ).map { $0[0] ?? "" }
            #expect(views == names.sorted())
        }
    }
}
