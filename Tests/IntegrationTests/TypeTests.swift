import ClickHouseClient
import Testing

@Suite("Types on their way to ClickHouse", .sharesServers)
struct TypeTests {
    @Test("every type and its extreme values come over exactly, and alike through the copy and through the stream")
    func everyType() async throws {
        try await TestPipeline.with("types") { pipeline in
            // Without strict mode an ENUM takes a value that it does not know, as ''.
            try await pipeline.run("SET sql_mode = 'NO_ENGINE_SUBSTITUTION'", EveryType.create("every"))
            for statement in EveryType.inserts(into: "every", ids: 1) { try await pipeline.run(statement) }
            try await pipeline.startAndSettle()
            try #require(try await pipeline.states() == ["types.every": "streaming"])
            try await pipeline.expectSame("every", "after the copy")

            for statement in EveryType.inserts(into: "every", ids: 1001) { try await pipeline.run(statement) }
            try await pipeline.catchUp()
            #expect(try await pipeline.count("every") == 2 * EveryType.rowCount)
            try await pipeline.expectSame("every", "after the stream")
            try await expectSameBytes(pipeline)

            // An update carries every column twice.
            try await pipeline.run("UPDATE every SET required = 'changed' WHERE id < 1000")
            try await pipeline.catchUp()
            try await pipeline.expectSame("every", "after an update")
        }
    }

    /// Compares what ClickHouse holds of the rows that were copied with what it holds of those that were streamed.
    private func expectSameBytes(_ pipeline: TestPipeline) async throws {
        for column in try await pipeline.columns(of: "every") where column.name != "id" {
            let name = ClickHouseClient.quote(identifier: column.name)
            let value = column.isFloating ? "hex(reinterpretAsString(\(name)))" : "hex(toString(\(name)))"
            let rows = try await pipeline.warehouse("SELECT id, \(value) FROM types.every ORDER BY id")
            let values = rows.map { $0[1] }
            #expect(
                Array(values.prefix(EveryType.rowCount)) == Array(values.suffix(EveryType.rowCount)),
                "\(column.name)"
            )
        }
    }

    @Test("columns get ClickHouse's nearest exact type, and NULL exactly where the source has it")
    func columnTypes() async throws {
        try await TestPipeline.with("type_names") { pipeline in
            try await pipeline.run(
                """
                CREATE TABLE t (
                    id BIGINT UNSIGNED PRIMARY KEY, a MEDIUMINT NOT NULL, b DECIMAL(65,30), c TIMESTAMP(3) NULL,
                    d DATE NOT NULL, e ENUM('x') NOT NULL, f SET('x'), g BIT(3) NOT NULL, h TIME(2), i YEAR NOT NULL,
                    j JSON, k BINARY(16) NOT NULL, l FLOAT, m DATETIME(6) NOT NULL, n VARCHAR(20) NOT NULL
                )
                """
            )
            try await pipeline.startAndSettle()
            let columns = try await pipeline.warehouse("DESCRIBE TABLE type_names.t").map {
                "\($0[0] ?? "") \($0[1] ?? "")"
            }
            #expect(
                columns == [
                    "id UInt64", "a Int32", "b Nullable(Decimal(65, 30))", "c Nullable(DateTime64(3, 'UTC'))",
                    "d Date32",
                    "e LowCardinality(String)", "f LowCardinality(Nullable(String))", "g UInt64", "h Nullable(String)",
                    "i UInt16", "j Nullable(String)", "k String", "l Nullable(Float32)", "m DateTime64(6, 'UTC')",
                    "n String",
                ]
            )
        }
    }
}
