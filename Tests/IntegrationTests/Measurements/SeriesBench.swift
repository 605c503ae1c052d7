import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import LeatTestSupport
import NIOCore
import Synchronization
import Testing

@testable import DevPlatform

/// One InfluxDB database of a test, a `leat run` of its own, and a comparison that shares no code with Leat's.
final class SeriesBench: Sendable {
    /// What a test wants that is different from the defaults.
    struct Options: Sendable {
        var lookback = "3s"
        var sweep = "2s"
        var onDelete = "keep"
        /// Further keys of the source, a line each.
        var more: [String] = []
        var user: String?
        var password: String?
        var influxURL: String?
        var influxDatabase: String?
    }

    let servers: SeriesServers.Servers
    let database: String
    let influx: InfluxClient
    let folder: String
    private let running = Mutex<LeatProcess?>(nil)

    var configuration: String { folder + "/leat.yaml" }
    var leat: LeatProcess? { running.withLock { $0 } }

    /// Makes an empty database and a configuration, runs `body`, and ends what it has started.
    static func with(
        _ name: String,
        _ options: Options = Options(),
        _ body: (SeriesBench) async throws -> Void
    ) async throws {
        await SeriesServers.shared.enter()
        do {
            try await run(name, options, body)
        } catch {
            await SeriesServers.shared.leave()
            throw error
        }
        await SeriesServers.shared.leave()
    }

    private static func run(
        _ name: String,
        _ options: Options,
        _ body: (SeriesBench) async throws -> Void
    ) async throws {
        let servers = try await SeriesServers.shared.servers()
        let bench = try SeriesBench(servers, database: "s_\(name)", options)
        do {
            try await bench.influx.query("CREATE DATABASE \"\(bench.database)\"", database: "")
            try await body(bench)
        } catch {
            Issue.record("\(error)\nlast lines of leat:\n\(bench.leat?.tail ?? "not started")")
        }
        await bench.leat?.kill()
        for server in [StackServer.influxdb, .clickhouse] { try await servers.stack.start(server) }
        try? await bench.influx.shutdown()
    }

    private init(_ servers: SeriesServers.Servers, database: String, _ options: Options) throws {
        self.servers = servers
        self.database = database
        folder = "\(servers.folder)/\(database)"
        influx = servers.influxClient(of: database)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let more = options.more.map { "\n      \($0)" }.joined()
        let text = """
            sources:
              \(database):
                influxdb:
                  url: \(options.influxURL ?? servers.influx.url)
                  database: \(options.influxDatabase ?? database)
                  user: \(options.user ?? servers.influx.user)
                  password-file: influx.password
                  lookback: \(options.lookback)
                  sweep: \(options.sweep)
                  on-delete: \(options.onDelete)\(more)
            warehouse:
              clickhouse:
                url: \(servers.clickhouse.url)
                user: \(servers.clickhouse.user)
                password-file: clickhouse.password
                durability: relaxed
            console: {listen: "127.0.0.1:\(try FreePort.any())"}

            """
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        try (options.password ?? servers.influx.password)
            .write(toFile: "\(folder)/influx.password", atomically: true, encoding: .utf8)
        try servers.clickhouse.password.write(
            toFile: "\(folder)/clickhouse.password",
            atomically: true,
            encoding: .utf8
        )
    }

    // MARK: leat

    func start() async throws {
        let process = try await LeatProcess.start(["run", "--config", configuration], log: folder + "/leat.log")
        running.withLock { $0 = process }
    }

    @discardableResult
    func stop() async throws -> ChildExit {
        guard let leat else { throw Overdue(description: "leat was not started") }
        return try await leat.terminate()
    }

    func command(_ arguments: String..., within timeout: Duration = .seconds(60)) async throws -> LeatAnswer {
        try await LeatAnswer(arguments + ["--config", configuration], in: folder, within: timeout)
    }

    private func requireRunning() throws {
        guard let leat, !leat.isRunning else { return }
        throw Overdue(description: "leat has ended (\(leat.process.exitStatus.map { "\($0)" } ?? "?"))")
    }

    func status(of measurement: String) async throws -> StatusAnswer.Table? {
        let answer = try await command("status", "--json")
        try #require(answer.exit == .code(0), "\(answer.errors)")
        let status = try JSONDecoder().decode(StatusAnswer.self, from: Data(answer.output.utf8))
        return status.tables.first { $0.name == "\(database).\(measurement)" }
    }

    /// Waits until a measurement is in a state.
    func wait(for measurement: String, toBe state: String) async throws {
        try await eventually("`\(measurement)` is \(state)", within: .seconds(60), every: .milliseconds(200)) {
            try requireRunning()
            return try await self.state(of: measurement) == state
        }
    }

    private func state(of measurement: String) async throws -> String? {
        guard try await number("EXISTS TABLE leat.tables") == 1 else { return nil }
        return try await servers.client.rows(
            "SELECT state FROM leat.tables FINAL WHERE pipeline = {p:String} AND table = {t:String}",
            parameters: ["p": database, "t": "\(database).\(measurement)"]
        ).first?.first ?? nil
    }

