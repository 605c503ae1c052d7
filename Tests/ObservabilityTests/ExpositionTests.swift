import Testing

@testable import Observability

@Suite("Prometheus text format")
struct ExpositionTests {
    @Test("counters, gauges and histograms, byte for byte")
    func golden() {
        let registry = MetricsRegistry()
        let rows: MetricFamily<Counter> = registry.register(
            MetricDefinition(
                "leat_rows_total",
                .counter,
                labels: ["table", "operation"],
                help: "Rows \\ written.\nAll."
            )
        )
        let lag: MetricFamily<Gauge> = registry.register(
            MetricDefinition("leat_lag_seconds", .gauge, unit: .seconds, help: "Lag \"now\".")
        )
        let sizes: MetricFamily<Histogram> = registry.register(
            MetricDefinition("leat_batch_rows", .histogram, labels: ["source"], buckets: [1, 2.5, 10], help: "Rows.")
        )
        let pause: MetricFamily<Counter> = registry.register(
            MetricDefinition("leat_pause_seconds_total", .counter, unit: .seconds, help: "Paused.")
        )
        rows.with("shop.orders", "insert").increment(by: 3)
        rows.with("shop.a\"b\\c\nd", "insert").increment()
        rows.with("shop.orders", "delete").increment(by: -5)
        lag.only.set(0.25)
        for value in [0.5, 1, 2, 11, .nan] { sizes.with("shop").observe(value) }
        pause.only.add(.milliseconds(1500))
        pause.only.add(.nanoseconds(7))
        #expect(
            registry.exposition() == """
                # HELP leat_rows_total Rows \\\\ written.\\nAll.
                # TYPE leat_rows_total counter
                leat_rows_total{table="shop.a\\"b\\\\c\\nd",operation="insert"} 1
                leat_rows_total{table="shop.orders",operation="delete"} 0
                leat_rows_total{table="shop.orders",operation="insert"} 3
                # HELP leat_lag_seconds Lag "now".
                # TYPE leat_lag_seconds gauge
                leat_lag_seconds 0.25
                # HELP leat_batch_rows Rows.
                # TYPE leat_batch_rows histogram
                leat_batch_rows_bucket{source="shop",le="1"} 2
                leat_batch_rows_bucket{source="shop",le="2.5"} 3
                leat_batch_rows_bucket{source="shop",le="10"} 3
                leat_batch_rows_bucket{source="shop",le="+Inf"} 4
                leat_batch_rows_sum{source="shop"} 14.5
                leat_batch_rows_count{source="shop"} 4
                # HELP leat_pause_seconds_total Paused.
                # TYPE leat_pause_seconds_total counter
                leat_pause_seconds_total 1.500000007

                """
        )
    }

    @Test(
        "numbers as Prometheus reads them",
        arguments: [
            (0, "0"), (-3, "-3"), (0.1, "0.1"), (1e16, "1e+16"), (1_763_812_863.5, "1763812863.5"), (.nan, "NaN"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e-7, "1e-07"), (999_999_999_999_999, "999999999999999"),
        ] as [(Double, String)]
    )
    func numbers(value: Double, expected: String) {
        #expect(PrometheusText.number(value) == expected)
    }

    @Test("seconds of counters keep every nanosecond")
    func counterSeconds() {
        #expect(Counter.seconds(fromNanoseconds: 0) == "0")
        #expect(Counter.seconds(fromNanoseconds: 1) == "0.000000001")
        #expect(Counter.seconds(fromNanoseconds: 10_500_000_000) == "10.5")
    }

    @Test("a series is the same handle each time")
    func identity() {
        let family = MetricFamily<Counter>(MetricDefinition("x_total", .counter, labels: ["a"], help: ""))
        #expect(family.with("1") === family.with("1"))
        #expect(family.with("1") !== family.with("2"))
    }

    @Test("series beyond the limit are counted as other, and removing makes room")
    func cardinality() {
        let family = MetricFamily<Counter>(
            MetricDefinition("x_total", .counter, labels: ["table", "op"], seriesMax: 2, help: "X.")
        )
        for table in ["a", "b", "c", "d"] { family.with(table, "i").increment() }
        func text() -> String {
            var text = ""
            family.write(to: &text)
            return text
        }
        #expect(
            text() == """
                # HELP x_total X.
                # TYPE x_total counter
                x_total{table="a",op="i"} 1
                x_total{table="b",op="i"} 1
                x_total{table="other",op="other"} 2

                """
        )
        family.remove(label: "table", value: "a")
        family.with("e", "i").increment()
        #expect(text().contains("x_total{table=\"e\",op=\"i\"} 1"))
        #expect(!text().contains("\"a\""))
    }

    @Test("missing label values are empty, more than there are labels are dropped")
    func labelCount() {
        let family = MetricFamily<Gauge>(MetricDefinition("x", .gauge, labels: ["a", "b"], help: ""))
        #expect(family.with("1") === family.with("1", ""))
        #expect(family.with("1", "2", "3") === family.with("1", "2"))
    }

    @Test("many tasks count without losing any")
    func concurrency() async {
        let family = MetricFamily<Counter>(MetricDefinition("x_total", .counter, labels: ["a"], help: ""))
        let gauge = Gauge(MetricDefinition("y", .gauge, help: ""))
        let histogram = Histogram(MetricDefinition("z", .histogram, buckets: [1], help: ""))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        family.with("t").increment()
                        gauge.add(1)
                        histogram.observe(0.5)
                    }
                }
            }
        }
        #expect(family.with("t").value == 80_000)
        #expect(gauge.value == 80_000)
        #expect(histogram.count == 80_000)
        #expect(histogram.sum == 40_000)
    }

    @Test("scrapers run before the page is written")
    func onScrape() {
        let registry = MetricsRegistry()
        let gauge: MetricFamily<Gauge> = registry.register(MetricDefinition("x", .gauge, help: "X."))
        registry.onScrape { gauge.only.add(1) }
        #expect(registry.exposition().hasSuffix("\nx 1\n"))
        #expect(registry.exposition().hasSuffix("\nx 2\n"))
    }
}
