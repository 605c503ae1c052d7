import Synchronization

/// All series of one metric. Ask for a series once and hold it; asking takes a lock.
package final class MetricFamily<Handle: MetricHandle>: Sendable {
    package let definition: MetricDefinition
    private let series: Mutex<[[String]: Handle]>

    init(_ definition: MetricDefinition) {
        self.definition = definition
        // A metric without labels is there from the start, at 0.
        series = Mutex(definition.labels.isEmpty ? [[]: Handle(definition)] : [:])
    }

    /// The series with these label values, in the order of the definition's labels; made on the first call. Values that
    /// are missing are empty, values too many are dropped. Beyond `seriesMax` series it is the one called `other`.
    package func with(_ values: String...) -> Handle {
        with(values)
    }

    package func with(_ values: [String]) -> Handle {
        let count = definition.labels.count
        let key = (0..<count).map { $0 < values.count ? values[$0] : "" }
        return series.withLock { series in
            if let handle = series[key] { return handle }
            let other = Array(repeating: "other", count: count)
            let taken = series.count - (series[other] == nil ? 0 : 1)
            let place = taken < definition.seriesMax ? key : other
            if let handle = series[place] { return handle }
            let handle = Handle(definition)
            series[place] = handle
            return handle
        }
    }

    /// Forgets series whose label has this value: a table that is gone. Handles still held no longer show.
    package func remove(label: String, value: String) {
        guard let index = definition.labels.firstIndex(of: label) else { return }
        series.withLock { series in
            series = series.filter { $0.key[index] != value }
        }
    }

    /// Forgets the series with exactly these label values.
    package func remove(_ values: [String]) {
        series.withLock { _ = $0.removeValue(forKey: values) }
    }

    /// All series that there are, in no order.
    var all: [(labels: [String], handle: Handle)] { series.withLock { $0.map { ($0.key, $0.value) } } }

    /// Appends the metric in Prometheus' text format, series in the order of their label values.
    func write(to text: inout String) {
        text.append("# HELP \(definition.name) \(PrometheusText.help(definition.help))\n")
        text.append("# TYPE \(definition.name) \(definition.kind.rawValue)\n")
        let series = series.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (values, handle) in series {
            let labels = zip(definition.labels, values).map { "\($0)=\"\(PrometheusText.labelValue($1))\"" }
            handle.write(definition, labels: labels.joined(separator: ","), to: &text)
        }
    }
}

extension MetricFamily where Handle: MetricHandle {
    /// The only series of a metric without labels.
    package var only: Handle { with([]) }
}
