import MySQLClient
import Testing

@testable import DevPlatform

/// What users of such tools have reported, all together in one pipeline: no case may hold up another.
@Suite("Faults that were reported of other tools", .sharesServers)
struct ReportedCaseTests {
    /// Where the stream comes from, and whether Leat runs while the statements do.
    struct Way: Sendable, CustomTestStringConvertible {
        var readsPrimary: Bool
        var isAway: Bool
        var name: String { "report_\(readsPrimary ? "p" : "r")\(isAway ? "a" : "l")" }
        var testDescription: String {
            "\(readsPrimary ? "primary" : "replica"), \(isAway ? "stopped meanwhile" : "running")"
        }
    }

    static let ways = [true, false].flatMap { readsPrimary in
        [true, false].map { Way(readsPrimary: readsPrimary, isAway: $0) }
    }

    @Test("each ends equal, or stopped with the cause", arguments: ways)
    func reported(_ way: Way) async throws {
        let cases = try ReportedCase.all(prefix: way.name, host: way.readsPrimary ? "primary" : "replica")
        var options = TestPipeline.Options(readsPrimary: way.readsPrimary)
        options.follows = cases.flatMap { [$0.database, $0.database + "_archive"] } + [way.name]
        try await TestPipeline.with(way.name, options) { pipeline in
            for one in cases {
                try await pipeline.run("CREATE DATABASE \(one.database) CHARACTER SET utf8mb4")
                try await pipeline.run("CREATE DATABASE \(one.database)_archive CHARACTER SET utf8mb4")
                try await run(one.before, in: one.database, pipeline)
            }
            try await pipeline.run("CREATE TABLE witness (id INT PRIMARY KEY)", "INSERT INTO witness VALUES (1)")
            try await pipeline.startAndSettle()
            if way.isAway { #expect(try await pipeline.stop() == .code(0)) }
            for one in cases {
                try await run(one.after, in: one.database, pipeline)
                try await pipeline.run("INSERT INTO witness SELECT MAX(id) + 1 FROM witness")
            }
            if way.isAway { try await pipeline.start() }
            try await pipeline.settle()
            try await pipeline.expectSame("witness")
            for one in cases {
                for (table, end) in one.ends { try await expect(table, end, of: one, pipeline) }
            }
        }
    }

    @Test("a table that takes the place of another, and was not followed under its former name, is copied")
    func partly() async throws {
        let found = try ReportedCase.all(prefix: "report_partly", host: "replica").first { $0.name == "table-swaps" }
        let one = try #require(found)
        let options = TestPipeline.Options(leavesOut: ["_*", "in_between", "archived"])
        try await TestPipeline.with(one.database, options) { pipeline in
            try await pipeline.run("CREATE DATABASE \(one.database)_archive")
            try await run(one.before, in: one.database, pipeline)
            try await pipeline.start()
            for table in ["account", "left_one", "right_one"] {
                try await pipeline.wait(for: table, toBe: "streaming")
            }
            try await run(one.after, in: one.database, pipeline)
            try await pipeline.catchUp()
            for (table, end) in one.ends.prefix(3) {
                try await pipeline.wait(for: table, toBe: "streaming")
                try await expect(table, end, of: one, pipeline)
            }
            #expect(try await pipeline.states().count == 3)
        }
    }

    private func run(_ statements: [String], in database: String, _ pipeline: TestPipeline) async throws {
        try await pipeline.withSession { session in
            try await session.execute("USE \(database)")
            for statement in statements { _ = try await session.query(statement) }
        }
    }

    private func expect(
        _ table: String,
        _ end: ReportedCase.End,
        of one: ReportedCase,
        _ pipeline: TestPipeline
    ) async throws {
        let parts = table.split(separator: ".").map(String.init)
        let state = try await pipeline.states()[table]
        let cause = try await cause(of: table, pipeline)
        switch end {
        case .same(let rows):
            #expect(state == "streaming", "\(one.name): \(table)\(cause)")
            try await expect(table, rows, one, pipeline)
        case .stopped(let word):
            #expect(state == "quarantined", "\(one.name): \(table)")
            #expect(cause.contains(word), "\(one.name): \(table)\(cause)")
        case .sameAfterResync(let rows):
            let answer = try await pipeline.command("tables", "resync", table)
            #expect(answer.exit == .code(0), "\(one.name): \(table): \(answer.errors)")
            try await pipeline.wait(for: table, toBe: "streaming")
            try await expect(table, rows, one, pipeline)
        case .gone:
            #expect(state == nil || state == "dropped", "\(one.name): \(table)")
            let views = try await pipeline.warehouse(
                "SELECT count() FROM system.tables WHERE database = '\(parts[0])' AND name = '\(parts[1])'"
            )
            #expect(views == [["0"]], "\(one.name): \(table) is still shown")
        }
    }

    private func expect(_ table: String, _ rows: Int, _ one: ReportedCase, _ pipeline: TestPipeline) async throws {
        let parts = table.split(separator: ".").map(String.init)
        guard try await pipeline.states()[table] == "streaming" else { return }
        #expect(try await pipeline.warehouse("SELECT count() FROM \(table)") == [["\(rows)"]], "\(one.name): \(table)")
        try await pipeline.expectSame(parts[1], in: parts[0], "of \(one.name)")
    }

    private func cause(of table: String, _ pipeline: TestPipeline) async throws -> String {
        guard let status = try await pipeline.status().tables.first(where: { $0.name == table }) else { return "" }
        return ": \(status.cause) (\(status.remedy))"
    }
}
