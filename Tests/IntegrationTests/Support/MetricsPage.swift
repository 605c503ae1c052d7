/// A page of metrics, read as Prometheus' text format says, as far as tests need it.
struct MetricsPage: Sendable {
    struct Series: Sendable {
        var name: String
        /// As it stands on the page: `source="shop",table="shop.orders"`.
        var labels: String
        var value: Double
    }

    let series: [Series]

    init(_ text: String) {
        series = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            guard let space = line.lastIndex(of: " ") else { return nil }
            let text = line[line.index(after: space)...]
            let value: Double? =
                switch text {
                case "+Inf": .infinity
                case "-Inf": -.infinity
                case "NaN": .nan
                default: Double(text)
                }
            guard let value else { return nil }
            let head = line[..<space]
            guard let brace = head.firstIndex(of: "{") else {
                return Series(name: String(head), labels: "", value: value)
            }
            return Series(
                name: String(head[..<brace]),
                labels: String(head[head.index(after: brace)...].dropLast()),
                value: value
            )
        }
    }

    /// The value of the only series of that name whose labels hold all of these (`stage="insert"`); nil if there is
    /// none.
    func value(_ name: String, _ labels: String...) -> Double? {
        series.first { series in series.name == name && labels.allSatisfy { series.labels.contains($0) } }?.value
    }

    /// The sum of all series of that name whose labels hold all of these.
    func sum(_ name: String, _ labels: String...) -> Double {
        series.filter { series in series.name == name && labels.allSatisfy { series.labels.contains($0) } }
            .reduce(0) { $0 + $1.value }
    }
}
