#if LocalPlatform
import ClickHouseClient
import Daemon
import DevPlatform
import Foundation
import InfluxClient
import InfluxProtocol
import LeatConfig
import LeatState
import Logging
import MySQLClient
import Observability
import PipelineCore
import SampleData
import UnixSignals
import Verification

/// `leat up` in the foreground: servers, data, pipelines, one after another, then everything supervised until a signal.
struct Platform {
    let files: HomeFiles
    let command: UpCommand
    private let logger = Logger(label: "leat")

    init(_ files: HomeFiles, command: UpCommand) {
        self.files = files
        self.command = command
    }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        var options = ServerStackOptions(home: files.home)
        options.ports = command.portOffset.map { .offset($0) } ?? .remembered
        options.prometheusRules = try PrometheusRules.files(command.prometheusRules)
        let stack = ServerStack(options, logger: logger)
        let isSilent = command.json
        let events = Task {
            for await event in stack.events where !isSilent { Terminal.write(Terminal.dim("\(event)")) }
        }
        defer {
            try? FileManager.default.removeItem(atPath: files.readyFile)
            events.cancel()
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.operate(stack) }
                group.addTask { for await _ in signals { return } }
                defer { group.cancelAll() }
                try await group.next()
                group.cancelAll()
                do { try await group.waitForAll() } catch is CancellationError {}
            }
        } catch {
            await stack.stop()
            throw error
        }
        await stack.stop()
    }

    private func operate(_ stack: ServerStack) async throws {
        let addresses = try await stack.start()
        let versions = Dictionary(await stack.processes().map { ($0.server.rawValue, $0.version) }) { first, _ in
            first
        }
        let configuration = try writeConfiguration(addresses)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await stack.supervise() }
            group.addTask { try await self.fillAndFollow(addresses, versions, configuration, stack) }
            defer { group.cancelAll() }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func fillAndFollow(
        _ addresses: StackAddresses,
        _ versions: [String: String],
        _ configuration: LeatConfiguration,
        _ stack: ServerStack
    ) async throws {
        if !command.noData { try await loadData(addresses) }
        let runner = PipelineRunner(configuration, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await LocalServersWatch(stack: stack, metrics: runner.metrics.servers).run() }
            group.addTask { try await runner.run() }
            group.addTask {
                try await self.waitUntilStreaming(runner)
                try await self.createDemoViews(configuration)
                try await self.compare(configuration)
                try self.announce(addresses, versions)
                try await Task.sleep(for: .seconds(1 << 40))
            }
            defer { group.cancelAll() }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Shows the copy's progress until every table is streamed or quarantined, or its pipeline has failed.
    private func waitUntilStreaming(_ runner: PipelineRunner) async throws {
        let line = ProgressLine(isSilent: command.json)
        let started = ContinuousClock.now
        var copied: UInt64 = 0
        // Measurements have no count that costs nothing: with them, rows and their rate have to do.
        let expected =
            runner.configuration.influxDBSources.isEmpty ? (try? await sourceRows(runner.configuration)) ?? 0 : 0
        while true {
            let failed = runner.reports.filter { $0.state == .failed }
            let phases = runner.observers.filter { $0.report().state != .failed }.flatMap { $0.phases.values }
            copied = runner.observers.reduce(0) { $0 + $1.copied.values.reduce(0, +) }
            let isDone = await runner.isSettled && !phases.contains(.snapshotting) && !phases.contains(.waiting)
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            if isDone {
                line.finish(
                    copied == 0
                        ? "ClickHouse: \(Terminal.counted(phases.count { $0 == .streaming }, "table")) followed from where they were"
                        : "ClickHouse: \(Terminal.grouped(copied)) rows copied in \(Terminal.seconds(seconds))"
                )
                show(failed)
                return
            }
            if copied > 0 {
                line.show(
                    "ClickHouse",
                    fraction: expected > 0 ? Double(copied) / Double(expected) : nil,
                    rows: copied,
                    rate: Double(copied) / max(seconds, 0.001)
                )
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Says what has failed: the servers stay up, so that the remedy can be carried out.
    private func show(_ failed: [PipelineReport]) {
        guard !command.json else { return }
        for report in failed {
            Terminal.write(
                "\(Terminal.red("pipeline \(report.name) failed")): \(report.cause)\n  fix: \(report.remedy)"
            )
            Terminal.write("  (it is started again by itself; leat status shows how it is)")
        }
    }

    /// About how many rows there are to copy, as MySQL estimates them: for the progress bar only.
    private func sourceRows(_ configuration: LeatConfiguration) async throws -> UInt64 {
        var sum: UInt64 = 0
        for (_, mySQL) in configuration.mySQLSources {
            guard let endpoint = mySQL.endpoints.first else { continue }
            let connection = try await MySQLConnection.connect(to: endpoint, logger: logger)
            let rows = try await connection.query(
                "SELECT table_schema, table_name, table_rows FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            ).rows
            for row in rows where mySQL.tables.matches(database: row[0] ?? "", table: row[1] ?? "") {
                sum += UInt64(row[2] ?? "0") ?? 0
            }
            await connection.close()
        }
        return sum
    }

    private func createDemoViews(_ configuration: LeatConfiguration) async throws {
        guard let views = DemoViews(configuration) else { return }
        let client = configuration.warehouseClient(logger: logger)
        do {
            try await views.create(with: client)
        } catch let error as ClickHouseError {
            // Nothing else depends on them.
            logger.warning("the views over both sources could not be created", metadata: ["cause": "\(error)"])
        }
        try await client.shutdown()
    }

    private func compare(_ configuration: LeatConfiguration) async throws {
        let report: VerificationReport
        do {
            report = try await Comparison.run(configuration, tables: [], isSilent: command.json, logger: logger)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A pipeline has failed, someone else writes already, or a server has just died, which is started again.
            logger.warning("initial verification skipped", metadata: ["cause": "\(error)"])
            let failure = PipelineFailure(error)
            if !command.json { Terminal.write("not compared: \(failure.cause)\n  fix: \(failure.remedy)\n") }
            return
        }
        guard !command.json else { return }
        Terminal.write("\n" + report.renderTable(isTerminal: Terminal.hasColour) + "\n")
    }

    private func announce(_ addresses: StackAddresses, _ versions: [String: String]) throws {
        let platform = ReadyPlatform(addresses, versions: versions, config: files.configuration)
        let text = try platform.jsonText
        Terminal.write(command.json ? text : platform.block)
        let created = FileManager.default.createFile(
            atPath: files.readyFile,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        if !created {
            logger.warning(
                "the file with the addresses could not be written",
                metadata: ["file": "\(files.readyFile)"]
            )
        }
    }

    /// Writes leat.yaml at the first start, and again if the servers have moved since.
    private func writeConfiguration(_ addresses: StackAddresses) throws -> LeatConfiguration {
        guard let mysql = addresses.mysql, let clickhouse = addresses.clickhouse else {
            throw ServerStackError(
                .invalidOptions,
                message: "the platform needs MySQL and ClickHouse",
                remedy: "leat up"
            )
        }
        try writeSecret(mysql.primary.password, to: "mysql-password")
        try writeSecret(clickhouse.password, to: "clickhouse-password")
        if let influx = addresses.influxdb { try writeSecret(influx.password, to: "influxdb-password") }
        let hosts = [mysql.replica, mysql.primary].compactMap { $0 }.map {
            HostAddress(host: $0.host, port: $0.port)
        }
        let text = LeatConfiguration.yamlForDevPlatform(
            DevPlatformFile(
                mySQLHosts: hosts,
                mySQLPrimary: HostAddress(host: mysql.primary.host, port: mysql.primary.port),
                mySQLUser: mysql.primary.user,
                mySQLPasswordFile: "secrets/mysql-password",
                clickHouseURL: clickhouse.url,
                clickHouseUser: clickhouse.user,
                clickHousePasswordFile: "secrets/clickhouse-password",
                consoleListen: HostAddress(host: "127.0.0.1", port: addresses.consolePort),
                influx: addresses.influxdb.map {
                    .init(
                        url: $0.url,
                        database: $0.database,
                        user: $0.user,
                        passwordFile: "secrets/influxdb-password"
                    )
                }
            )
        )
        let path = files.configuration
        if FileManager.default.fileExists(atPath: path) {
            let existing = try LeatConfiguration.load(path: path)
            let influx = existing.influxDBSources.map(\.influx.url)
            if existing.warehouse.url == clickhouse.url,
                existing.mySQLSources.contains(where: { $0.mySQL.hosts == hosts }),
                influx.isEmpty || influx.contains(addresses.influxdb?.url ?? "")
            {
                return existing
            }
            let kept = path + ".before"
            try? FileManager.default.removeItem(atPath: kept)
            try FileManager.default.moveItem(atPath: path, toPath: kept)
            if !command.json {
                Terminal.write("the servers have moved: leat.yaml is written again, the old one is \(kept)")
            }
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        return try LeatConfiguration.load(path: path)
    }

    private func writeSecret(_ secret: String, to name: String) throws {
        let path = files.home + "/secrets/" + name
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(secret.utf8),
                attributes: [.posixPermissions: 0o600]
            )
        else {
            throw ServerStackError(
                .homeUnusable,
                message: "\(path) cannot be written",
                remedy: "check the folder's owner and free space"
            )
        }
    }
}
#endif
