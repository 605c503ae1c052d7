import Foundation
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

/// LEAT_ROUNDS in the environment makes as many, and LEAT_SEED begins with another.
private let environment = ProcessInfo.processInfo.environment
private let roundsCount = environment["LEAT_ROUNDS"].flatMap { Int($0) } ?? 6
private let firstSeed = environment["LEAT_SEED"].flatMap { UInt64($0) } ?? 1

@Suite("Random statements on real servers", .sharesServers)
struct RandomStatementsTests {
    @Test("after each round every table is equal, whatever was done to it")
    func random() async throws {
        try await TestPipeline.with("random_rounds") { pipeline in
            try await pipeline.run(
                // More statements are accepted, and conversions are silent.
                "SET SESSION sql_mode = ''",
                "SET SESSION sql_generate_invisible_primary_key = OFF",
                "CREATE TABLE witness (id INT PRIMARY KEY)"
            )
            try await pipeline.startAndSettle()
            var accepted = 0
            /// All statements but those about rows.
            var definitions: [String] = []
            for round in 0..<roundsCount {
                var random = RandomStatements(seed: firstSeed + UInt64(round))
                var done: [String] = []
                for index in 0..<60 {
                    let statement = try await random.next(at: pipeline.mysql)
                    if (try? await pipeline.mysql.query(statement)) != nil { done.append(statement) }
                    // In the middle of it.
                    if index == 30, round % 4 == 1 {
                        await pipeline.leat?.kill()
                        try await pipeline.start()
                    }
                    // It may be dropped by then, or be copied already.
                    if index == 20, round % 5 == 2 {
                        _ = try await pipeline.command("tables", "resync", "\(pipeline.name).t1")
                        _ = try await pipeline.command("tables", "resync", "\(pipeline.name).bag1")
                    }
                }
                accepted += done.count
                definitions += done.filter { $0.contains("TABLE") }
                try await pipeline.run("INSERT INTO witness VALUES (\(round))")
                let isEqual = try await check(
                    pipeline,
                    "round \(round), seed \(firstSeed + UInt64(round))",
                    done,
                    definitions
                )
                if !isEqual { return }
            }
            #expect(accepted > 20 * roundsCount, "\(accepted) statements were accepted")
            let verified = try await pipeline.command("verify", within: .seconds(120))
            #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")
        }
    }

    /// - Returns: false where something was recorded.
    private func check(
        _ pipeline: TestPipeline,
        _ round: String,
        _ done: [String],
        _ definitions: [String]
    ) async throws -> Bool {
        let statements = done.joined(separator: ";\n")
        do {
            try await pipeline.catchUp()
            try await pipeline.settle()
        } catch {
            Issue.record("\(round): \(error)\n\(statements)")
            return false
        }
        let tables = try await pipeline.mysql.query("SHOW TABLES").rows.compactMap { $0.first ?? nil }
        let status = try await pipeline.status()
        for table in tables {
            let line = status.tables.first { $0.name == "\(pipeline.name).\(table)" }
            let concerned = done.filter { $0.contains(table) }.joined(separator: ";\n")
            let present = try await pipeline.mysql.query("SHOW CREATE TABLE \(table)").rows.first?.last ?? nil
            let before = definitions.filter { $0.contains(table) }.suffix(12).joined(separator: ";\n")
            guard line?.state == "streaming" else {
                Issue.record(
                    """
                    \(round): \(table) is \(line?.state ?? "unknown"): \(line?.cause ?? "")
                    \(present ?? "")
                    after
                    \(before)
                    and in this round
                    \(concerned)
                    """
                )
                return false
            }
            let found = try await pipeline.differences(table)
            guard found.isEmpty else {
                Issue.record(
                    """
                    \(round): \(table)
                    \(found.prefix(12).joined(separator: "\n"))
                    \(present ?? "")
                    after
                    \(before)
                    and in this round
                    \(concerned)
                    """
                )
                return false
            }
        }
        for line in status.tables
        where line.state != "dropped" && !tables.contains(String(line.name.dropFirst(pipeline.name.count + 1))) {
            Issue.record("\(round): \(line.name) is \(line.state), and gone at the source\n\(statements)")
            return false
        }
        return true
    }
}
