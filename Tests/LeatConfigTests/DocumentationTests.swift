import Foundation
import LeatConfig
import Testing

@Suite("docs/configuration.md")
struct DocumentationTests {
    private func document() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
    }

    @Test("explains every key as the code knows it", arguments: ConfigurationKey.all)
    func everyKey(_ key: ConfigurationKey) throws {
        let row = "| `\(key.path)` | \(key.type) | \(key.defaultValue) | \(key.help) |"
        #expect(try document().contains(row), "the table of docs/configuration.md lacks this line: \(row)")
    }

    @Test("lists no key that does not exist")
    func noOtherKey() throws {
        let rows = try document().split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == ConfigurationKey.all.count)
    }

    @Test("shows an example that loads")
    func example() throws {
        let document = try document()
        let start = try #require(document.range(of: "```yaml\n"))
        let end = try #require(document[start.upperBound...].range(of: "```"))
        let configuration = try parse(
            String(document[start.upperBound..<end.lowerBound]),
            environment: ["LEAT_MYSQL_PASSWORD": "a", "LEAT_CLICKHOUSE_PASSWORD": "b"],
            supported: Feature.supported
        )
        #expect(configuration.sources.map(\.name) == ["shop"])
    }

    @Test("names what is refused for now", arguments: Feature.allCases)
    func unsupported(_ feature: Feature) throws {
        let isNamed = try document().contains("- \(feature.rawValue)")
        #expect(isNamed == !Feature.supported.contains(feature))
    }
}
