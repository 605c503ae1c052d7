import ClickHouseClient
import Foundation
import Testing

@testable import DevPlatform

@Suite("Sources and names", .sharesServers)
struct SourceTests {
    @Test("several sources of one configuration run side by side, each with its own state")
    func severalSources() async throws {
        try await TestPipeline.with("source_one") { one in
            try await TestPipeline.with("source_two") { two in
                for pipeline in [one, two] {
                    try await pipeline.run(
                        "CREATE TABLE t (id INT PRIMARY KEY, v TEXT)",
                        "INSERT INTO t VALUES (1, '\(pipeline.name)')"
                    )
                }
                let second = try String(contentsOfFile: two.configuration, encoding: .utf8)
                    .split(separator: "warehouse:")[0].replacing("sources:\n", with: "")
                let first = try String(contentsOfFile: one.configuration, encoding: .utf8)
                try first.replacing("warehouse:", with: second + "warehouse:")
                    .write(toFile: one.configuration, atomically: true, encoding: .utf8)
                try await one.start()
                for pipeline in [one, two] { try await pipeline.settle() }
                for pipeline in [one, two] { try await pipeline.run("INSERT INTO t VALUES (2, 'more')") }
                // One of them in trouble does not stop the other.
                try await one.run(
                    "ALTER TABLE t MODIFY v VARCHAR(20) CHARACTER SET cp1250",
                    // No character of that set.
                    "INSERT INTO t VALUES (3, x'4181')"
                )
                try await one.wait(for: "t", toBe: "quarantined")
                try await two.catchUp()
                #expect(try await two.states() == ["source_two.t": "streaming"])
                try await two.expectSame("t")
                #expect(try await Set(one.status().tables.map(\.name)) == ["source_one.t", "source_two.t"])
                try await one.run("DELETE FROM t WHERE id = 3")
                let answer = try await one.command("tables", "resync", "--all")
                #expect(answer.exit == .code(0), "\(answer.errors)")
                for pipeline in [one, two] {
                    try await pipeline.settle()
                    try await pipeline.expectSame("t")
                }
            }
        }
    }

    @Test("a database with a dot in its name is one database, also after a restart")
    func dottedDatabase() async throws {
        var options = TestPipeline.Options()
        options.follows = ["`dotted.base`", "dotted"]
        try await TestPipeline.with("dotted", options) { pipeline in
            try await pipeline.run(
                "CREATE DATABASE `dotted.base`",
                "CREATE TABLE `dotted.base`.`t.1` (id INT PRIMARY KEY)",
                "CREATE TABLE `base.t.1` (id INT PRIMARY KEY)",
                "INSERT INTO `dotted.base`.`t.1` VALUES (1)"
            )
            try await pipeline.startAndSettle()
            let copied = try await pipeline.batches(of: "range").defined
            try await pipeline.stop()
            try await pipeline.run("INSERT INTO `dotted.base`.`t.1` VALUES (2)")
            try await pipeline.startAndSettle()
            #expect(
                try await pipeline.states() == ["`dotted.base`.t.1": "streaming", "dotted.base.t.1": "streaming"]
            )
            #expect(try await pipeline.warehouse("SELECT * FROM `dotted.base`.`t.1` ORDER BY id") == [["1"], ["2"]])
            #expect(try await pipeline.batches(of: "range").defined == copied, "it is not copied again")
            let line = try await pipeline.status(of: "`dotted.base`.t.1")
            #expect(line.rows == 2)
            let order = try await pipeline.command("tables", "resync", "`dotted.base`.t.1")
            #expect(order.exit == .code(0), "\(order.errors)")
            try await pipeline.settle()
        }
    }

    @Test("names with capitals, spaces, quotes, dots and other scripts survive restarts")
    func names() async throws {
        try await TestPipeline.with("names") { pipeline in
            let tables = [
                "Upper", "upper", "with space", "dot.ted", "qu'o\"te`d", "таблица", "select", "100", "a\\b", "x-y",
            ]
            func quoted(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }
            for table in tables {
                try await pipeline.run("CREATE TABLE \(quoted(table)) (`Id.1` INT PRIMARY KEY, `v w` TEXT)")
                try await pipeline.run("INSERT INTO \(quoted(table)) VALUES (1, 'copied')")
            }
            try await pipeline.startAndSettle()
            for table in tables { try await pipeline.run("INSERT INTO \(quoted(table)) VALUES (2, 'streamed')") }
            try await pipeline.catchUp()
            try await pipeline.stop()
            for table in tables {
                try await pipeline.run("UPDATE \(quoted(table)) SET `v w` = 'restarted' WHERE `Id.1` = 1")
            }
            try await pipeline.startAndSettle()
            #expect(
                try await pipeline.states()
                    == Dictionary(uniqueKeysWithValues: tables.map { ("names.\($0)", "streaming") })
            )
            for table in tables {
                let here = ClickHouseClient.quote(database: "names", table: table)
                let rows = try await pipeline.warehouse("SELECT * FROM \(here) ORDER BY 1")
                #expect(rows == [["1", "restarted"], ["2", "streamed"]], "\(table)")
            }
            let answer = try await pipeline.command("tables", "resync", "names.dot.ted")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.settle()
        }
    }
}
