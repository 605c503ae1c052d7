import Foundation
import Testing

@testable import DevPlatform

@Suite("leat schema check", .sharesServers)
struct SchemaCheckTests {
    private struct Answer: Decodable {
        struct Table: Decodable {
            struct Size: Decodable { var rows: Int }
            var name: String
            var outcome: String
            var details: [String]
            var size: Size?
        }
        var note: String?
        var tables: [Table]
    }

    private func check(_ statement: String, _ pipeline: TestPipeline) async throws -> (answer: Answer, exit: ChildExit)
    {
        let answer = try await pipeline.command(
            "schema",
            "check",
            statement,
            "--database",
            pipeline.name,
            "--json"
        )
        return (try JSONDecoder().decode(Answer.self, from: Data(answer.output.utf8)), answer.exit)
    }

    @Test("what it says of a statement is what happens then")
    func foretold() async throws {
        try await TestPipeline.with("schema_check") { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v INT, note VARCHAR(20))",
                "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')"
            )
            try await pipeline.startAndSettle()
            for (statement, outcome, exit) in [
                ("ALTER TABLE t ADD COLUMN w INT NOT NULL DEFAULT 7", "inPlace", 0),
                ("CREATE INDEX i ON t (v)", "nothing", 0),
                ("ALTER TABLE t MODIFY v BIGINT FIRST, DROP COLUMN w", "inPlace", 0),
                ("ALTER TABLE t RENAME COLUMN note TO remark", "copied", 1), ("TRUNCATE TABLE t", "emptied", 1),
            ] {
                let before = try copies(pipeline)
                let (answer, code) = try await check(statement, pipeline)
                #expect(answer.tables.map(\.outcome) == [outcome] && code == .code(Int32(exit)), "\(statement)")
                #expect((answer.tables.first?.size != nil) == (outcome == "copied"), "\(statement)")
                try await pipeline.run(statement)
                try await pipeline.catchUp()
                try await pipeline.settle()
                #expect(try copies(pipeline) == before + (outcome == "copied" ? 1 : 0), "\(statement)")
                try await pipeline.expectSame("t")
            }
            let wrong = try await pipeline.command("schema", "check", "ALTER TABLE missing ADD w INT")
            #expect(wrong.exit == .code(3) && wrong.errors.contains("fix:"), "\(wrong.errors)")
            let text = try await pipeline.command(
                "schema",
                "check",
                "ALTER TABLE \(pipeline.name).t ADD COLUMN n INT"
            )
            #expect(
                text.output == """
                    schema_check.t: changed in place, without a copy
                      `n` is added as Nullable(Int32)

                    """
            )
        }
    }

    private func copies(_ pipeline: TestPipeline) throws -> Int {
        try pipeline.logText().split(separator: "\n").count { $0.contains("copying a table") }
    }
}
