import Catalog
import ConfigurationFile
import Foundation
import Testing

@Suite("Architecture diagram")
struct ArchitectureDiagramTests {
    /// The root of the checkout, where the documents are.
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("the documents hold the diagram of the standard platform", arguments: ["README.md", "docs/architecture.md"])
    func documents(name: String) throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent(name), encoding: .utf8)
        #expect(text.contains(ReferencePlatform.diagram.mermaid), "run `make generate`")
    }

    @Test("every server, pipeline and endpoint appears once, and nothing secret")
    func complete() throws {
        let yaml = """
            sources:
              shop:
                mysql: {hosts: ["10.0.0.1:3306", "10.0.0.2:3306"], user: somebody, password: hunter2, tables: ["shop.*"]}
              crm:
                mysql: {hosts: ["10.0.0.3:3306"], user: somebody, password: hunter2, tables: ["crm.*"]}
            warehouse:
              clickhouse: {url: "http://10.0.0.9:8123", user: writer, password: hunter3}
            console: {listen: "127.0.0.1:8080"}
            """
        let configuration = try LeatConfiguration.parse(yaml, path: "leat.yaml", environment: [:])
        let text = ArchitectureDiagram(configuration: configuration).mermaid
        for name in [
            "10.0.0.1:3306", "10.0.0.2:3306", "10.0.0.3:3306", "pipeline shop", "pipeline crm", "10.0.0.9:8123",
            "127.0.0.1:8080",
        ] {
            #expect(text.components(separatedBy: name).count == 2, "\(name)")
        }
        for secret in ["hunter2", "hunter3", "somebody", "writer"] { #expect(!text.contains(secret)) }
        #expect(ArchitectureDiagram(configuration: configuration).mermaid == text)
    }

    @Test("versions are shown where they are known")
    func versions() throws {
        let yaml = """
            sources:
              shop: {mysql: {hosts: ["127.0.0.1:13307"], user: leat, password: x, tables: ["*.*"]}}
            warehouse: {clickhouse: {url: "http://127.0.0.1:18123", user: leat, password: x}}
            """
        let configuration = try LeatConfiguration.parse(yaml, path: "leat.yaml", environment: [:])
        let text = ArchitectureDiagram(
            configuration: configuration,
            servers: [.init(role: .mysqlReplica, version: "9.7.4", address: "127.0.0.1:13307")]
        ).mermaid
        #expect(text.contains("MySQL replica 9.7.4"))
    }
}
