import LeatTestSupport
import Testing

@testable import DevPlatform

/// What the review of faults names A10: rows of a prepared XA transaction are in no copy, and its COMMIT brings none.
@Suite("XA transactions that are prepared while a table is copied", .sharesServers)
struct PreparedTransactionTests {
    /// A server of the test's own, since `XA RECOVER` shows those of all databases.
    private func with(
        _ name: String,
        _ body: (BareMySQL, TestPipeline) async throws -> Void
    ) async throws {
        try await BareMySQL.with(name, BareMySQL.followable) { server in
            try await server.run(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE shop.other (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE shop.progress (id INT PRIMARY KEY)",
                "INSERT INTO shop.t VALUES (1, 1)",
                "INSERT INTO shop.other VALUES (1, 1)"
            )
            var options = try await server.makeReader("shop")
            options.naming = "prefix: \(name)_"
            try await TestPipeline.with(name, options) { try await body(server, $0) }
        }
    }

    private func prepare(_ id: String, _ insert: String, at server: BareMySQL) async throws {
        try await server.run("XA START '\(id)'", insert, "XA END '\(id)'", "XA PREPARE '\(id)'")
    }

    @Test(
        "prepared before the first copy and committed after it: the tables stop with the cause, and resync has the rows"
    )
    func beforeTheFirstCopy() async throws {
        try await with("xa_before") { server, pipeline in
            try await prepare("x", "INSERT INTO shop.t VALUES (77, 1)", at: server)
            try await pipeline.start()
            for table in ["shop.t", "shop.other"] { try await pipeline.wait(for: table, toBe: "streaming") }
            try await server.run("INSERT INTO shop.t VALUES (2, 2)")
            try await server.catchUp(pipeline)
            try await server.run("XA COMMIT 'x'", "INSERT INTO shop.other VALUES (2, 2)")
            try await server.catchUp(pipeline)
            #expect(try await pipeline.states()["shop.t"] == "quarantined")
            #expect(try await pipeline.status(of: "shop.t").cause.contains("prepared before"))
            for table in ["shop.t", "shop.other"] where try await pipeline.states()[table] == "quarantined" {
                let answer = try await pipeline.command("tables", "resync", table)
                #expect(answer.exit == .code(0), "\(answer.errors)")
            }
            for table in ["shop.t", "shop.other"] { try await pipeline.wait(for: table, toBe: "streaming") }
            try await server.catchUp(pipeline)
            for table in ["shop.t", "shop.other"] {
                try await server.expectSame(pipeline, table, prefix: "xa_before_")
            }
        }
    }

    @Test(
        "prepared before a resync and committed after it, with a restart in between or without, it has its rows",
        arguments: [false, true]
    )
    func beforeAResync(restarts: Bool) async throws {
        let name = restarts ? "xa_restart" : "xa_resync"
        try await with(name) { server, pipeline in
            try await pipeline.start()
            for table in ["shop.t", "shop.other", "shop.progress"] {
                try await pipeline.wait(for: table, toBe: "streaming")
            }
            try await prepare("x", "INSERT INTO shop.t VALUES (77, 1)", at: server)
            try await prepare("y", "INSERT INTO shop.other VALUES (88, 1)", at: server)
            // The checkpoint leaves both out, so a row says how far it has come.
            try await server.run("INSERT INTO shop.progress VALUES (1)")
            try await eventually("what came after them is there") {
                try await pipeline.warehouse("SELECT count() FROM \(name)_shop.progress") == [["1"]]
            }
            let answer = try await pipeline.command("tables", "resync", "shop.t")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.wait(for: "shop.t", toBe: "streaming")
            if restarts {
                await pipeline.leat?.kill()
                try await pipeline.start()
            }
            try await server.run("XA COMMIT 'x'", "XA ROLLBACK 'y'", "INSERT INTO shop.other VALUES (2, 2)")
            try await server.catchUp(pipeline)
            for table in ["shop.t", "shop.other"] {
                #expect(try await pipeline.states()[table] == "streaming", "\(table)")
                try await server.expectSame(pipeline, table, prefix: "\(name)_")
            }
        }
    }
}
