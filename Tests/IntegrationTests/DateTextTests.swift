import Testing

@testable import DevPlatform

@Suite("Dates that ClickHouse cannot hold", .sharesServers)
struct DateTextTests {
    /// What columns of each type hold that ClickHouse cannot, and what it can.
    private static let columns = [
        (name: "d", type: "DATE", odd: ["9999-12-31", "0000-00-00", "2024-02-00", "1899-12-31"], plain: "2024-02-29"),
        (
            name: "m", type: "DATETIME(6)", odd: ["9999-12-31 23:59:59.999999", "0000-00-00 00:00:00.000000"],
            plain: "2024-02-29 12:34:56.000001"
        ),
        (name: "s", type: "TIMESTAMP(3)", odd: ["0000-00-00 00:00:00.000"], plain: "2024-02-29 12:34:56.789"),
    ]

    @Test("make their columns text, in the copy as in the stream, and are compared and repaired like all others")
    func carried() async throws {
        try await TestPipeline.with("odd_dates") { pipeline in
            try await pipeline.run("SET sql_mode = ''")
            for (name, type, odd, plain) in Self.columns {
                for table in ["copied_\(name)", "streamed_\(name)", "required_\(name)"] {
                    let null = table.hasPrefix("required") ? "NOT NULL" : "NULL"
                    try await pipeline.run("CREATE TABLE \(table) (id INT PRIMARY KEY, v \(type) \(null), n INT)")
                    try await pipeline.run("INSERT INTO \(table) VALUES (1, '\(plain)', 1), (2, '\(plain)', 2)")
                }
                for (index, value) in odd.enumerated() {
                    try await pipeline.run("INSERT INTO copied_\(name) VALUES (\(10 + index), '\(value)', 3)")
                }
            }
            try await pipeline.startAndSettle()
            for (name, _, odd, plain) in Self.columns {
                for (index, value) in odd.enumerated() {
                    for table in ["copied_\(name)", "streamed_\(name)", "required_\(name)"] {
                        try await pipeline.run(
                            "INSERT INTO \(table) VALUES (\(20 + index), '\(value)', 4)",
                            "UPDATE \(table) SET v = '\(plain)', n = 5 WHERE id = 1",
                            "UPDATE \(table) SET v = '\(value)' WHERE id = 2"
                        )
                    }
                }
                try await pipeline.run("INSERT INTO streamed_\(name) VALUES (30, NULL, 6)")
            }
            try await settle(pipeline)
            for (name, _, _, _) in Self.columns {
                for table in ["copied_\(name)", "streamed_\(name)", "required_\(name)"] {
                    try await pipeline.expectSame(table)
                    #expect(try await pipeline.status(of: table).dateTextColumns == ["v"], "\(table)")
                }
            }
            // Converted in place: nothing is left over.
            let leftovers = try await pipeline.warehouse(
                "SELECT name FROM system.tables WHERE database = 'odd_dates_raw' AND name LIKE '%dropped%'"
            )
            #expect(leftovers.isEmpty, "\(leftovers)")
            #expect(try await pipeline.command("status").output.contains("as text"))

            try await pipeline.warehouseExecute(
                "ALTER TABLE odd_dates_raw.copied_d UPDATE v = '9998-12-31' WHERE id = 10 SETTINGS mutations_sync = 2"
            )
            #expect(try await pipeline.command("verify").exit == .code(1))
            #expect(try await pipeline.command("repair", "odd_dates.copied_d").exit == .code(0))
            let verified = try await pipeline.command("verify")
            #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")

            // It stays so after a restart, and when the table is copied again.
            #expect(try await pipeline.stop() == .code(0))
            try await pipeline.run("INSERT INTO streamed_d VALUES (40, '9999-12-31', 7)")
            try await pipeline.start()
            try await pipeline.settle()
            let answer = try await pipeline.command("tables", "resync", "odd_dates.streamed_d")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.settle()
            try await pipeline.expectSame("streamed_d")
            #expect(try await pipeline.status(of: "streamed_d").dateTextColumns == ["v"])

            // Dates again, once all are and the configuration says so.
            try await pipeline.run("UPDATE streamed_d SET v = '2024-01-01'")
            #expect(try await pipeline.stop() == .code(0))
            try pipeline.write(.init(more: "tables: {odd_dates.streamed_d: {dates: error}}"))
            try await pipeline.start()
            try await pipeline.settle()
            #expect(try await pipeline.command("tables", "resync", "odd_dates.streamed_d").exit == .code(0))
            try await pipeline.settle()
            try await pipeline.expectSame("streamed_d")
            #expect(try await pipeline.status(of: "streamed_d").dateTextColumns == nil)
        }
    }