    /// How far a measurement is complete: nanoseconds, 0 before the first copy is.
    func frontier(of measurement: String) async throws -> Int {
        guard try await number("EXISTS TABLE leat.windows") == 1 else { return 0 }
        return try await number(
            """
            SELECT toUnixTimestamp64Nano(max(end)) FROM leat.windows FINAL
            WHERE pipeline = '\(database)' AND measurement = '\(measurement)' AND kind = 'frontier'
            """
        )
    }

    // MARK: Servers

    /// Writes line protocol, again and again until the server has taken it.
    func write(_ lines: String..., policy: String? = nil) async throws {
        let body = ByteBuffer(string: lines.joined(separator: "\n"))
        while true {
            do {
                return try await influx.write(body, retentionPolicy: policy, gzip: false)
            } catch  where error.isTransient {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// The first cell of an answer of ClickHouse.
    func number(_ sql: String) async throws -> Int {
        Int(try await servers.client.rows(sql).first?.first.flatMap { $0 } ?? "") ?? -1
    }

    static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) * 1000 }

    // MARK: Comparing

    /// A measurement's points as text: tags and time → fields that are set.
    typealias Points = [String: [String: String]]

    /// What InfluxDB answers to `/query`.
    func sourcePoints(_ measurement: String) async throws -> Points {
        var points: Points = [:]
        for series in try await influx.query("SELECT * FROM \(InfluxQL.quote(identifier: measurement)) GROUP BY *")
            .series
        {
            let tags = series.tags.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            for row in series.values {
                var fields: [String: String] = [:]
                for (name, value) in zip(series.columns, row).dropFirst() {
                    if let value { fields[name] = Self.text(value) }
                }
                points["\(tags) \(row.first??.integerValue ?? 0)", default: [:]].merge(fields) { $1 }
            }
        }
        return points
    }

    private static func text(_ value: InfluxValue) -> String {
        switch value {
        case .string(let text): "'\(text)'"
        case .boolean(let flag): "\(flag)"
        default: "\(value.doubleValue ?? .nan)"
        }
    }

    /// What the view in ClickHouse shows; nil while there is none.
    func warehousePoints(_ measurement: String) async throws -> Points? {
        let columns = try await servers.client.rows(
            "SELECT name, type FROM system.columns WHERE database = {d:String} AND table = {t:String} ORDER BY position",
            parameters: ["d": database, "t": measurement]
        ).map { ($0[0] ?? "", $0[1] ?? "") }
        guard !columns.isEmpty else { return nil }
        let list = columns.map { name, type in
            let quoted = ClickHouseClient.quote(identifier: name)
            return name == "time" ? "toUnixTimestamp64Nano(\(quoted))" : quoted
        }
        let view = ClickHouseClient.quote(database: database, table: measurement)
        var points: Points = [:]
        for row in try await servers.client.rows("SELECT \(list.joined(separator: ", ")) FROM \(view)") {
            var tags: [String] = []
            var time = ""
            var fields: [String: String] = [:]
            for ((name, type), value) in zip(columns, row) {
                guard let value else { continue }
                if name == "time" {
                    time = value
                } else if !type.hasPrefix("Nullable") {
                    if !value.isEmpty { tags.append("\(name)=\(value)") }
                } else if type.contains("String") {
                    fields[name] = "'\(value)'"
                } else {
                    fields[name] = type.contains("Bool") ? value : "\(Double(value) ?? .nan)"
                }
            }
            let key = "\(tags.sorted().joined(separator: ",")) \(time)"
            if points.updateValue(fields, forKey: key) != nil {
                throw Overdue(description: "the view shows a point twice: \(key)")
            }
        }
        return points
    }

    /// Waits until both sides have the same points.
    func equal(_ measurement: String, within timeout: Duration = .seconds(90)) async throws {
        var differences: [String] = []
        do {
            try await eventually("the points are equal", within: timeout, every: .milliseconds(500)) {
                try requireRunning()
                let source = try await sourcePoints(measurement)
                guard let warehouse = try await warehousePoints(measurement) else { return false }
                differences = Self.differences(source, warehouse)
                return differences.isEmpty && !source.isEmpty
            }
        } catch let error as Overdue {
            throw Overdue(
                description: "\(error): \(measurement): \(differences.count) differ: \(differences.prefix(5))"
            )
        }
    }

    private static func differences(_ source: Points, _ warehouse: Points) -> [String] {
        Set(source.keys).union(warehouse.keys).filter { source[$0] != warehouse[$0] }.sorted().map { key in
            func text(_ fields: [String: String]?) -> String {
                fields.map { $0.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
                    ?? "nothing"
            }
            return "\(key): InfluxDB \(text(source[key])), ClickHouse \(text(warehouse[key]))"
        }
    }
}
