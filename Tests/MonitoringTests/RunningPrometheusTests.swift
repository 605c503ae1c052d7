import Foundation
import Telemetry
import Testing

@testable import LocalStack
@testable import Monitoring

/// Rules and dashboards against what a platform really exposes: no metric in them that nobody sets.
@Suite("Rules and dashboards on a running platform", .serialized, .timeLimit(.minutes(10)))
struct RunningPrometheusTests {
    @Test("leat up loads every rule, tells Alertmanager, and all that rules and panels ask for has data")
    func everything() async throws {
        try await RunningPlatform.with { platform in
            try await rulesAreLoaded(platform)
            try await platform.withTraffic {
                for group in RuleGroup.all() {
                    for rule in group.alerts {
                        // Accepted as a whole, and its signal is there.
                        _ = try await platform.series(rule.expression.text)
                        try await expectData(platform, rule.name, rule.signal)
                    }
                    for rule in group.recordings { try await expectData(platform, rule.name, rule.expression) }
                }
                for dashboard in Dashboard.all {
                    for panel in dashboard.panels {
                        for line in panel.lines {
                            try await expectData(platform, "\(dashboard.title), \(panel.title)", line.query)
                        }
                    }
                }
            }
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

    /// Waits until the expression has data, as Grafana would send it.
    private func expectData(_ platform: RunningPlatform, _ place: String, _ query: Query) async throws {
        let expression = query.text
            .replacing("$source", with: ".*")
            .replacing("$__rate_interval", with: "1m")
        if AbsentMetrics.excuse(query.metrics) {
            // It must at least be accepted.
            _ = try await platform.series(expression)
            return
        }
        let has = try await eventually { try await !platform.series(expression).isEmpty }
        #expect(has, "\(place): nothing for \(expression)")
    }

    /// The list from which one chooses on a dashboard.
    private func sourcesAreListed(_ platform: RunningPlatform) async throws {
        let metric = LeatMetrics.sourceUp.name
        #expect(Dashboard.sourcesQuery == "label_values(\(metric), source)")
        let found = try await platform.series("count by (source) (\(metric))")
        #expect(found.count == 2)
    }
}

/// Waits for a condition, up to a deadline.
private func eventually(
    within timeout: Duration = .seconds(45),
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + timeout
    while true {
        if try await condition() { return true }
        guard .now < end else { return false }
        try await Task.sleep(for: .milliseconds(250))
    }
}
