import Foundation
import Observability
import Testing

@testable import MonitoringArtifacts

@Suite("Dashboards")
struct DashboardTests {
    @Test("every metric is on one of them", arguments: LeatMetrics.definitions)
    func everyMetric(_ metric: MetricDefinition) {
        let shown = Dashboard.all.flatMap(\.panels).flatMap(\.lines).reduce(into: Set<String>()) {
            $0.formUnion($1.query.metrics)
        }
        #expect(shown.contains(metric.name))
    }

    @Test("their JSON is a model that Grafana reads", arguments: Dashboard.all)
    func model(_ dashboard: Dashboard) throws {
        let object = try JSONSerialization.jsonObject(with: Data(dashboard.json.utf8))
        let model = try #require(object as? [String: Any])
        #expect(model["uid"] as? String == dashboard.uid)
        #expect((model["schemaVersion"] as? Int ?? 0) >= 36)
        #expect(model["title"] as? String == dashboard.title)
        let panels = try #require(model["panels"] as? [[String: Any]])
        #expect(panels.count == dashboard.rows.count + dashboard.panels.count)
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        var taken: Set<[Int]> = []
        for panel in panels {
            let place = try #require(panel["gridPos"] as? [String: Int])
            let (x, y) = (try #require(place["x"]), try #require(place["y"]))
            let (width, height) = (try #require(place["w"]), try #require(place["h"]))
            #expect(x >= 0 && width > 0 && x + width <= 24)
            for column in x..<x + width {
                for line in y..<y + height {
                    #expect(taken.insert([column, line]).inserted, "panels lie over each other")
                }
            }
            guard panel["type"] as? String != "row" else { continue }
            #expect((panel["datasource"] as? [String: String])?["uid"] == "${datasource}")
            let targets = try #require(panel["targets"] as? [[String: Any]])
            #expect(!targets.isEmpty)
            #expect(Set(targets.compactMap { $0["refId"] as? String }).count == targets.count)
            #expect(targets.allSatisfy { ($0["expr"] as? String)?.isEmpty == false })
            let configuration = panel["fieldConfig"] as? [String: [String: Any]]
            #expect(configuration == nil || configuration?["defaults"]?["unit"] is String)
        }
        let variables = (model["templating"] as? [String: [[String: Any]]])?["list"] ?? []
        #expect(variables.contains { $0["name"] as? String == "datasource" && $0["type"] as? String == "datasource" })
        let usesSource = dashboard.json.contains("$source\\\"")
        #expect(variables.contains { $0["name"] as? String == "source" } == usesSource)
    }

    @Test("panels say what one sees", arguments: Dashboard.all)
    func help(_ dashboard: Dashboard) {
        #expect(dashboard.panels.allSatisfy { !$0.title.isEmpty && $0.help.hasSuffix(".") })
        #expect(dashboard.panels.allSatisfy { $0.lines.count <= 8 && !$0.lines.isEmpty })
    }

    @Test("identifiers are unique")
    func unique() {
        #expect(Set(Dashboard.all.map(\.uid)).count == Dashboard.all.count)
    }
}
