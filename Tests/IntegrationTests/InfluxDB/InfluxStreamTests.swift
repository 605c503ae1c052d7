import InfluxClient
import InfluxProtocol
import NIOCore
import Synchronization
import Testing

extension RealInfluxDB {
    /// Large results.
    @Suite("InfluxDB's results stream into columns")
    struct InfluxStreamTests {
        static let points = 100_000
        static let columns: [SeriesColumn] = [
            .time, .tag("device_id"), .tag("site"), .field("temperature", .float), .field("rssi", .integer),
            .field("status", .string), .field("ok", .boolean),
        ]

        /// What point `index` holds: every kind of absence occurs.
        static func row(_ index: Int) -> [InfluxValue?] {
            [
                .integer(1_700_000_000_000_000_000 + Int64(index) * 1_000_003), .string("d-\(index % 50)"),
                .string(index % 50 < 10 ? "" : "s-\(index % 5)"), index % 7 == 0 ? nil : .double(Double(index) / 64),
                .integer(Int64(index) - 50_000),
                index % 3 == 0 ? nil : .string(index % 3 == 1 ? "" : "up \(index % 11)"),
                index % 5 == 0 ? nil : .boolean(index % 2 == 0),
            ]
        }

        static func fill(_ client: InfluxClient) async throws {
            let keys = try ["temperature", "rssi", "status", "ok"].map { name throws(LineProtocolWriterError) in
                try FieldKey(name)
            }
            var writer = LineProtocolWriter()
            for start in stride(from: 0, to: points, by: 10_000) {
                writer.removeAll()
                for index in start..<(start + 10_000) {
                    let row = row(index)
                    writer.begin(
                        try SeriesKey(
                            measurement: "readings",
                            tags: [("device_id", row[1]?.stringValue ?? ""), ("site", row[2]?.stringValue ?? "")]
                        )
                    )
                    for (key, value) in zip(keys, row[3...]) { if let value { writer.add(key, value) } }
                    writer.end(time: row[0]?.integerValue)
                }
                try await client.write(writer.bytes)
            }
        }

        @Test("100 000 points come whole and exact, in every format and way of grouping")
        func large() async throws {
            try await withInflux(database: "large") { client in
                try await Self.fill(client)
                let expected = (0..<Self.points).map { Self.row($0) }
                for (format, grouping) in [
                    (StreamFormat.messagePack, ""), (.messagePack, " GROUP BY *"), (.json, ""), (.json, " GROUP BY *"),
                ] {
                    let rows = InfluxRows()
                    let summary = try await client.stream(
                        "SELECT * FROM readings\(grouping)",
                        columns: Self.columns,
                        format: format,
                        rows: rows
                    )
                    #expect(summary.rows == Self.points)
                    let sorted = rows.rows.sorted { ($0[0]?.integerValue ?? 0) < ($1[0]?.integerValue ?? 0) }
                    #expect(sorted == expected, "\(format)\(grouping)")
                }
            }
        }

        @Test("the server waits for a slow consumer instead of filling the memory")
        func backPressure() async throws {
            /// Notes whether it is ever called twice concurrently, and how large batches get.
            final class Slow: SeriesRowConsumer {
                let seen = Mutex<(calls: Int, inside: Int, insideMost: Int, rowsMost: Int)>((0, 0, 0, 0))

                func consume(_ rows: SeriesRows) async throws -> SeriesRows? {
                    let count = rows.rows
                    seen.withLock {
                        $0.calls += 1
                        $0.inside += 1
                        $0.insideMost = max($0.insideMost, $0.inside)
                        $0.rowsMost = max($0.rowsMost, count)
                    }
                    await Task.yield()
                    seen.withLock { $0.inside -= 1 }
                    return nil
                }
            }
            try await withInflux(database: "slow") { client in
                try await Self.fill(client)
                let slow = Slow()
                let summary = try await client.stream(
                    "SELECT * FROM readings",
                    columns: Self.columns,
                    batchRows: 1000,
                    rows: slow
                )
                let seen = slow.seen.withLock { $0 }
                #expect(summary.rows == Self.points)
                #expect(seen.calls == Self.points / 1000)
                #expect(seen.insideMost == 1)
                #expect(seen.rowsMost == 1000)
            }
        }

        @Test("a column that was not expected, and a value of another type, are named")
        func unexpected() async throws {
            try await withInflux(database: "unexpected") { client in
                try await client.write(ByteBuffer(string: "m f=1.5,x=1 1\n"))
                for format in [StreamFormat.messagePack, .json] {
                    let new = await influxFailure {
                        try await client.stream(
                            "SELECT * FROM m",
                            columns: [.time, .field("f", .integer)],
                            format: format,
                            rows: InfluxRows()
                        )
                    }
                    #expect(new?.code == .unexpectedColumn)
                    #expect(new?.column == "x")
                    let other = await influxFailure {
                        try await client.stream(
                            "SELECT f, x FROM m",
                            columns: [.time, .field("f", .integer), .field("x", .float)],
                            format: format,
                            rows: InfluxRows()
                        )
                    }
                    #expect(other?.code == .typeMismatch)
                    #expect(other?.column == "f")
                }
            }
        }

        @Test("a server that dies in the middle of a result is an error, never a short result")
        func killed() async throws {
            /// Kills the server at the first rows.
            actor Killer: SeriesRowConsumer {
                var batches = 0

                func consume(_ rows: SeriesRows) async throws -> SeriesRows? {
                    batches += 1
                    if batches == 1 { try await InfluxServer.shared.kill() }
                    return rows
                }
            }
            try await withInflux(database: "killed") { client in
                try await Self.fill(client)
                let killer = Killer()
                let error = await influxFailure {
                    try await client.stream(
                        "SELECT * FROM readings, readings, readings, readings",
                        columns: Self.columns,
                        chunkSize: 100,
                        batchRows: 100,
                        rows: killer
                    )
                }
                try await InfluxServer.shared.start()
                #expect(error?.code == .connectionLost)
                #expect(error?.isTransient == true)
                let after = try await client.query("SELECT count(rssi) FROM readings")
                #expect(after.series.first?.column("count") == [.integer(Int64(Self.points))])
            }
        }
    }
}
