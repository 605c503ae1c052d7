import Foundation
import Observability
import Testing

@Suite("docs/metrics.md")
struct MetricsDocumentTests {
    private static let marks = ("<!-- begin metrics -->\n", "<!-- end metrics -->")

    private var file: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/metrics.md")
    }

    private var table: String {
        let rows = LeatMetrics.definitions.map { metric in
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            return
                "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels.isEmpty ? "–" : labels) | \(metric.help) |\n"
        }
        return "| metric | type | labels | what it is |\n|---|---|---|---|\n" + rows.joined()
    }

    @Test("lists every metric as the code defines it")
    func current() throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        let begin = try #require(text.range(of: Self.marks.0))
        let end = try #require(text[begin.upperBound...].range(of: Self.marks.1))
        let listed = String(text[begin.upperBound..<end.lowerBound])
        if ProcessInfo.processInfo.environment["LEAT_WRITE_DOCUMENTS"] != nil {
            try (text[..<begin.upperBound] + table + text[end.lowerBound...])
                .write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let lines = Set(listed.split(separator: "\n"))
        for row in table.split(separator: "\n") where !lines.contains(row) {
            Issue.record("docs/metrics.md lacks this line: \(row)")
        }
        #expect(listed == table, "to write it anew: LEAT_WRITE_DOCUMENTS=1 make test FILTER=MetricsDocument")
    }
}
