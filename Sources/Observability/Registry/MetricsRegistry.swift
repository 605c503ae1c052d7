import Synchronization

/// The metrics of a process and their page. Metrics appear in the order in which they were registered.
package final class MetricsRegistry: Sendable {
    /// For the HTTP answer that carries ``exposition()``.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct State {
        var names: Set<String> = []
        var writers: [@Sendable (inout String) -> Void] = []
        var scrapers: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Registers a metric. Registering a name twice is a mistake in the program.
    package func register<Handle: MetricHandle>(
        _ definition: MetricDefinition,
        as type: Handle.Type = Handle.self
    ) -> MetricFamily<Handle> {
        let family = MetricFamily<Handle>(definition)
        state.withLock { state in
            precondition(state.names.insert(definition.name).inserted, "\(definition.name) is registered twice")
            state.writers.append { family.write(to: &$0) }
        }
        return family
    }

    /// Called before each ``exposition()``, to bring gauges up to date that nobody sets otherwise.
    package func onScrape(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.scrapers.append(body) }
    }

    /// All metrics in Prometheus' text format.
    package func exposition() -> String {
        let (writers, scrapers) = state.withLock { ($0.writers, $0.scrapers) }
        for scraper in scrapers { scraper() }
        var text = ""
        text.reserveCapacity(16 << 10)
        for writer in writers { writer(&text) }
        return text
    }
}
