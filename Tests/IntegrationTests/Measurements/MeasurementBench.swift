import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import LeatTestSupport
import NIOCore
import Verification

@testable import DevPlatform

/// One InfluxDB database of a test, and `leat` to carry it over.
struct MeasurementBench: Sendable {
    let servers: SeriesServers.Servers
    let database: String
    let influx: InfluxClient
    let folder: String

    var client: ClickHouseClient { servers.client }
    var configuration: String { folder + "/leat.yaml" }

    /// Makes an empty database and a configuration, runs `body`, and ends what it has started.
    static func with(
        _ name: String,
        onDelete: String = "keep",
        _ body: (MeasurementBench) async throws -> Void
    ) async throws {
        await SeriesServers.shared.enter()
        do {
            try await with(try await SeriesServers.shared.servers(), name, onDelete, body)
            await SeriesServers.shared.leave()
        } catch {
            await SeriesServers.shared.leave()
            throw error
        }
    }

    private static func with(
        _ servers: SeriesServers.Servers,
        _ name: String,
        _ onDelete: String,
        _ body: (MeasurementBench) async throws -> Void
    ) async throws {
        let bench = try MeasurementBench(servers, database: "m_\(name)", onDelete: onDelete)
        do {
            try await bench.influx.query("CREATE DATABASE \"\(bench.database)\"", database: "")
            try await body(bench)
        } catch {
            try? await bench.influx.shutdown()
            throw error
        }
        try await bench.influx.shutdown()
    }

    private init(_ servers: SeriesServers.Servers, database: String, onDelete: String) throws {
        self.servers = servers
        self.database = database
        folder = "\(servers.folder)/\(database)"
        influx = servers.influxClient(of: database)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = """
            sources:
              \(database):
                influxdb:
                  url: \(servers.influx.url)
                  database: \(database)
                  user: \(servers.influx.user)
                  password-file: influx.password
                  lookback: 5s
                  on-delete: \(onDelete)
            warehouse:
              clickhouse:
                url: \(servers.clickhouse.url)
                user: \(servers.clickhouse.user)
                password-file: clickhouse.password
                durability: relaxed
            console: {listen: "127.0.0.1:\(try FreePort.any())"}

            """
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        for (name, password) in [("influx", servers.influx.password), ("clickhouse", servers.clickhouse.password)] {
            try password.write(toFile: "\(folder)/\(name).password", atomically: true, encoding: .utf8)
        }
    }

    /// Writes line protocol.
    func write(_ lines: String...) async throws {
        try await influx.write(ByteBuffer(string: lines.joined(separator: "\n")), gzip: false)
    }

    /// Runs `leat run` while `body` does, and ends it as SIGTERM does.
    func running(_ body: () async throws -> Void) async throws {
        let process = try await LeatProcess.start(["run", "--config", configuration], log: folder + "/leat.log")
        do {
            try await body()
            _ = try await process.terminate()
        } catch {
            await process.kill()
            throw Overdue(description: "\(error)\nlast lines of leat:\n\(process.tail)")
        }
    }

    /// Runs `leat verify --json`.
    func verify(_ names: String...) async throws -> (report: VerificationReport, exit: ChildExit) {
        let answer = try await LeatAnswer(
            ["verify", "--json", "--config", configuration] + names,
            in: folder,
            within: .seconds(180)
        )
        guard let report = try? JSONDecoder().decode(VerificationReport.self, from: Data(answer.output.utf8)) else {
            throw Overdue(description: "leat verify: \(answer.exit) \(answer.output) \(answer.errors)")
        }
        return (report, answer.exit)
    }

    /// The first cell of an answer of ClickHouse.
    func number(_ sql: String) async throws -> Int {
        Int(try await client.rows(sql).first?.first.flatMap { $0 } ?? "") ?? -1
    }

    /// Waits until the view of a measurement shows `count` points, and its first copy is recorded as complete.
    func arrival(of count: Int, in measurement: String) async throws {
        try await eventually("\(count) points are in \(measurement)", within: .seconds(90)) {
            let view = "\(database).`\(measurement)`"
            let exists = try await number("EXISTS VIEW \(view)") == 1
            return exists ? try await number("SELECT count() FROM \(view)") == count : false
        }
        try await eventually("\(measurement) is copied") {
            try await number(
                """
                SELECT count() FROM leat.tables FINAL
                WHERE pipeline = '\(database)' AND table = '\(database).\(measurement)' AND state = 'streaming'
                """
            ) == 1
        }
    }
}
