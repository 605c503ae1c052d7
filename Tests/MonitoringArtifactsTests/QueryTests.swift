import Observability
import Testing

@testable import MonitoringArtifacts

@Suite("Queries")
struct QueryTests {
    @Test("say which metrics they ask for, and write numbers and durations as PromQL does")
    func interpolation() {
        let query: Query =
            "increase(\(LeatMetrics.errors.where("class", "stop"))[\(window: .seconds(900))]) > \(0.5) + \(3.0)"
        #expect(query.text == "increase(leat_errors_total{class=\"stop\"}[15m]) > 0.5 + 3")
        #expect(query.metrics == ["leat_errors_total"])
        let whole: Query = "\(query) and up"
        #expect(whole.metrics == ["leat_errors_total"])
    }

    @Test(
        "durations have the largest unit that says them exactly",
        arguments: [(5, "5s"), (60, "1m"), (90, "90s"), (5400, "90m"), (7200, "2h"), (259_200, "3d"), (0, "0s")]
    )
    func durations(seconds: Int, text: String) {
        #expect(Query.text(of: Duration.seconds(seconds)) == text)
    }

    @Test("on a dashboard the source can be chosen where there is one")
    func chosen() {
        #expect(LeatMetrics.lag.chosen().text == "leat_lag_seconds{source=~\"$source\"}")
        #expect(LeatMetrics.warehouseUp.chosen().text == "leat_warehouse_up")
        #expect(
            LeatMetrics.batchRows.chosen(.bucket).text == "leat_batch_rows_bucket{source=~\"$source\"}"
        )
    }

    @Test("a drill waits twelve times shorter, but never less than Prometheus needs")
    func pace() {
        #expect(RulePace.drill.hold(.minutes(5)) == .seconds(25))
        #expect(RulePace.drill.hold(.seconds(30)) == .seconds(5))
        #expect(RulePace.drill.hold(.zero) == .zero)
        #expect(RulePace.drill.window(.minutes(2)) == .seconds(20))
        #expect(RulePace.standard.window(.minutes(2)) == .minutes(2))
    }
}
