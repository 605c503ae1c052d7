import Catalog
import Foundation
import LeatConfig
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

    @Test(
        "measurements have their source, pipeline, points, views and sums in it; views over both only on the platform"
    )
    func measurements() throws {
        let yaml = """
            sources:
              shop: {mysql: {hosts: ["127.0.0.1:13307"], user: leat, password: x, tables: ["*.*"]}}
              fleet: {influxdb: {url: "http://127.0.0.1:18086", database: iot, user: leat, password: hunter2}, prefix: eu_}
            warehouse: {clickhouse: {url: "http://127.0.0.1:18123", user: leat, password: x}}
            """
        let configuration = try LeatConfiguration.parse(yaml, path: "leat.yaml", environment: [:])
        let text = ArchitectureDiagram(configuration: configuration).mermaid
        for name in ["127.0.0.1:18086", "pipeline fleet", "eu_iot_raw.*", "<br/>views: each point once", "eu_iot.*_1m"]
        {
            #expect(text.components(separatedBy: name).count == 2, "\(name)")
        }
        #expect(!text.contains("hunter2"))
        #expect(!text.contains("demo"))
        let platform = ArchitectureDiagram(
            configuration: configuration,
            servers: [.init(role: .influxdb, version: "1.6.7", address: "127.0.0.1:18086")]
        ).mermaid
        #expect(platform.components(separatedBy: "127.0.0.1:18086").count == 2)
        #expect(platform.contains("InfluxDB 1.6.7"))
        #expect(platform.contains("points_fleet_rollups -- \"readings, by device_id\" --> demo"))
    }

    @Test("a configuration with InfluxDB alone has no tables of rows")
    func influxAlone() throws {
        let yaml = """
            sources:
              fleet: {influxdb: {url: "http://10.0.0.1:8086", database: iot, user: leat, password: x, listen: off}}
            warehouse: {clickhouse: {url: "http://127.0.0.1:18123", user: leat, password: x}}
            """
        let text = ArchitectureDiagram(
            configuration: try LeatConfiguration.parse(yaml, path: "leat.yaml", environment: [:])
        ).mermaid
        #expect(!text.contains("row versions"))
        #expect(text.contains("\"reads by window\""))
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