    @Test("may be keys")
    func keys() async throws {
        try await TestPipeline.with("odd_keys") { pipeline in
            try await pipeline.run(
                "SET sql_mode = ''",
                "CREATE TABLE periods (valid_to DATE, room INT, v INT, PRIMARY KEY (valid_to, room))",
                "INSERT INTO periods VALUES ('2024-01-01', 1, 1), ('2024-12-31', 1, 2), ('0000-00-00', 1, 3)",
                "CREATE TABLE later LIKE periods",
                "INSERT INTO later VALUES ('2024-01-01', 1, 1), ('2024-12-31', 1, 2)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "INSERT INTO later VALUES ('9999-12-31', 1, 3)",
                "UPDATE later SET valid_to = '2025-06-30' WHERE v = 3",
                "INSERT INTO later VALUES ('9999-12-31', 1, 4), ('1000-01-01', 2, 5)",
                "UPDATE periods SET valid_to = '9999-12-31', v = 9 WHERE v = 2",
                "DELETE FROM periods WHERE valid_to = '0000-00-00'"
            )
            try await settle(pipeline)
            try await pipeline.expectSame("periods")
            try await pipeline.expectSame("later")
            try await pipeline.run("UPDATE later SET v = v + 10", "DELETE FROM later WHERE room = 2")
            try await pipeline.catchUp()
            try await pipeline.expectSame("later")
            try await pipeline.warehouseExecute(
                "ALTER TABLE odd_keys_raw.later DELETE WHERE valid_to = '9999-12-31' SETTINGS mutations_sync = 2"
            )
            #expect(try await pipeline.command("repair", "--all").exit == .code(0))
            try await pipeline.expectSame("later")
            let verified = try await pipeline.command("verify")
            #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")
        }
    }

    @Test("that are the defaults of added columns make these text, for rows from before and since")
    func defaults() async throws {
        try await TestPipeline.with("odd_defaults") { pipeline in
            try await pipeline.run(
                "SET sql_mode = ''",
                "CREATE TABLE t (id INT PRIMARY KEY)",
                "INSERT INTO t VALUES (1), (2)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "ALTER TABLE t ADD COLUMN valid_to DATE NOT NULL DEFAULT '9999-12-31'",
                "INSERT INTO t (id) VALUES (3)",
                "ALTER TABLE t ADD COLUMN since DATETIME(3) DEFAULT '0000-00-00'",
                "ALTER TABLE t ADD COLUMN closed DATE NOT NULL",
                "ALTER TABLE t ADD COLUMN seen TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00'",
                "ALTER TABLE t ADD COLUMN opened DATE NOT NULL DEFAULT '2024-02-29'",
                // Nothing of the column's values changes.
                "ALTER TABLE t MODIFY COLUMN valid_to DATE NOT NULL DEFAULT '2024-01-01' COMMENT 'the last day'",
                "INSERT INTO t (id) VALUES (4)",
                "UPDATE t SET valid_to = '2024-07-01' WHERE id = 1"
            )
            try await pipeline.catchUp()
            let status = try await pipeline.status(of: "t")
            #expect(status.state == "streaming", "\(status.cause)")
            #expect(status.dateTextColumns == ["valid_to", "since", "closed", "seen"])
            try await pipeline.expectSame("t")
            // No copy was needed.
            let copies = try pipeline.logText().split(separator: "\n").count { $0.contains("copying a table") }
            #expect(copies == 1)
        }
    }

    /// Waits until all is carried over, tables that have to be copied again included.
    private func settle(_ pipeline: TestPipeline) async throws {
        try await pipeline.catchUp()
        try await pipeline.settle()
        try await pipeline.catchUp()
        try await pipeline.settle()
    }
}
