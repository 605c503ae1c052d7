import Testing

@Suite("Keys of every type", .sharesServers)
struct KeyTests {
    /// A type, and an SQL expression of the number `n` that is different for each n from 1 to 2500.
    struct Key: Sendable, CustomTestStringConvertible {
        let name: String
        let type: String
        let value: String
        var testDescription: String { type }
    }

    static let keys = [
        Key(name: "i8", type: "SMALLINT", value: "n - 1250"),
        Key(name: "u64", type: "BIGINT UNSIGNED", value: "18446744073709551615 - n * 7"),
        Key(name: "dec", type: "DECIMAL(30,10)", value: "(n - 1250) * 1.0000000001"),
        Key(name: "dbl", type: "DOUBLE", value: "(n - 1250) * 0.1e0"),
        // All of them the same to one who rounds to whole numbers.
        Key(name: "dbl_tiny", type: "DOUBLE", value: "n * 1e-9"),
        Key(name: "flt", type: "FLOAT", value: "(n - 1250) * 0.1e0"),
        Key(name: "day", type: "DATE", value: "DATE_ADD('1998-01-01', INTERVAL n DAY)"),
        Key(
            name: "at",
            type: "DATETIME(6)",
            value: "DATE_ADD('2020-01-01 00:00:00.000001', INTERVAL n * 1000001 MICROSECOND)"
        ),
        Key(name: "ts", type: "TIMESTAMP(3)", value: "DATE_ADD('2020-01-01 00:00:00.001', INTERVAL n HOUR)"),
        Key(name: "clk", type: "TIME(3)", value: "SEC_TO_TIME((n - 1250) * 1.5)"),
        Key(name: "str", type: "VARCHAR(40)", value: "CONCAT(CHAR(97 + n % 26), LEFT(SHA2(n, 224), 30))"),
        Key(
            name: "cs",
            type: "VARCHAR(40) COLLATE utf8mb4_0900_as_cs",
            value: "CONCAT(IF(n % 2, 'é', 'E'), n, ' ''\"\\\\')"
        ),
        Key(name: "chr", type: "CHAR(20) COLLATE utf8mb4_bin", value: "CONCAT(CHAR(64 + n % 50), n)"),
        Key(name: "bin", type: "BINARY(16)", value: "LEFT(UNHEX(SHA2(n, 224)), 16)"),
        Key(name: "vbin", type: "VARBINARY(20)", value: "CONCAT(LEFT(UNHEX(SHA2(n, 224)), 16), x'00')"),
        Key(name: "bits", type: "BIT(40)", value: "n * 400000000"),
    ]

    @Test("a table is copied in ranges of its key, whatever the key's type", arguments: keys)
    func ranges(key: Key) async throws {
        var options = TestPipeline.Options()
        options.batchRows = 1000
        try await TestPipeline.with("key_\(key.name)", options) { pipeline in
            try await pipeline.run(
                "SET cte_max_recursion_depth = 10000",
                "CREATE TABLE t (k \(key.type) NOT NULL, n INT NOT NULL, PRIMARY KEY (k))",
                "CREATE TABLE two (k \(key.type) NOT NULL, n INT NOT NULL, PRIMARY KEY (n, k))"
            )
            let numbers = "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 2500)"
            try await pipeline.run(
                "INSERT INTO t \(numbers) SELECT \(key.value), n FROM s",
                "INSERT INTO two \(numbers) SELECT \(key.value), n % 3 FROM s"
            )
            try await pipeline.startAndSettle()
            try #require(
                try await pipeline.states() == [
                    "\(pipeline.name).t": "streaming", "\(pipeline.name).two": "streaming",
                ]
            )
            #expect(try await pipeline.count("t") == 2500)
            try await pipeline.expectSame("t")
            try await pipeline.expectSame("two")
            let ranges = try await pipeline.warehouse(
                "SELECT count() FROM leat.batches WHERE pipeline = '\(pipeline.name)' AND kind = 'range' GROUP BY table"
            )
            #expect(ranges == [["3"], ["3"]], "the copy was made in ranges")

            try await pipeline.run("DELETE FROM t WHERE n % 7 = 0", "UPDATE t SET n = n + 10000 WHERE n % 5 = 0")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
        }
    }
}
