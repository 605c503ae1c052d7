import Testing

@testable import Observability

@Suite("Service-level objectives")
struct ObjectiveTests {
    private func evaluator(_ condition: Objective.Condition, target: Double = 0.99) -> ObjectiveEvaluator {
        ObjectiveEvaluator(Objective(source: "shop", name: "it", condition: condition, target: target))
    }

    @Test("freshness is judged by the lag, and a pipeline that says nothing is as late as its last report")
    func freshness() {
        var evaluator = evaluator(.lagBelow(seconds: 5))
        var readings = ObjectiveReadings()
        readings.lagSeconds = 4.9
        readings.silenceSeconds = 9
        #expect(evaluator.check(readings, at: 0) == .good)
        readings.lagSeconds = 5
        #expect(evaluator.check(readings, at: 1) == .bad)
        readings.lagSeconds = 0
        readings.silenceSeconds = 19
        #expect(evaluator.check(readings, at: 2) == .good)
        readings.silenceSeconds = 20
        #expect(evaluator.check(readings, at: 3) == .bad)
        let state = evaluator.state
        #expect(state.good == 2 && state.bad == 2 && state.isMet == false && state.ratio == 0.5)
        #expect(state.reason == "5 s behind the source; less than 5 s is wanted")
    }

    @Test("measurements are complete once their minutes were compared, without any verification")
    func measurements() {
        let metrics = LeatMetrics(version: "1")
        func differences() -> Double? {
            ObjectiveReadings(source: "iot", metrics: metrics, secondsSince1970: 0).differences
        }
        let series = SourceMetrics("iot", of: metrics).measurements
        series.countWindows(0, different: 0, of: "cpu")
        #expect(differences() == nil)
        series.countWindows(60, different: 1, of: "cpu")
        #expect(differences() == 0)
        metrics.verification.differences.with("iot", "cpu", "missing").set(1)
        #expect(differences() == 1)
        #expect(ObjectiveReadings(source: "other", metrics: metrics, secondsSince1970: 0).differences == nil)
    }

    @Test("what is not known is not counted for a while, then it is bad")
    func unknown() {
        var evaluator = evaluator(.lagBelow(seconds: 5))
        #expect(evaluator.check(ObjectiveReadings(), at: 0) == .unknown)
        #expect(evaluator.check(ObjectiveReadings(), at: 60) == .unknown)
        #expect(evaluator.state.isMet == nil && evaluator.state.ratio == nil && evaluator.state.burn == nil)
        #expect(evaluator.check(ObjectiveReadings(), at: 61) == .bad)
        #expect(evaluator.state.reason == "not known for 61 s")
        var known = ObjectiveReadings()
        known.lagSeconds = 0
        #expect(evaluator.check(known, at: 62) == .good)
        // The time begins again.
        #expect(evaluator.check(ObjectiveReadings(), at: 63) == .unknown)
        #expect(evaluator.state.isMet == true)
    }

    @Test("completeness counts rows that are known to differ; before a first comparison nothing is known for a day")
    func completeness() {
        var evaluator = evaluator(.noDifference)
        var readings = ObjectiveReadings()
        #expect(evaluator.check(readings, at: 0) == .unknown)
        #expect(evaluator.check(readings, at: 86_401) == .bad)
        readings.differences = 0
        #expect(evaluator.check(readings, at: 86_402) == .good)
        readings.differences = 3
        #expect(evaluator.check(readings, at: 86_403) == .bad)
        #expect(evaluator.state.reason == "3 rows are known to differ")
    }

    @Test("the table that was compared least recently decides")
    func verifiedAge() {
        var evaluator = evaluator(.verifiedWithin(seconds: 3600))
        var readings = ObjectiveReadings()
        readings.oldestVerificationSeconds = 3600
        #expect(evaluator.check(readings, at: 0) == .good)
        readings.oldestVerificationSeconds = 3601
        #expect(evaluator.check(readings, at: 1) == .bad)
    }

    @Test("a table must change so often in each such time; before that time has passed nothing is held against it")
    func volume() {
        var evaluator = evaluator(.rows(table: "shop.orders", atLeast: 2, seconds: 60))
        func readings(_ rows: UInt64) -> ObjectiveReadings {
            var readings = ObjectiveReadings()
            readings.rows = ["shop.orders": rows, "shop.other": 1000]
            return readings
        }
        #expect(evaluator.check(readings(100), at: 0) == .unknown)
        #expect(evaluator.check(readings(101), at: 30) == .unknown)
        #expect(evaluator.check(readings(102), at: 31) == .good)
        #expect(evaluator.check(readings(102), at: 60) == .good)
        #expect(evaluator.check(readings(102), at: 90) == .bad)
        #expect(evaluator.check(readings(104), at: 91) == .good)
        #expect(evaluator.check(readings(104), at: 150) == .good)
        #expect(evaluator.check(readings(104), at: 152) == .bad)
        // The table was dropped and made again: counted from there.
        #expect(evaluator.check(readings(1), at: 153) == .bad)
        #expect(evaluator.check(readings(3), at: 154) == .good)
    }

