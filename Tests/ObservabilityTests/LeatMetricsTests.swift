import Foundation
import Testing

@testable import Observability

@Suite("Leat's metrics")
struct LeatMetricsTests {
    private func names(_ text: String, _ keyword: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("# \(keyword) ") }.map { String($0.split(separator: " ")[2]) }
    }

    @Test("the page has exactly the defined metrics, in order")
    func complete() {
        let metrics = LeatMetrics(version: "1.2.3")
        let source = metrics.source("shop")
        _ = source.table("shop.orders")
        let page = metrics.registry.exposition()
        #expect(names(page, "HELP") == LeatMetrics.definitions.map(\.name))
        #expect(names(page, "TYPE") == LeatMetrics.definitions.map(\.name))
        #expect(page.contains("leat_build_info{version=\"1.2.3\",swift=\""))
    }

    @Test("names follow Prometheus' rules", arguments: LeatMetrics.definitions)
    func naming(_ metric: MetricDefinition) throws {
        #expect(metric.name.hasPrefix("leat_"))
        #expect(metric.name.allSatisfy { ($0.isASCII && $0.isLowercase) || $0 == "_" })
        #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter))
        let stem = metric.kind == .counter ? String(metric.name.dropLast(6)) : metric.name
        switch metric.unit {
        case .none: #expect(!stem.hasSuffix("_seconds") && !stem.hasSuffix("_bytes"))
        case .seconds, .bytes: #expect(stem.hasSuffix("_\(metric.unit.rawValue)"))
        }
        #expect(!metric.help.isEmpty && metric.help.hasSuffix("."))
        #expect(metric.buckets.isEmpty == (metric.kind != .histogram))
        #expect(metric.buckets == metric.buckets.sorted())
        #expect(Set(metric.labels).count == metric.labels.count)
        #expect(!metric.labels.contains("le"))
    }

    @Test("no name is defined twice")
    func unique() {
        let names = LeatMetrics.definitions.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test("a source's handles reach its series")
    func source() {
        let metrics = LeatMetrics(version: "1")
        let source = metrics.source("shop")
        source.lag.set(1.5)
        source.beat(.insert)
        source.countError(.insert, .retry)
        source.countBatch(.range)
        source.setTables(.quarantined, 2)
        source.observe(.decode, .milliseconds(3))
        source.backPressure.add(.seconds(2))
        let table = source.table("shop.orders")
        table.insertedRows.increment(by: 7)
        table.snapshotRows.set(9)
        let page = metrics.registry.exposition()
        for line in [
            "leat_lag_seconds{source=\"shop\"} 1.5",
            "leat_errors_total{source=\"shop\",stage=\"insert\",class=\"retry\"} 1",
            "leat_errors_total{source=\"shop\",stage=\"decode\",class=\"stop\"} 0",
            "leat_batches_total{source=\"shop\",kind=\"range\"} 1",
            "leat_tables{source=\"shop\",state=\"quarantined\"} 2",
            "leat_quarantined_tables{source=\"shop\"} 2",
            "leat_stage_duration_seconds_bucket{source=\"shop\",stage=\"decode\",le=\"0.0025\"} 0",
            "leat_stage_duration_seconds_bucket{source=\"shop\",stage=\"decode\",le=\"0.005\"} 1",
            "leat_backpressure_seconds_total{source=\"shop\"} 2",
            "leat_rows_total{source=\"shop\",table=\"shop.orders\",operation=\"insert\"} 7",
            "leat_snapshot_rows{source=\"shop\",table=\"shop.orders\"} 9",
        ] {
            #expect(page.contains(line + "\n"))
        }
        #expect(metrics.heartbeat.with("shop", "insert").value > 1_700_000_000)
        source.removeTable("shop.orders")
        #expect(!metrics.registry.exposition().contains("shop.orders"))
    }

    @Test("what is not known yet is not said to be 0, and stages that are not used have no heartbeat")
    func unknown() {
        let metrics = LeatMetrics(version: "1")
        let source = metrics.source("shop")
        #expect(metrics.registry.exposition().contains("leat_lag_seconds{source=\"shop\"} NaN\n"))
        #expect(!metrics.registry.exposition().contains("leat_heartbeat_timestamp_seconds{"))
        source.beat(.snapshot)
        source.beat(.receive)
        source.endBeats(.snapshot)
        let page = metrics.registry.exposition()
        #expect(page.contains("leat_heartbeat_timestamp_seconds{source=\"shop\",stage=\"receive\"} 1"))
        #expect(!page.contains("stage=\"snapshot\"} 1"))
    }

    #if os(Linux)
    @Test("the process reports what it uses")
    func process() throws {
        let usage = try #require(ProcessUsage.now())
        #expect(usage.residentBytes > 1 << 20)
        #expect(usage.residentBytes < 100 << 30)
        #expect(usage.openFiles >= 3)
        #expect(usage.cpuNanoseconds > 0)
        let before = usage.openFiles
        let file = try #require(FileHandle(forReadingAtPath: "/dev/null"))
        defer { try? file.close() }
        #expect(try #require(ProcessUsage.now()).openFiles >= before)
        let page = LeatMetrics(version: "1").registry.exposition()
        #expect(!page.contains("leat_process_resident_memory_bytes 0\n"))
        #expect(!page.contains("leat_process_cpu_seconds_total 0\n"))
    }
    #endif
}
