import InfluxProtocol

/// Pushed points of one measurement that are inserted together.
struct PushBatch: Sendable {
    let target: PushTarget
    let rows: SeriesRows
    /// When the first of them came in.
    let received: ContinuousClock.Instant
}