    @Test("a quarantined table is drift")
    func drift() {
        var evaluator = evaluator(.noDrift, target: 1)
        var readings = ObjectiveReadings()
        readings.quarantinedTables = 0
        #expect(evaluator.check(readings, at: 0) == .good)
        #expect(evaluator.state.burn == 0)
        readings.quarantinedTables = 1
        #expect(evaluator.check(readings, at: 1) == .bad)
        // Nothing was allowed, so no number says how much too fast.
        #expect(evaluator.state.burn == nil)
    }

    @Test("the burn is how many times as fast as allowed the budget is spent")
    func burn() throws {
        var state = ObjectiveState(source: "s", name: "n", isMet: true, target: 0.99, good: 98, bad: 2, reason: "")
        #expect(abs(try #require(state.burn) - 2) < 1e-9)
        state.target = 0.98
        #expect(abs(try #require(state.burn) - 1) < 1e-9)
    }

    @Test("a window of counts remembers little and forgets nothing that matters")
    func window() {
        var window = CountWindow()
        var growth: UInt64 = 0
        for second in 0...10_000 { growth = window.add(UInt64(second), at: Double(second), window: 3600) }
        // To a sixtieth of the window.
        #expect((3600...3660).contains(growth))
        #expect(window.covers(3600, at: 10_000) && !window.covers(20_000, at: 10_000))
    }

    @Test("the keeper reads the process' own metrics, and counts in them")
    func keeper() {
        let metrics = LeatMetrics(version: "1")
        let shop = metrics.source("shop")
        let table = shop.table("shop.orders")
        let keeper = ObjectiveKeeper(
            [
                Objective(source: "shop", name: "freshness", condition: .lagBelow(seconds: 5), target: 0.999),
                Objective(source: "shop", name: "completeness", condition: .noDifference, target: 0.999),
                Objective(
                    source: "shop",
                    name: "verified-age",
                    condition: .verifiedWithin(seconds: 100),
                    target: 0.99
                ),
                Objective(
                    source: "shop",
                    name: "volume:shop.orders",
                    condition: .rows(table: "shop.orders", atLeast: 5, seconds: 60),
                    target: 0.99
                ),
                Objective(source: "shop", name: "schema-drift", condition: .noDrift, target: 1),
                Objective(source: "fleet", name: "freshness", condition: .lagBelow(seconds: 5), target: 0.999),
            ],
            metrics: metrics
        )
        // Nothing is known but that no table is quarantined.
        keeper.check(at: 0, secondsSince1970: 1000)
        #expect(keeper.states.map(\.isMet) == [nil, nil, nil, nil, true, nil])
        #expect(!metrics.registry.exposition().contains("leat_slo_met{source=\"shop\",slo=\"freshness\"}"))
        shop.lag.set(1)
        metrics.verification.verifiedEqual.with("shop", "shop.orders").set(1)
        metrics.verification.verifiedTimestamp.with("shop", "shop.orders").set(950)
        metrics.verification.verifiedTimestamp.with("shop", "shop.items").set(901)
        metrics.verification.differences.with("shop", "shop.orders", "missing").set(0)
        table.insertedRows.increment(by: 2)
        table.deletedRows.increment(by: 3)
        table.copiedRows.increment(by: 100)
        keeper.check(at: 1, secondsSince1970: 1001)
        #expect(keeper.states.map(\.isMet) == [true, true, true, true, true, nil])
        metrics.verification.differences.with("shop", "shop.orders", "stale").set(2)
        shop.setTables(.quarantined, 1)
        keeper.check(at: 2, secondsSince1970: 1002)
        #expect(keeper.states.map(\.isMet) == [true, false, false, true, false, nil])
        let page = metrics.registry.exposition()
        for line in [
            "leat_slo_target_ratio{source=\"shop\",slo=\"freshness\"} 0.999",
            "leat_slo_checks_total{source=\"shop\",slo=\"freshness\",result=\"good\"} 2",
            "leat_slo_checks_total{source=\"shop\",slo=\"freshness\",result=\"bad\"} 0",
            "leat_slo_checks_total{source=\"shop\",slo=\"completeness\",result=\"bad\"} 1",
            "leat_slo_checks_total{source=\"fleet\",slo=\"freshness\",result=\"bad\"} 0",
            "leat_slo_met{source=\"shop\",slo=\"freshness\"} 1",
            "leat_slo_met{source=\"shop\",slo=\"schema-drift\"} 0",
        ] { #expect(page.contains(line + "\n"), "\(line)") }
        // Reading makes no series.
        #expect(!page.contains("leat_lag_seconds{source=\"fleet\"}"))
    }
}
