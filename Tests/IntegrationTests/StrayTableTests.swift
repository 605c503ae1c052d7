import Foundation
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

@Suite("Tables that only one side has, and comparisons that cannot run", .sharesServers)
struct StrayTableTests {
    @Test(
        "a table whose DROP or CREATE never came is different for leat verify, until it is copied or forgotten"
    )
    func withoutBinlog() async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        options.verification = "{interval: 1s, source-share: 100%, checksums: off}"
        try await TestPipeline.with("stray", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE kept (id INT PRIMARY KEY)",
                "CREATE TABLE gone (id INT PRIMARY KEY)",
                "INSERT INTO gone VALUES (1)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.withSession { session in
                try await session.execute("SET SESSION sql_log_bin = 0")
                try await session.execute("DROP TABLE gone")
                try await session.execute("CREATE TABLE restored (id INT PRIMARY KEY)")
            }
            let answer = try await pipeline.command("verify")
            #expect(answer.exit == .code(1), "\(answer.output)")
            #expect(answer.output.contains("stray.gone:\n  the source has no such table any more"), "\(answer.output)")
            #expect(answer.output.contains("stray.restored:\n  the warehouse does not follow this table"))
            #expect(answer.output.contains("DIFFERENT: 2 of 3 tables"))
            let named = try await pipeline.command("verify", "stray.gone")
            #expect(named.exit == .code(1), "\(named.output) \(named.errors)")
            let kept = try await pipeline.command("verify", "stray.kept")
            #expect(kept.exit == .code(0), "\(kept.output) \(kept.errors)")
            // Within a minute one is copied, and the other is stopped.
            try await pipeline.wait(for: "restored", toBe: "streaming", within: .seconds(90))
            try await pipeline.wait(for: "gone", toBe: "quarantined", within: .seconds(90))
            let forgotten = try await pipeline.command("tables", "forget", "stray.gone")
            #expect(forgotten.exit == .code(0), "\(forgotten.errors)")
            let settled = try await pipeline.command("verify")
            #expect(settled.exit == .code(0), "\(settled.output)")
        }
    }

    @Test("a comparison that cannot run at all is named by status, health and a metric")
    func blocked() async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        options.user = "blocked_user"
        options.verification = "{interval: 1s, source-share: 100%, checksums: off}"
        try await TestPipeline.with("blocked", options) { pipeline in
            let password = pipeline.servers.primary.password
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY)",
                "CREATE USER blocked_user@'%' IDENTIFIED BY '\(password)'",
                "GRANT SELECT, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO blocked_user@'%'"
            )
            try await pipeline.startAndSettle()
            // The stream's connection stays; each comparison makes one of its own.
            try await pipeline.run("ALTER USER blocked_user@'%' IDENTIFIED BY 'another'")
            let label = "comparison=\"verification\""
            try await eventually("it is told") {
                try await pipeline.metrics().value("leat_verification_blocked", label) == 1
            }
            let status = try await pipeline.status().pipelines[0]
            #expect(status.state == "running" && status.cause.contains("Access denied"), "\(status)")
            #expect(try await pipeline.healthText().contains("blocked/verification"))
            try await pipeline.run("ALTER USER blocked_user@'%' IDENTIFIED BY '\(password)'")
            try await eventually("it is over") {
                try await pipeline.metrics().value("leat_verification_blocked", label) == 0
            }
            #expect(try await pipeline.status().pipelines[0].cause.isEmpty)
        }
    }
}
