import ClickHouseClient
import Console
import LeatState
import Logging
import PipelineCore
import Synchronization

/// Runs a source's pipeline, and makes a new one after each that has failed, until it is cancelled. What follows a
/// failure is up to ``RestartPolicy``; the other sources never notice.
package final class PipelineSupervisor<SupervisedPipeline: SourcePipeline>: Sendable {
    private struct State {
        var pipeline: SupervisedPipeline
        var failure: PipelineFailure?
        /// Give up the position and copy every table again, at the next start.
        var copiesAgain: Bool
        /// Why it was started again; counts until it knows its tables.
        var lastFailure: PipelineFailure?
        /// While it waits to start again.
        var pause: Task<Void, Never>?
    }

    let name: String
    private let observer: MetricsObserver
    /// Of the warehouse, to see whether another process runs the pipeline.
    private let client: ClickHouseClient
    private let logger: Logger
    private let make: @Sendable (_ copiesAgain: Bool) -> SupervisedPipeline
    private let state: Mutex<State>

    /// - Parameter make: a pipeline that has not run yet.
    package init(
        _ name: String,
        observer: MetricsObserver,
        _ around: SourceSurroundings,
        make: @escaping @Sendable (_ copiesAgain: Bool) -> SupervisedPipeline
    ) {
        self.name = name
        self.observer = observer
        client = around.client
        logger = around.logger(of: name)
        self.make = make
        state = Mutex(State(pipeline: make(around.copiesAgain), copiesAgain: around.copiesAgain))
    }

    /// The pipeline that runs, or ran last.
    var current: SupervisedPipeline { state.withLock(\.pipeline) }
    /// Why it has ended; nil while it runs or starts.
    var failure: PipelineFailure? { state.withLock(\.failure) }

    /// Whether nothing is left to wait for: it knows its tables, or has failed.
    package var isSettled: Bool {
        get async {
            if failure != nil { return true }
            return await current.isStarted
        }
    }

    /// Runs until cancelled.
    package func run() async {
        var policy = RestartPolicy()
        while !Task.isCancelled {
            let pipeline = current
            let begin = ContinuousClock.now
            observer.pipelineStarting()
            let failure: PipelineFailure
            do {
                try await pipeline.run()
                if Task.isCancelled { return }
                failure = PipelineFailure(
                    .other,
                    cause: "it ended by itself, without an error",
                    remedy: "please report this; it is started again"
                )
            } catch {
                // Clients have errors of their own for what was cancelled.
                if Task.isCancelled || error is CancellationError { return }
                failure = PipelineFailure(error)
            }
            let hasStarted = await pipeline.isStarted
            state.withLock {
                if hasStarted { $0.copiesAgain = false }
                $0.failure = failure
                $0.lastFailure = failure
            }
            await wait(policy.ended(failure.kind, after: .now - begin), failure)
            state.withLock {
                $0.pipeline = make($0.copiesAgain)
                $0.failure = nil
                $0.pause = nil
            }
        }
    }

    private func wait(_ step: RestartPolicy.Step, _ failure: PipelineFailure) async {
        var metadata: Logger.Metadata = ["cause": "\(failure.cause)", "remedy": "\(failure.remedy)"]
        let pause: Task<Void, Never>
        switch step {
        case .retry(let delay):
            observer.pipelineFailed(failure, retryAfter: delay)
            metadata["retry_seconds"] = .stringConvertible(delay.components.seconds)
            pause = Task { try? await Task.sleep(for: delay) }
        case .awaitTakeover:
            observer.pipelineFailed(failure, retryAfter: nil)
            pause = Task { await self.untilTheOtherStops() }
        }
        logger.error("the pipeline failed; the others continue", metadata: metadata)
        state.withLock { $0.pause = pause }
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
    }

    private func untilTheOtherStops() async {
        var watch = TakeoverWatch()
        while !Task.isCancelled {
            let sign = try? await signOfLife()
            if watch.saw(sign, at: .now) { return }
            try? await Task.sleep(for: TakeoverWatch.interval)
        }
    }

    /// What changes in `leat.*` while a process runs the pipeline.
    private func signOfLife() async throws -> String {
        let saved = try await CheckpointRecords(client: client, pipeline: name).newest()?.savedAt
        let claimed = try await BatchRecords(client: client, pipeline: name).last()
        return "\(saved ?? 0) \(claimed)"
    }

    /// Has every table copied again by a pipeline that has failed, which gives up its position.
    ///
    /// - Returns: false if it has not failed.
    package func copyAgain() -> Bool {
        state.withLock {
            guard $0.failure != nil, let pause = $0.pause else { return false }
            $0.copiesAgain = true
            pause.cancel()
            return true
        }
    }

    /// Carries out an order, unless the pipeline has failed and has not started again.
    ///
    /// - Throws: ``PipelineError``, for a pipeline that has failed one that says why.
    package func order<Answer: Sendable>(
        _ perform: @Sendable (SupervisedPipeline) async throws -> Answer
    ) async throws -> Answer {
        let (pipeline, current, last) = state.withLock { ($0.pipeline, $0.failure, $0.lastFailure) }
        var failure = current
        if failure == nil, await !pipeline.isStarted { failure = last }
        if let failure {
            throw PipelineError(
                .precondition,
                "the pipeline `\(name)` has failed: \(failure.cause)",
                remedy: failure.remedy
            )
        }
        return try await perform(pipeline)
    }
}

extension PipelineSupervisor {
    package func perform(_ order: TableOrder, on table: String) async throws {
        try await self.order { pipeline in
            switch order {
            case .resync: try await pipeline.resync(table)
            case .pause: try await pipeline.pause(table)
            case .resume: try await pipeline.resume(table)
            case .forget: try await pipeline.forget(table)
            }
        }
    }
}
