import Synchronization

/// A number that goes up and down. Setting is one relaxed atomic store.
public final class Gauge: MetricHandle {
    private let bits = Atomic<UInt64>(0)

    public init(_ definition: MetricDefinition) {}

    public func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    public func set(_ value: Int) {
        set(Double(value))
    }

    public func set(_ duration: Duration) {
        set(duration.secondsAsDouble)
    }

    public func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (isDone, current) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if isDone { return }
            old = current
        }
    }

    /// For timestamp gauges: now, in seconds since 1970.
    public func setToNow() {
        set(WallClock.now().secondsSince1970)
    }

    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    public func write(_ definition: MetricDefinition, labels: String, to text: inout String) {
        text.append(series: definition.name, labels: labels, value: PrometheusText.number(value))
    }
}

extension Duration {
    /// Seconds with their fraction.
    var secondsAsDouble: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
