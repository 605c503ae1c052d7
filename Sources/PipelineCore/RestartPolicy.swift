/// What follows when a pipeline has ended with an error: when it is started again. No clock and no pipeline: failures
/// in, the next step out.
///
/// Nothing is final: every remedy is carried out somewhere else (a GRANT, a table that is dropped by hand, a server
/// that comes back), and is found by trying again. Only a pipeline that another process has taken over is not tried
/// again while that process lives: the two would take it from each other forever.
package struct RestartPolicy: Sendable {
    /// What to do with a pipeline that has ended.
    package enum Step: Sendable, Equatable {
        case retry(after: Duration)
        /// Once the other process has stopped, which ``TakeoverWatch`` decides.
        case awaitTakeover
    }

    /// A remedy shows its effect within this time.
    package static let delayMax = Duration.seconds(30)
    /// Servers lock accounts that fail to log in too often.
    package static let logInDelayMax = Duration.seconds(60)
    /// A pipeline that ran for this long before it failed begins with short delays again.
    package static let steadyAfter = Duration.seconds(60)

    private var failures = 0

    package init() {}

    /// - Parameter lifetime: how long the pipeline ran.
    package mutating func ended(_ kind: PipelineFailure.Kind, after lifetime: Duration) -> Step {
        if lifetime >= Self.steadyAfter { failures = 0 }
        defer { failures += 1 }
        let doubled = 1 << min(failures, 6)
        return switch kind {
        case .fenced: .awaitTakeover
        case .logInRefused: .retry(after: min(.seconds(10 * doubled), Self.logInDelayMax))
        case .other: .retry(after: min(.seconds(doubled), Self.delayMax))
        }
    }
}
