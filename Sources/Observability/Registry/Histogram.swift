import Synchronization

/// How often values fell into fixed buckets. Meant for batches and stages, not for rows: observing takes a lock.
package final class Histogram: MetricHandle {
    private struct State {
        /// Observations per bucket, not yet cumulative; the last one is +Inf's.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    package init(_ definition: MetricDefinition) {
        bounds = definition.buckets
        state = Mutex(State(counts: Array(repeating: 0, count: definition.buckets.count + 1)))
    }

    /// NaN is left out: it would make the sum useless forever.
    package func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] &+= 1
            state.sum += value
        }
    }

    package func observe(_ duration: Duration) {
        observe(duration.secondsAsDouble)
    }

    /// Observes how long `body` takes.
    package func time<Result>(_ body: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        defer { observe(ContinuousClock.now - start) }
        return try body()
    }

    package var count: UInt64 { state.withLock { $0.counts.reduce(0, &+) } }
    package var sum: Double { state.withLock { $0.sum } }

    package func write(_ definition: MetricDefinition, labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        let separator = labels.isEmpty ? "" : ","
        var total: UInt64 = 0
        for (index, count) in state.counts.enumerated() {
            total &+= count
            let bound = index < bounds.count ? PrometheusText.number(bounds[index]) : "+Inf"
            text.append(
                series: definition.name + "_bucket",
                labels: "\(labels)\(separator)le=\"\(bound)\"",
                value: "\(total)"
            )
        }
        text.append(series: definition.name + "_sum", labels: labels, value: PrometheusText.number(state.sum))
        text.append(series: definition.name + "_count", labels: labels, value: "\(total)")
    }
}
