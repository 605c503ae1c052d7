/// Prometheus' rule file: https://prometheus.io/docs/prometheus/2.42/configuration/recording_rules/
package struct RuleFile: Sendable {
    /// The name under which it is kept.
    package static let name = "leat.rules.yml"

    package var groups: [RuleGroup]

    package init(_ pace: RulePace = .standard) {
        groups = RuleGroup.all(pace)
    }

    package var text: String {
        var text = """
            # Written by `leat render prometheus`: changes are lost. What each alert means: docs/operations.md
            groups:

            """
        for group in groups {
            text += "  - name: \(group.name)\n    rules:\n"
            for rule in group.recordings {
                text += "      - record: \(rule.name)\n        expr: \(Self.quoted(rule.expression.text))\n"
            }
            for rule in group.alerts { text += Self.text(of: rule) }
        }
        return text
    }

    private static func text(of rule: AlertRule) -> String {
        let hold = rule.hold > .zero ? "        for: \(Query.text(of: rule.hold))\n" : ""
        return """
                  - alert: \(rule.name)
                    expr: \(quoted(rule.expression.text))
            \(hold)        labels:
                      severity: \(rule.severity.rawValue)
                    annotations:
                      summary: \(quoted(rule.summary))
                      description: \(quoted(rule.cause))
                      remedy: \(quoted(rule.remedy))
                      runbook: \(quoted(rule.runbook))

            """
    }

    /// A string of YAML in which nothing but the quote itself is special.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
