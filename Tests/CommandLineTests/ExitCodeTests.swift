import Foundation
import Testing

/// What a script can rely on: exit codes, a cause and a remedy on standard error, and JSON alone on standard output.
@Suite("leat: exit codes")
struct ExitCodeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: String
        let exitCode: Int32
        let errors: [String]

        init(_ arguments: String, _ exitCode: Int32, _ errors: String...) {
            self.arguments = arguments
            self.exitCode = exitCode
            self.errors = errors
        }

        var testDescription: String { "leat \(arguments)" }
    }

    /// A configuration of servers that are not there.
    private static let configuration = """
        sources:
          shop:
            mysql: {hosts: ["127.0.0.1:1"], user: u, password-file: password, tables: ["*.*"]}
          iot:
            influxdb: {url: "http://127.0.0.1:1", database: iot, user: u, password-file: password}
        warehouse:
          clickhouse: {url: "http://127.0.0.1:1", user: u, password-file: password}
        """

    private func run(_ arguments: String) throws -> LeatCommand {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("leat-cli-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.configuration.write(toFile: folder + "/leat.yaml", atomically: true, encoding: .utf8)
        try "sources: {shop: {mysql: {hosts: 7}}}".write(
            toFile: folder + "/wrong.yaml",
            atomically: true,
            encoding: .utf8
        )
        try "secret".write(toFile: folder + "/password", atomically: true, encoding: .utf8)
        return try LeatCommand(arguments.split(separator: " ").map(String.init), in: folder)
    }

    @Test(
        "2 for wrong usage and configurations, 3 for what is missing, with cause and remedy",
        arguments: [
            Case("nonsense", 2, "nonsense"),
            Case("run", 2, "--config"),
            Case("run --config leat.yaml --log-level loud", 2, "loud", "notice"),
            Case("verify --config nowhere.yaml", 2, "nowhere.yaml: there is no such file", "fix: "),
            Case("verify --config wrong.yaml", 2, "wrong.yaml:1:33: sources.shop.mysql.hosts", "fix: "),
            Case("repair --config leat.yaml", 2, "name the tables, or give --all", "leat repair --help"),
            Case("repair --config leat.yaml --all shop.t", 2, "name the tables, or give --all", "leat repair --help"),
            Case("tables resync --config leat.yaml", 2, "name the tables, or give --all", "leat tables resync --help"),
            Case("tables pause --config leat.yaml", 2, "<tables>"),
            Case("backfill iot --config leat.yaml", 2, "--from"),
            Case("backfill nobody --from 2026-01-01 --config leat.yaml", 2, "nobody", "fix: "),
            Case("backfill iot --from yesterday --config leat.yaml", 2, "yesterday"),
            Case("generate mysql --connections 65", 2, "--connections must be 1 to 64"),
            Case("up --rows many", 2, "many"),
            Case("verify --config leat.yaml", 3, "127.0.0.1:1", "Connection refused", "fix: "),
            Case("repair --all --config leat.yaml", 3, "Connection refused", "fix: "),
            Case("status --config leat.yaml", 3, "connection refused", "fix: "),
            Case("tables list --config leat.yaml", 3, "connection refused", "fix: "),
            Case("tables pause shop.t --config leat.yaml", 3, "no process runs this configuration here", "fix: "),
            Case("doctor --config leat.yaml", 3),
            Case("status", 2, "fix: "),
            Case("diagram --config leat.yaml", 0),
            Case("--version", 0),
        ]
    )
    func codes(_ expected: Case) throws {
        let answer = try run(expected.arguments)
        #expect(answer.exitCode == expected.exitCode, "\(answer.output)\(answer.errors)")
        for word in expected.errors { #expect(answer.errors.contains(word), "\(answer.errors)") }
        if expected.exitCode == 0 { #expect(answer.errors.isEmpty, "\(answer.errors)") }
        // Cause and remedy, not a report of a crash.
        #expect(!answer.errors.contains("please report") && !answer.errors.contains("secret"), "\(answer.errors)")
    }

    @Test("doctor --json prints JSON and nothing else, also where nothing answers")
    func doctor() throws {
        struct Report: Decodable {
            struct Finding: Decodable {
                var check: String
                var severity: String
                var subject: String
                var cause: String
                var effect: String
                var remedy: String
            }
            var findings: [Finding]
        }
        let answer = try run("doctor --json --config leat.yaml")
        let report = try JSONDecoder().decode(Report.self, from: Data(answer.output.utf8))
        #expect(answer.exitCode == 3 && answer.errors.isEmpty)
        #expect(report.findings.count { $0.severity == "blocker" } == 3, "\(report.findings)")
        #expect(report.findings.allSatisfy { !$0.cause.isEmpty && !$0.effect.isEmpty && !$0.remedy.isEmpty })
    }
}
