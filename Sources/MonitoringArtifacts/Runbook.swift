/// The part of docs/operations.md that explains every alert.
package enum Runbook {
    package static var markdown: String {
        var text = ""
        for group in RuleGroup.all() {
            text += "### \(titles[group.name] ?? group.name)\n\n"
            for rule in group.alerts { text += section(of: rule) }
        }
        return text
    }

    /// By the names of the groups.
    static let titles = [
        "leat-process": "The process",
        "leat-pipeline": "The pipelines",
        "leat-integrity": "Both sides the same",
        "leat-objectives": "The objectives",
        "leat-mysql": "MySQL",
        "leat-clickhouse": "ClickHouse",
        "leat-measurements": "Measurements",
        "leat-local": "The local platform",
    ]

    private static func section(of rule: AlertRule) -> String {
        let hold = rule.hold > .zero ? ", for \(Query.text(of: rule.hold))" : ""
        return """
            #### \(rule.name)

            \(rule.severity.rawValue)\(hold), when `\(rule.expression)`

            \(rule.cause)

            First: `\(plain(rule.remedy).command)`\(plain(rule.remedy).note)


            """
    }

    /// Templates as words that one replaces, and the command apart from what is said about it.
    private static func plain(_ remedy: String) -> (command: String, note: String) {
        var text = ""
        for (index, part) in remedy.split(separator: "{{ $labels.", omittingEmptySubsequences: false).enumerated() {
            guard index > 0, let end = part.firstIndex(of: "}") else {
                text += part
                continue
            }
            text += part[..<end].filter { $0 != " " }.uppercased()
            text += part[end...].drop { $0 == "}" }
        }
        guard let note = text.firstIndex(of: "(") else { return (text, "") }
        guard text[..<note].hasSuffix("   ") else { return (text, "") }
        return (String(text[..<note].dropLast(3)), " " + text[note...])
    }
}
