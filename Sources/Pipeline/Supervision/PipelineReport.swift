/// What a process says of one of its pipelines; asked for over its control socket.
public struct PipelineReport: Sendable, Equatable, Codable {
    public enum State: String, Sendable, Codable {
        /// It checks both sides and finds out where it was.
        case starting
        case running
        /// It has ended with an error, and is started again later.
        case failed
    }

    /// A stage whose last attempt failed.
    public struct StageError: Sendable, Equatable, Codable {
        public var stage: String
        public var message: String
        /// Since it last succeeded.
        public var seconds: Double

        public init(stage: String, message: String, seconds: Double) {
            self.stage = stage
            self.message = message
            self.seconds = seconds
        }
    }

    public var name: String
    public var state: State
    /// Why it has failed, or what the stage that fails longest meets; empty if all is well.
    public var cause: String
    public var remedy: String
    /// Until it is started again; nil unless it has failed, and where it waits for another process.
    public var retrySeconds: Double?
    public var lagSeconds: Double
    public var lag: LagParts
    /// Whose lag it is; nil without one.
    public var lagOf: LagParts.Origin?
    /// Since the pipeline last said anything.
    public var silenceSeconds: Double
    /// The longest first.
    public var errors: [StageError]

    public init(
        name: String,
        state: State,
        cause: String = "",
        remedy: String = "",
        retrySeconds: Double? = nil,
        lagSeconds: Double = 0,
        lag: LagParts = LagParts(),
        lagOf: LagParts.Origin? = nil,
        silenceSeconds: Double = 0,
        errors: [StageError] = []
    ) {
        self.name = name
        self.state = state
        self.cause = cause
        self.remedy = remedy
        self.retrySeconds = retrySeconds
        self.lagSeconds = lagSeconds
        self.lag = lag
        self.lagOf = lagOf
        self.silenceSeconds = silenceSeconds
        self.errors = errors
    }
}
