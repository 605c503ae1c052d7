/// What a process says of one of its pipelines; asked for over its control socket.
package struct PipelineReport: Sendable, Equatable, Codable {
    /// What a pipeline is in, as `leat status --json` names it.
    package enum State: String, Sendable, Codable {
        /// It checks both sides and finds out where it was.
        case starting
        case running
        /// It has ended with an error, and is started again later.
        case failed
    }

    /// A stage whose last attempt failed.
    package struct StageError: Sendable, Equatable, Codable {
        package var stage: String
        package var message: String
        /// Empty if nobody can say.
        package var remedy: String
        /// Since it last succeeded.
        package var seconds: Double

        package init(stage: String, message: String, remedy: String, seconds: Double) {
            self.stage = stage
            self.message = message
            self.remedy = remedy
            self.seconds = seconds
        }

        /// A process of an earlier version has the remedy in the message.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            stage = try container.decode(String.self, forKey: .stage)
            message = try container.decode(String.self, forKey: .message)
            remedy = try container.decodeIfPresent(String.self, forKey: .remedy) ?? ""
            seconds = try container.decode(Double.self, forKey: .seconds)
        }
    }

    package var name: String
    package var state: State
    /// Why it has failed, or what the stage that fails longest meets; empty if all is well.
    package var cause: String
    package var remedy: String
    /// Until it is started again; nil unless it has failed, and where it waits for another process.
    package var retrySeconds: Double?
    package var lagSeconds: Double
    package var lag: LagParts
    /// Whose lag it is; nil without one.
    package var lagOf: LagParts.Origin?
    /// Since the pipeline last said anything.
    package var silenceSeconds: Double
    /// The longest first.
    package var errors: [StageError]

    package init(
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
