import Foundation
import Testing

@testable import MonitoringArtifacts

@Suite("Files in deploy/ and docs/")
struct RenderedFileTests {
    @Test("deploy/prometheus is what the code renders", arguments: PrometheusFiles.all())
    func prometheus(_ file: RenderedFile) throws {
        #expect(try contents("deploy/prometheus/" + file.path) == file.text, "run `make generate`")
    }

    @Test("deploy/grafana is what the code renders", arguments: GrafanaFiles.all)
    func grafana(_ file: RenderedFile) throws {
        #expect(try contents("deploy/grafana/" + file.path) == file.text, "run `make generate`")
    }

    @Test("no dashboard lies there that the code does not render")
    func noOther() throws {
        let folder = root.appendingPathComponent("deploy/grafana/dashboards").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == Dashboard.all.map { "\($0.uid).json" }.sorted())
    }

    @Test("docs/operations.md explains every alert under the anchor that the alert names", arguments: allAlerts)
    func runbook(_ rule: AlertRule) throws {
        let document = try contents("docs/operations.md")
        #expect(document.contains("\n#### \(rule.name)\n"), "run `make generate`")
        #expect(document.contains(rule.cause))
        #expect(rule.runbook == "docs/operations.md#\(rule.name.lowercased())")
    }
}
