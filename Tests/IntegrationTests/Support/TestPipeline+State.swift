import ClickHouseClient
import Foundation
import LeatTestSupport
import MySQLClient
import MySQLProtocol
import Testing

@testable import DevPlatform

/// What `leat status --json` prints, as far as others rely on it.
struct StatusAnswer: Decodable, Sendable {
    struct Table: Decodable, Sendable {
        var name: String
        var state: String
        var cause: String
        var remedy: String
        var rows: UInt64?
        var lagSeconds: Double
        var dateTextColumns: [String]?
    }

    struct Pipeline: Decodable, Sendable {
        var name: String
        var state: String
        var cause: String
        var remedy: String
        var lagSeconds: Double
        var lagOf: String?
    }

    var position: String
    var lagSeconds: Double
    var isRunning: Bool
    var pipelines: [Pipeline]
    var tables: [Table]
}

extension TestPipeline {
    /// What `leat status` says.
    func status() async throws -> StatusAnswer {
        let answer = try await command("status", "--json")
        try #require(answer.exit == .code(0), "\(answer.errors)")
        return try JSONDecoder().decode(StatusAnswer.self, from: Data(answer.output.utf8))
    }

    /// Waits until `leat status` says that the pipeline has failed, of something that names `words`, and checks that
    /// the process runs on, and names cause and remedy everywhere.
    func expectFailure(
        within timeout: Duration = .seconds(30),
        names words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var found: StatusAnswer.Pipeline?
        try await eventually("the pipeline `\(name)` has failed", within: timeout) {
            try requireRunning()
            // Before it listens to its socket, and without ClickHouse, nothing can be said.
            let answer = try await command("status", "--json")
            let status = try? JSONDecoder().decode(StatusAnswer.self, from: Data(answer.output.utf8))
            found = status?.pipelines.first { $0.name == name && $0.state == "failed" }
            return found != nil
        }
        let failed = try #require(found)
        for word in words {
            #expect("\(failed.cause)\n\(failed.remedy)".contains(word), "\(failed)", sourceLocation: sourceLocation)
        }
        #expect(!failed.remedy.isEmpty, "\(failed)", sourceLocation: sourceLocation)
        #expect(try await health() == "failed", sourceLocation: sourceLocation)
        #expect(leat?.isRunning == true, sourceLocation: sourceLocation)
    }

    /// A table's line in `leat status`.
    func status(of table: String) async throws -> StatusAnswer.Table {
        let name = table.contains(".") ? table : "\(database).\(table)"
        return try #require(try await status().tables.first { $0.name == name }, "leat status has no \(name)")
    }

    /// The states of all tables, as `leat.tables` has them: cheaper than asking the command.
    func states() async throws -> [String: String] {
        guard try await isStateThere() else { return [:] }
        let rows = try await warehouse("SELECT table, state FROM leat.tables FINAL WHERE pipeline = '\(name)'")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] ?? "", $0[1] ?? "") })
    }

    /// What the pipeline says it has brought over.
    func position() async throws -> GTIDSet? {
        guard try await isStateThere() else { return nil }
        let rows = try await warehouse("SELECT position FROM leat.checkpoints FINAL WHERE pipeline = '\(name)'")
        return try rows.first.map { try GTIDSet(parsing: ($0[0] ?? "").replacing("\\n", with: "\n")) }
    }

    private func isStateThere() async throws -> Bool {
        let found = try await warehouse(
            "SELECT count() FROM system.tables WHERE database = 'leat' AND name IN ('tables', 'checkpoints', 'batches')"
        )
        return found.first?.first == "3"
    }

    /// Everything that the primary has committed by now.
    func sourcePosition() async throws -> GTIDSet {
        try GTIDSet(parsing: try await mysql.query("SELECT @@GLOBAL.gtid_executed").scalar ?? "")
    }

    /// Waits until everything that the source has committed by now is in the warehouse.
    func catchUp(within timeout: Duration = .seconds(60)) async throws {
        let target = try await sourcePosition()
        try await eventually("the pipeline `\(name)` has come to \(target)", within: timeout) {
            try requireRunning()
            return try await position()?.isSuperset(of: target) ?? false
        }
    }

    /// Waits until no table is being copied any more, and everything committed by now has arrived.
    func settle(within timeout: Duration = .seconds(60)) async throws {
        let expected =
            try await mysql.query(
                """
                SELECT COUNT(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema IN \
                (\(followed.map { "'\($0)'" }.joined(separator: ", ")))
                """
            ).scalar.flatMap { Int($0) } ?? 0
        try await eventually("all tables of `\(name)` are copied", within: timeout) {
            try requireRunning()
            let states = try await states().values.filter { $0 != "dropped" }
            return states.count >= expected && !states.contains("snapshotting") && !states.contains("waiting")
        }
        try await catchUp(within: timeout)
    }

    /// Batches of a kind that were defined, and the number up to which all batches are acknowledged.
    ///
    /// - Parameter kind: `stream`, `range`, `barrier`; nil for all.
    func batches(of kind: String? = nil) async throws -> (defined: Int, last: Int, acknowledged: Int) {
        guard try await isStateThere() else { return (0, 0, 0) }
        let condition = kind.map { " AND kind = '\($0)'" } ?? ""
        let row = try await warehouse(
            """
            SELECT count(), max(number),
                (SELECT max(acknowledged) FROM leat.checkpoints WHERE pipeline = '\(name)')
            FROM leat.batches WHERE pipeline = '\(name)' AND number > 0\(condition)
            """
        )[0].map { $0.flatMap { Int($0) } ?? 0 }
        return (row[0], row[1], row[2])
    }

    /// Waits until a table is in a state.
    func wait(for table: String, toBe state: String, within timeout: Duration = .seconds(60)) async throws {
        try await eventually("`\(table)` is \(state)", within: timeout) {
            try requireRunning()
            return try await states()[table.contains(".") ? table : "\(database).\(table)"] == state
        }
    }

    private func requireRunning() throws {
        guard let leat, !leat.isRunning else { return }
        throw Overdue(description: "leat has ended (\(leat.process.exitStatus.map { "\($0)" } ?? "?"))")
    }

    /// Whether the view of a table is there.
    func hasView(_ table: String) async throws -> Bool {
        try await warehouse(
            "SELECT count() FROM system.tables WHERE database = '\(database)' AND name = '\(table)'"
        ).first?.first == "1"
    }
}
