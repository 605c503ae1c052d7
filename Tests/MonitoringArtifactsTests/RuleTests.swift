import Observability
import Testing

@testable import MonitoringArtifacts

@Suite("Alert rules")
struct RuleTests {
    private static let defined = Set(LeatMetrics.definitions.map(\.name))

    @Test("no name is given twice")
    func unique() {
        #expect(Set(allAlerts.map(\.name)).count == allAlerts.count)
    }

    @Test("each says what it is about, from metrics that exist", arguments: allAlerts)
    func complete(_ rule: AlertRule) throws {
        #expect(rule.name.hasPrefix("Leat") && rule.name.allSatisfy { $0.isASCII && $0.isLetter })
        #expect(!rule.summary.hasSuffix("."), "a line, not a sentence")
        #expect(rule.cause.hasSuffix("."))
        #expect(!rule.remedy.isEmpty)
        let recorded = Set(RuleGroup.all().flatMap(\.recordings).map(\.name))
        #expect(rule.expression.metrics.isSubset(of: Self.defined.union(recorded)))
        // Nothing of ours may be written by hand: it would not follow when a metric is renamed.
        for name in identifiers(in: rule.expression.text) where name.hasPrefix("leat_") {
            #expect(rule.expression.metrics.contains(String(name)), "\(name) is not taken from its definition")
        }
    }

    @Test("summaries use only labels that the expression keeps", arguments: allAlerts)
    func labels(_ rule: AlertRule) {
        let metrics = LeatMetrics.definitions.filter { rule.signal.metrics.contains($0.name) }
        let kept = Set(metrics.flatMap(\.labels)).union(["instance", "job"])
        for text in [rule.summary, rule.cause, rule.remedy] {
            for part in text.split(separator: "$labels.").dropFirst() {
                let label = String(part.prefix { $0.isLetter || $0 == "_" })
                #expect(kept.contains(label), "\(label) in: \(text)")
            }
        }
    }

    @Test("a drill has the same rules with the same thresholds")
    func drill() {
        let drilled = RuleGroup.all(.drill).flatMap(\.alerts)
        #expect(drilled.map(\.name) == allAlerts.map(\.name))
        #expect(drilled.map(\.threshold) == allAlerts.map(\.threshold))
        #expect(zip(drilled, allAlerts).allSatisfy { $0.hold <= $1.hold })
    }

    private func identifiers(in text: String) -> [Substring] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
    }
}
