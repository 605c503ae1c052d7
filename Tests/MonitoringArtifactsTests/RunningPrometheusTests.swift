import Foundation
import LeatTestSupport
import Observability
import Testing

@testable import DevPlatform
@testable import MonitoringArtifacts

/// Rules and dashboards against what a platform really exposes: no metric in them that nobody sets.
@Suite("Rules and dashboards on a running platform", .serialized, .timeLimit(.minutes(10)))
struct RunningPrometheusTests {
    @Test("leat up loads every rule, notifies Alertmanager, and all that rules and panels ask for has data")
    func everything() async throws {
        try await RunningPlatform.with { platform in
            try await rulesAreLoaded(platform)
            for rule in RuleGroup.all().flatMap(\.alerts) { _ = try await platform.series(rule.expression.text) }
            try await platform.withTraffic { try await expectData(platform, Self.questions) }
            try await sourcesAreListed(platform)
        }
    }

    private func rulesAreLoaded(_ platform: RunningPlatform) async throws {
        let expected = RuleGroup.all().flatMap { $0.recordings.map(\.name) + $0.alerts.map(\.name) }.sorted()
        let evaluated = try await eventually { () async throws -> Bool in
            let rules = try await Self.rules(of: platform)
            return rules.count == expected.count && rules.allSatisfy { $0["health"] as? String == "ok" }
        }
        let rules = try await Self.rules(of: platform)
        #expect(evaluated, "\(rules.filter { $0["health"] as? String != "ok" })")
        #expect(rules.compactMap { $0["name"] as? String }.sorted() == expected)
        let connected = try await eventually {
            let data = try await platform.data("/api/v1/alertmanagers")
            return (data["activeAlertmanagers"] as? [Any])?.count == 1
        }
        #expect(connected)
    }

    private static func rules(of platform: RunningPlatform) async throws -> [[String: Any]] {
        let groups = try await platform.data("/api/v1/rules")["groups"] as? [[String: Any]] ?? []
        return groups.flatMap { $0["rules"] as? [[String: Any]] ?? [] }
    }

    /// What must have data, by where it is asked: signals of alerts, recorded series, panels.
    private static var questions: [(place: String, query: Query)] {
        let rules = RuleGroup.all()
        return rules.flatMap(\.alerts).map { ($0.name, $0.signal) }
            + rules.flatMap(\.recordings).map { ($0.name, $0.expression) }
            + Dashboard.all.flatMap { dashboard in
                dashboard.panels.flatMap { panel in
                    panel.lines.map { ("\(dashboard.title), \(panel.title)", $0.query) }
                }
            }
    }

    /// Waits until all have data, asked as Grafana asks.
    private func expectData(_ platform: RunningPlatform, _ all: [(place: String, query: Query)]) async throws {
        var waiting: [(place: String, expression: String)] = []
        for (place, query) in all {
            let expression = query.text
                .replacing("$source", with: ".*")
                .replacing("$__rate_interval", with: "1m")
            if AbsentMetrics.excuse(query.metrics) {
                // It must at least be accepted.
                _ = try await platform.series(expression)
            } else {
                waiting.append((place, expression))
            }
        }
        #expect(waiting.count > 60)
        _ = try await eventually(within: .seconds(120)) {
            var still: [(place: String, expression: String)] = []
            for question in waiting where try await platform.series(question.expression).isEmpty {
                still.append(question)
            }
            waiting = still
            return waiting.isEmpty
        }
        #expect(waiting.isEmpty, "nothing for \(waiting.map { "\($0.place): \($0.expression)" })")
    }

    /// The list from which one chooses on a dashboard.
    private func sourcesAreListed(_ platform: RunningPlatform) async throws {
        let metric = LeatMetrics.sourceUp.name
        #expect(Dashboard.sourcesQuery == "label_values(\(metric), source)")
        let found = try await platform.series("count by (source) (\(metric))")
        #expect(found.count == 2)
    }
}
