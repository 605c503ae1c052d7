import ColumnarBytes
import Foundation
import InfluxClient
import InfluxProtocol
import Logging
import Synchronization
import Testing

@testable import SampleData

/// Loading and traffic on a real InfluxDB server.
@Suite("A fleet on a server", .serialized)
struct FleetOnServerTests {
    private func expectHistory(_ expectation: FleetExpectation, _ endpoint: InfluxEndpoint) async throws {
        try await FleetTestServer.withClient(endpoint) { client in
            for measurement in expectation.measurements {
                for group in [measurement.all] + measurement.sites {
                    #expect(group.fields[0].count == group.points)
                    for field in group.fields where field.count > 0 {
                        try await expectSame(field, client)
                    }
                }
                let types = try await client.query("SHOW FIELD KEYS FROM \"\(measurement.name)\"")
                let rows = types.series.first?.values ?? []
                let held = Dictionary(
                    uniqueKeysWithValues: rows.map { ($0[0]?.stringValue ?? "", $0[1]?.stringValue ?? "") }
                )
                #expect(held == Dictionary(uniqueKeysWithValues: measurement.all.fields.map { ($0.name, $0.type) }))
            }
        }
    }

    private func expectSame(_ field: FleetExpectation.Field, _ client: InfluxClient) async throws {
        let series = try #require(try await client.query(field.influxQL).series.first, "\(field.influxQL)")
        func number(_ column: String) -> Double? { series.column(column).first.flatMap { $0 }?.doubleValue }
        #expect(series.column("count") == [.integer(Int64(field.count))], "\(field.influxQL)")
        guard let sum = field.sum.flatMap(Double.init) else { return }
        let held = try #require(number("sum"))
        #expect(abs(held - sum) <= abs(sum) * 1e-9 + 1e-6, "\(field.influxQL): \(held) instead of \(sum)")
        #expect(number("min") == field.min.flatMap(Double.init), "\(field.influxQL)")
        #expect(number("max") == field.max.flatMap(Double.init), "\(field.influxQL)")
    }

    @Test(
        "what is loaded adds up to what was foretold, and loading again loads nothing",
        arguments: [FleetDisorder.none, .all],
        [true, false]
    )
    func load(disorder: FleetDisorder, isCompressed: Bool) async throws {
        let endpoint = try await FleetTestServer.shared.newDatabase()
        let generator = FleetGenerator(seed: 3, rows: 20_000, disorder: disorder)
        let loader = FleetLoader(endpoint: endpoint, generator: generator, isCompressed: isCompressed)
        let reports = Mutex<[LoadProgress]>([])
        let summary = try await loader.load { progress in reports.withLock { $0.append(progress) } }
        let expectation = FleetExpectation(generator)
        #expect(summary.rowsLoaded == expectation.measurements.reduce(0) { $0 + $1.all.points })
        #expect(summary.rows == summary.rowsLoaded && summary.rows >= 60_000)
        let last = reports.withLock { $0.last }
        #expect(last?.rows == summary.rows && last?.fraction == 1)
        try await expectHistory(expectation, endpoint)
        #expect(try await loader.load().rowsLoaded == 0)
    }

    @Test("loading resumes where it was cut off, and restores what was deleted")
    func resume() async throws {
        let endpoint = try await FleetTestServer.shared.newDatabase()
        let generator = FleetGenerator(seed: 4, rows: 20_000, disorder: .all)
        let loader = FleetLoader(endpoint: endpoint, generator: generator, connections: 2)
        let loading = Mutex<Task<Void, any Error>?>(nil)
        let task = Task {
            _ = try await loader.load { progress in
                if progress.table == "diagnostics" { loading.withLock { $0?.cancel() } }
            }
        }
        loading.withLock { $0 = task }
        await #expect(throws: (any Error).self) { try await task.value }
        let summary = try await loader.load()
        #expect(summary.rowsLoaded > 20_000 && summary.rowsLoaded < summary.rows)
        let expectation = FleetExpectation(generator)
        try await expectHistory(expectation, endpoint)
        // One device is gone in part.
        try await FleetTestServer.withClient(endpoint) { client in
            let middle = generator.endNanoseconds - 3_600_000_000_000
            try await client.query("DELETE FROM readings WHERE device_id = 'dev-00002' AND time > \(middle)")
        }
        let mended = try await loader.load()
        #expect(mended.rowsLoaded > 0 && mended.rowsLoaded < 2000)
        try await expectHistory(expectation, endpoint)
    }

    @Test("a database that does not exist is named, and not waited for")
    func unknownDatabase() async throws {
        var endpoint = try await FleetTestServer.shared.newDatabase()
        endpoint.database = "nowhere"
        let loader = FleetLoader(endpoint: endpoint, generator: FleetGenerator(seed: 1, rows: 100))
        let error = await #expect(throws: InfluxError.self) { try await loader.load() }
        #expect(error?.code == .unknownDatabase)
        #expect(error?.message.contains("nowhere") == true)
    }

    @Test("a server that is away is waited for, and in vain for no longer than asked")
    func patience() async throws {
        let client = InfluxClient(
            endpoint: InfluxEndpoint(url: "http://127.0.0.1:1", database: "iot"),
            logger: Logger(label: "test")
        )
        var writer = FleetWriter(client: client, isCompressed: true)
        writer.patience = .milliseconds(300)
        let lines = GrowableBytes()
        Array("m v=1 1\n".utf8).withUnsafeBytes { lines.append($0) }
        let attempts = Atomic(0)
        let error = await #expect(throws: InfluxError.self) {
            _ = try await writer.write(lines) {
                attempts.add(1, ordering: .relaxed)
                return false
            }
        }
        #expect(error?.code == .connectionFailed)
        #expect(attempts.load(ordering: .relaxed) >= 2)
        #expect(try await writer.write(lines) { true } == nil, "told to stop")
        try await client.shutdown()
    }

    @Test("traffic goes to the server at its pace and stops when told; every line is there")
    func traffic() async throws {
        let endpoint = try await FleetTestServer.shared.newDatabase()
        let traffic = FleetTraffic(endpoint: endpoint, seed: 1, rows: 1000, rate: 500, disorder: .all)
        let reports = Mutex<[FleetTrafficStatistics]>([])
        let task = Task { try await traffic.run { statistics in reports.withLock { $0.append(statistics) } } }
        let deadline = ContinuousClock.now + .seconds(60)
        while reports.withLock({ $0.last?.lines ?? 0 }) < 2500, .now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        let began = Int64(Date().timeIntervalSince1970 * 1_000_000_000)
        task.cancel()
        let statistics = try await task.value
        #expect(statistics.lines >= 2500 && statistics.late > 50 && statistics.retried == 0)
        // Never ahead of its pace.
        #expect(Double(statistics.lines) < 500 * 1.2 * (statistics.elapsed / .seconds(1)) + 200)
        try await FleetTestServer.withClient(endpoint) { client in
            var points = 0
            var recent = 0
            for measurement in FleetMeasurement.allCases {
                let count = "SELECT COUNT(\"\(measurement.fields[0].name)\") FROM \"\(measurement.name)\""
                for (text, isRecent) in [(count, false), (count + " WHERE time > \(began - 20_000_000_000)", true)] {
                    let result = try await client.query(text)
                    let value = Int(result.series.first?.column("count").first.flatMap { $0 }?.integerValue ?? 0)
                    if isRecent { recent += value } else { points += value }
                }
            }
            #expect(points <= statistics.lines && points >= statistics.points)
            #expect(recent > points / 2)
        }
    }
}
