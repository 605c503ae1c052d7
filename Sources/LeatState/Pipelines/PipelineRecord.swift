/// What a process has last written down of a pipeline, a row of `leat.pipelines`: for who cannot ask the process.
package struct PipelineRecord: Sendable, Equatable {
    /// What the process says of its pipeline, as `leat.pipelines.state` holds it.
    package enum State: String, Sendable {
        case starting, running, failed
        /// It was asked to stop, and did.
        case stopped
    }

    package var state: State
    package var cause: String
    package var remedy: String
    package var lagSeconds: Double
    /// Where the process ran, down to the socket on which it took orders: whoever is there as well can ask it.
    package var place: String
    /// Since it was written, by ClickHouse's clock.
    package var ageSeconds: Double

    package init(
        state: State,
        cause: String = "",
        remedy: String = "",
        lagSeconds: Double = 0,
        place: String = "",
        ageSeconds: Double
    ) {
        self.state = state
        self.cause = cause
        self.remedy = remedy
        self.lagSeconds = lagSeconds
        self.place = place
        self.ageSeconds = ageSeconds
    }
}
