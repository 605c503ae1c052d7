import Synchronization

/// A number that goes up and down. Setting is one relaxed atomic store.
package final class Gauge: MetricHandle {
    private let bits = Atomic<UInt64>(0)

    package init(_ definition: MetricDefinition) {}

    package func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    package func set(_ value: Int) {
        set(Double(value))
    }

    package func set(_ duration: Duration) {
        set(duration.secondsAsDouble)
    }

    package func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (isDone, current) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if isDone { return }
            old = current
        }
    }

    /// For timestamp gauges: now, in seconds since 1970.
    package func setToNow() {
        set(WallClock.now().secondsSince1970)
    }

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    package func write(_ definition: MetricDefinition, labels: String, to text: inout String) {
        text.append(series: definition.name, labels: labels, value: PrometheusText.number(value))
    }
}

extension Duration {
    /// Seconds with their fraction.
    var secondsAsDouble: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
