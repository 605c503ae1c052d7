import LeatState

extension TimeRange {
    /// InfluxQL for "within this span". Both bounds always: without an upper one, `GROUP BY time()` stops at now.
    package var influxCondition: String { "time >= \(start) AND time < \(end)" }
}
