import Foundation
import LeatTestSupport
import Testing

@testable import DevPlatform

/// A line of the log.
private struct LogLine: Decodable {
    struct Fields: Decodable {
        var pipeline: String?
        var table: String?
        var batch: UInt64?
        var trace: String?
        var repeated: String?
    }

    var time: String
    var level: String
    var logger: String
    var message: String
    var fields: Fields?

    /// All lines; every one of them must be JSON.
    static func all(of pipeline: TestPipeline) throws -> [LogLine] {
        try pipeline.logText().split(separator: "\n").map { line in
            try JSONDecoder().decode(LogLine.self, from: Data(line.utf8))
        }
    }
}

/// What a user may read and pass on must not hold what is in the rows.
@Suite("The log: values of rows", .sharesServers)
struct LogValueTests {
    private static let canary = "canary-7f3a9c"

    @Test("a value of a row is in no line, metric, health report or status, whatever goes wrong with it, at any level")
    func canary() async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        let tables = ["dates", "copied", "texts"].map { "canary.\($0): {dates: error}" }.joined(separator: ", ")
        options.more = "log: {level: trace}\ntables: {\(tables)}"
        try await TestPipeline.with("canary", options) { pipeline in
            let canary = Self.canary
            try await pipeline.run(
                "SET SESSION sql_mode = ''",
                "CREATE TABLE fits (id INT PRIMARY KEY, v VARCHAR(40))",
                "CREATE TABLE dates (id INT PRIMARY KEY, d DATE, v VARCHAR(40))",
                "CREATE TABLE copied (id INT PRIMARY KEY, d DATE, v VARCHAR(40))",
                "CREATE TABLE texts (v VARCHAR(40) PRIMARY KEY, d DATE)",
                "CREATE TABLE refused (id INT PRIMARY KEY, v VARCHAR(40))",
                "CREATE TABLE stated (id INT PRIMARY KEY, v VARCHAR(40))",
                "INSERT INTO fits VALUES (1, '\(canary)')",
                "INSERT INTO copied VALUES (1, '0000-00-00', '\(canary)')"
            )
            try await pipeline.startAndSettle()
            try await pipeline.warehouseExecute(
                "ALTER TABLE canary_raw.refused ADD CONSTRAINT brief CHECK length(v) < 3"
            )
            try await pipeline.run(
                "INSERT INTO fits VALUES (2, '\(canary)')",
                "INSERT INTO dates VALUES (1, '0000-00-00', '\(canary)')",
                "INSERT INTO texts VALUES ('\(canary)', '0000-00-00')",
                "INSERT INTO refused VALUES (1, '\(canary)')",
                "SET SESSION binlog_format = STATEMENT",
                "INSERT INTO stated VALUES (1, '\(canary)')",
                "SET SESSION binlog_format = ROW"
            )
            for table in ["copied", "dates", "texts", "refused", "stated"] {
                try await pipeline.wait(for: table, toBe: "quarantined")
            }
            try await pipeline.catchUp()
            let places = [
                "log": try pipeline.logText(), "metrics": await pipeline.metricsText(),
                "health": try await pipeline.healthText(),
                "status": try await pipeline.command("status", "--json").output,
                "doctor": try await pipeline.command("doctor", "--json").output,
            ]
            for (place, text) in places {
                #expect(!text.isEmpty)
                for line in text.split(separator: "\n") where line.contains(canary) {
                    Issue.record("\(place) holds a value of a row: \(line.prefix(600))")
                }
            }
            let lines = try LogLine.all(of: pipeline)
            #expect(lines.contains { $0.level == "debug" || $0.level == "trace" }, "the level is not in force")
            let quarantined = lines.filter { $0.message == "a table is quarantined" }
            // `fits` too: the statement may have changed any table of its database.
            #expect(Set(quarantined.compactMap { $0.fields?.table }).count == 6)
        }
    }

    @Test("--log-level and --log-format come before leat.yaml")
    func flags() async throws {
        var options = TestPipeline.Options()
        options.more = "log: {level: info, format: json}"
        try await TestPipeline.with("log_flags", options) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
            try await pipeline.startAndSettle()
            try await pipeline.stop()
            #expect(try LogLine.all(of: pipeline).contains { $0.message == "following the binlog" })
            let log = pipeline.folder + "/flags.log"
            let arguments = ["run", "--config", pipeline.configuration, "--log-format", "text", "--log-level"]
            let text = try await LeatProcess.start(arguments + ["info"], log: log)
            try await eventually("lines are text") {
                try String(contentsOfFile: log, encoding: .utf8).contains("info     leat: following the binlog")
            }
            #expect(try await text.terminate() == .code(0))
            let quiet = try await LeatProcess.start(arguments + ["error"], log: log + "2")
            pipeline.adopt(quiet)
            try await pipeline.run("INSERT INTO t VALUES (1)")
            try await pipeline.catchUp()
            #expect(try await quiet.terminate() == .code(0))
            #expect(try String(contentsOfFile: log + "2", encoding: .utf8).isEmpty)
        }
    }
}

@Suite("The log: faults", .sharesServers)
struct LogFaultTests {
    @Test("lines about a batch have its number and its trace; what repeats is left out, and counted")
    func batches() async throws {
        try await SpanCollector.with { collector, url in
            var options = TestPipeline.Options()
            options.more = "tracing: {otlp: \"\(url)\"}"
            options.clickhouseUser = "log_batches"
            options.clickhousePassword = "secret-of-log"
            try await TestPipeline.with("log_batches", options) { pipeline in
                try await pipeline.warehouseExecute("CREATE USER log_batches IDENTIFIED BY 'secret-of-log'")
                try await pipeline.warehouseExecute(
                    "GRANT SELECT, INSERT, CREATE, ALTER, DROP, TRUNCATE, SHOW ON *.* TO log_batches"
                )
                try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
                try await pipeline.startAndSettle()
                // Batches can be defined, and not written.
                try await pipeline.warehouseExecute("REVOKE INSERT ON log_batches_raw.* FROM log_batches")
                try await pipeline.run("INSERT INTO t VALUES (1)")
                try await eventually("lines are left out") {
                    await pipeline.metricsText().contains(#/leat_log_lines_suppressed_total [1-9]/#)
                }
                try await pipeline.warehouseExecute("GRANT INSERT ON log_batches_raw.* TO log_batches")
                try await pipeline.catchUp()
                try await pipeline.expectSame("t")
                try await pipeline.stop()
                let lines = try LogLine.all(of: pipeline)
                let about = lines.filter { $0.message == "insert failed; retrying" }
                #expect(about.count == 5 && Set(about.map(\.fields?.batch)).count == 1)
                let insert = try #require(collector.spans.first { $0.name == "insert" && $0.hasFailed })
                let batch = try #require(collector.spans.first { $0.identity == insert.parent })
                for line in about {
                    #expect(line.fields?.table == "log_batches.t" && line.fields?.pipeline == "log_batches")
                    #expect(line.fields?.trace == batch.trace)
                    #expect(line.fields?.batch.map { "\($0)" } == batch.attributes["leat.batch"])
                }
                let summaries = lines.filter { $0.message == "repeated log lines suppressed" }
                #expect(summaries.contains { $0.fields?.repeated == about.first?.message }, "\(summaries)")
            }
        }
    }
}
