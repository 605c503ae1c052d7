import Foundation
import MonitoringArtifacts
import Testing
import Yams

@testable import DevPlatform

/// The rules as Prometheus' own tool sees them.
@Suite("Rules in promtool")
struct PromtoolTests {
    private struct TestFile: Decodable {
        struct Group: Decodable {
            struct Sample: Decodable { var labels: String }
            struct Expectation: Decodable {
                enum CodingKeys: String, CodingKey {
                    case expression = "expr"
                    case samples = "exp_samples"
                }
                var expression: String
                var samples: [Sample]
            }
            enum CodingKeys: String, CodingKey {
                case name
                case expectations = "promql_expr_test"
            }
            var name: String
            var expectations: [Expectation]?
        }
        var tests: [Group]
    }

    private static let folder = root.appendingPathComponent("deploy/prometheus").path

    private static func testFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/tests").filter { $0.hasSuffix(".yml") }.sorted()
    }

    private static var promtool: String {
        get throws { try StackBinaries(folders: nil).path("promtool", for: .prometheus) }
    }

    @Test("are accepted, also those of a drill", arguments: [RulePace.standard, .drill])
    func check(_ pace: RulePace) async throws {
        let path = NSTemporaryDirectory() + "leat-rules-\(UInt32.random(in: 0 ... .max)).yml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(RuleFile(pace).text.utf8).write(to: URL(fileURLWithPath: path))
        let answer = try await ProgramAnswer(try Self.promtool, ["check", "rules", path])
        let rules = RuleGroup.all(pace).reduce(0) { $0 + $1.recordings.count + $1.alerts.count }
        #expect(answer.isSuccess, "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("SUCCESS: \(rules) rules found"), "\(answer.output)")
    }

    @Test("the scrape configuration is accepted with them")
    func configuration() async throws {
        let answer = try await ProgramAnswer(try Self.promtool, ["check", "config", Self.folder + "/prometheus.yml"])
        #expect(answer.isSuccess, "\(answer.output)\(answer.errors)")
    }

    @Test("fire when they should, and only then", arguments: try testFiles())
    func rules(_ file: String) async throws {
        let answer = try await ProgramAnswer(try Self.promtool, ["test", "rules", "\(Self.folder)/tests/\(file)"])
        #expect(answer.isSuccess, "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("SUCCESS"), "\(answer.output)")
    }

    @Test("each is tested: when it fires, when it does not yet, and when it never does", arguments: allAlerts)
    func everyRule(_ rule: AlertRule) throws {
        let groups = try Self.testFiles().flatMap { file in
            try YAMLDecoder().decode(TestFile.self, from: contents("deploy/prometheus/tests/" + file)).tests
        }
        let active = "ALERTS{alertname=\"\(rule.name)\",alertstate=\"firing\"}"
        func expectations(_ name: String) throws -> [TestFile.Group.Expectation] {
            let group = try #require(groups.first { $0.name == name }, "deploy/prometheus/tests has no test '\(name)'")
            return (group.expectations ?? []).filter { $0.expression == active }
        }
        let firing = try expectations("\(rule.name) fires")
        #expect(firing.first?.samples.isEmpty == true)
        #expect(
            firing.last?.samples.contains { $0.labels.contains("severity=\"\(rule.severity.rawValue)\"") } == true
        )
        let quiet = try expectations("\(rule.name) is quiet")
        #expect(!quiet.isEmpty && quiet.allSatisfy(\.samples.isEmpty))
    }
}
