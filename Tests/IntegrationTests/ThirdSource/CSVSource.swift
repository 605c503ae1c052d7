import ClickHouseClient
import Console
import Daemon
import Foundation
import LeatState
import PipelineCore

/// A folder of CSV files as a source: each file is a table of strings, whose lines are never changed, only added. As
/// much as a new kind of source has to bring; all else (supervision, states, status, metrics, health, orders) is there.
actor CSVPipeline: SourcePipeline {
    private let name: String
    private let folder: String
    private let client: ClickHouseClient
    private let observer: MetricsObserver
    private let states: StateStore
    private(set) var isStarted = false
    /// By table.
    private var known: [String: TableState] = [:]

    init(name: String, folder: String, client: ClickHouseClient, observer: MetricsObserver) {
        self.name = name
        self.folder = folder
        self.client = client
        self.observer = observer
        states = StateStore(client: client, pipeline: name)
    }

    func run() async throws {
        try await StateSchema.prepare(with: client)
        for state in try await states.tables() { keep(state) }
        try await client.execute("CREATE DATABASE IF NOT EXISTS \(ClickHouseClient.quote(identifier: name))")
        while true {
            for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            where file.hasSuffix(".csv") {
                try await follow(file)
            }
            observer.heartbeat(.source)
            if !isStarted { observer.started() }
            isStarted = true
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func follow(_ file: String) async throws {
        let lines = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).split(separator: "\n")
        guard let header = lines.first else { return }
        let table = "\(name).\(file.dropLast(4))"
        var state = known[table] ?? TableState(name: table, phase: .snapshotting)
        guard state.phase != .quarantined else { return }
        let identifier = ClickHouseClient.quote(database: name, table: String(file.dropLast(4)))
        let columns = header.split(separator: ",").map { "\(ClickHouseClient.quote(identifier: String($0))) String" }
        if let line = lines.dropFirst().first(where: { $0.split(separator: ",").count != columns.count }) {
            state.phase = .quarantined
            state.cause = "a line has \(line.split(separator: ",").count) values, not \(columns.count)"
            state.remedy = "correct the file, then leat tables resync \(table)"
            return try await save(state)
        }
        let rows = lines.dropFirst(1 + Int(state.rows)).map { line in
            "(" + line.split(separator: ",").map { ClickHouseClient.quote(literal: String($0)) }.joined(separator: ", ")
                + ")"
        }
        guard !rows.isEmpty || state.phase == .snapshotting else { return }
        try await client.execute(
            "CREATE TABLE IF NOT EXISTS \(identifier) (\(columns.joined(separator: ", "))) ENGINE = MergeTree ORDER BY tuple()"
        )
        if !rows.isEmpty {
            try await client.execute("INSERT INTO \(identifier) VALUES \(rows.joined(separator: ", "))")
        }
        observer.countCopied(UInt64(rows.count), of: table)
        observer.heartbeat(.insert)
        state.phase = .streaming
        state.rows += UInt64(rows.count)
        try await save(state)
    }

    func resync(_ table: String) async throws {
        guard known[table] != nil else {
            throw PipelineError(.precondition, "`\(table)` is not followed", remedy: "leat status")
        }
        try await client.execute("DROP TABLE IF EXISTS \(table) SYNC")
        try await save(TableState(name: table, phase: .snapshotting))
    }

    private func save(_ state: TableState) async throws {
        try await states.save(state)
        keep(state)
    }

    private func keep(_ state: TableState) {
        known[state.name] = state
        observer.tableChanged(state)
    }
}

/// The source as the process runs it.
struct CSVRuntime: SourceRuntime {
    let name: String
    let observer: MetricsObserver
    private let supervisor: PipelineSupervisor<CSVPipeline>

    init(_ name: String, folder: String, _ around: SourceSurroundings) {
        let observer = MetricsObserver(name, metrics: around.metrics, health: around.health)
        self.name = name
        self.observer = observer
        supervisor = PipelineSupervisor(name, observer: observer, around) { _ in
            CSVPipeline(name: name, folder: folder, client: around.client, observer: observer)
        }
    }

    var isSettled: Bool { get async { await supervisor.isSettled } }
    func run() async { await supervisor.run() }
    func follows(_ table: String) -> Bool { table.hasPrefix(name + ".") }
    func copyAgain() -> Bool { supervisor.copyAgain() }
    func perform(_ order: TableOrder, on table: String) async throws { try await supervisor.perform(order, on: table) }
    func repair(_ order: RepairOrder) async throws -> [String] { [] }
}
