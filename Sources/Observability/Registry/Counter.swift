import Synchronization

/// A number that only grows. Adding is one relaxed atomic operation.
package final class Counter: MetricHandle {
    /// Things counted; nanoseconds where the unit is seconds, so that no fraction is ever lost.
    private let count = Atomic<UInt64>(0)

    package init(_ definition: MetricDefinition) {}

    package func increment() {
        count.wrappingAdd(1, ordering: .relaxed)
    }

    /// - Parameter amount: below zero counts as zero.
    package func increment(by amount: Int) {
        guard amount > 0 else { return }
        count.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    /// Adds to a counter of seconds.
    package func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return }
        let nanoseconds = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !nanoseconds.overflow else { return }
        count.wrappingAdd(nanoseconds.partialValue &+ UInt64(attoseconds / 1_000_000_000), ordering: .relaxed)
    }

    /// Replaces the value by one that is counted elsewhere: the kernel's CPU seconds, what a server has counted since
    /// its start. One that falls means that counting began again, as Prometheus takes it.
    package func set(_ amount: UInt64) {
        count.store(amount, ordering: .relaxed)
    }

    /// Things counted, or nanoseconds where the unit is seconds.
    package var value: UInt64 { count.load(ordering: .relaxed) }

    package func write(_ definition: MetricDefinition, labels: String, to text: inout String) {
        let number = definition.unit == .seconds ? Self.seconds(fromNanoseconds: value) : "\(value)"
        text.append(series: definition.name, labels: labels, value: number)
    }

    /// 1500000000 → `1.5`.
    static func seconds(fromNanoseconds value: UInt64) -> String {
        let (seconds, rest) = value.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest > 0 else { return "\(seconds)" }
        var digits = String(rest + 1_000_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(seconds).\(digits)"
    }
}
