/// What a process knows of one source at one moment; nil where it does not know.
struct ObjectiveReadings: Sendable, Hashable {
    /// How far the warehouse lags behind.
    var lagSeconds: Double?
    /// Since the pipeline last recorded how far it is.
    var silenceSeconds: Double?
    /// Rows known to differ; nil before a first comparison.
    var differences: Double?
    /// Since the table that was compared least recently was compared.
    var oldestVerificationSeconds: Double?
    var quarantinedTables: Double?
    /// Rows changed since the start, by table.
    var rows: [String: UInt64] = [:]

    init() {}

    /// Reads a process' own metrics, without making a series that is not there.
    init(source: String, metrics: LeatMetrics, secondsSince1970 now: Double) {
        func values(_ family: MetricFamily<Gauge>) -> [Double] {
            family.all.filter { $0.labels.first == source }.map(\.handle.value)
        }
        func known(_ value: Double?) -> Double? { value.flatMap { $0.isNaN ? nil : $0 } }
        lagSeconds = known(values(metrics.lag).first)
        let beat = metrics.heartbeat.all.first { $0.labels == [source, Stage.acknowledge.rawValue] }
        silenceSeconds = beat.map { max(0, now - $0.handle.value) }
        // Measurements are compared minute by minute while they are read, whether or not `leat verify` ever runs.
        let hasComparedWindows = metrics.windowsCompared.all.contains {
            $0.labels.first == source && $0.handle.value > 0
        }
        if hasComparedWindows || !values(metrics.verification.verifiedEqual).isEmpty {
            differences = values(metrics.verification.differences).filter { !$0.isNaN }.reduce(0, +)
        }
        let verified = values(metrics.verification.verifiedTimestamp).filter { !$0.isNaN }
        oldestVerificationSeconds = verified.min().map { max(0, now - $0) }
        quarantinedTables = known(values(metrics.quarantinedTables).first)
        for (labels, handle) in metrics.rows.all
        where labels.first == source && labels.last != RowOperation.snapshot.rawValue {
            rows[labels[1], default: 0] &+= handle.value
        }
        // Points that are not pushed come by reads only.
        for (labels, handle) in metrics.points.all where labels.first == source && labels.last == "read" {
            rows[labels[1]] = max(rows[labels[1]] ?? 0, handle.value)
        }
    }
}
