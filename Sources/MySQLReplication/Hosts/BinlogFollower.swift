import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import Observability
import PipelineCore
import Synchronization

/// Keeps one binlog stream open: examines the host, connects, reconnects, and changes the host when one does not serve.
final class BinlogFollower: Sendable {
    private let hosts: SourceHosts
    private let admission: HostAdmission
    private let waits: ConditionWaits
    private let observer: any ReplicationObserver
    private let logger: Logger
    /// A stream that has lasted this long says nothing of the next attempt.
    private static let steadyAfter = Duration.seconds(60)
    /// How often a host is examined while the decoder has no room for its stream.
    private static let examinationInterval = Duration.seconds(10)

    private let stream = Mutex<BinlogStream?>(nil)

    init(
        hosts: SourceHosts,
        admission: HostAdmission,
        waits: ConditionWaits,
        observer: any ReplicationObserver,
        logger: Logger
    ) {
        self.hosts = hosts
        self.admission = admission
        self.waits = waits
        self.observer = observer
        self.logger = logger
    }

    /// The decoder had paused the stream and has room again.
    func resume() {
        waits.check()
        stream.withLock { $0 }?.resume()
    }

    /// Ends the stream that is open.
    func stop() async { await stream.withLock { $0 }?.stop() }

    /// Feeds the decoder until the task is cancelled.
    ///
    /// - Throws: what no other host and no retry can help with.
    func follow(_ decoder: StreamDecoder) async throws {
        var pause = Backoff()
        var verdicts = HostVerdicts()
        var isFirst = true
        while !Task.isCancelled {
            let endpoint = hosts.current
            let began = ContinuousClock.now
            var startedAt: ContinuousClock.Instant?
            do {
                try await follow(decoder, on: endpoint, isFirst: isFirst) {
                    isFirst = false
                    startedAt = .now
                    verdicts.serves(endpoint.address)
                }
                if Task.isCancelled { return }
            } catch is CancellationError {
                return
            } catch let error as StreamError where error.isFatal {
                throw error
            } catch {
                if Task.isCancelled { return }
                try failed(error, at: endpoint, streamed: startedAt.map { .now - $0 }, &verdicts)
                if ContinuousClock.now - began > Self.steadyAfter { pause.reset() }
                try? await Task.sleep(for: pause.next())
            }
        }
    }

    /// - Throws: once no host is left that could serve.
    private func failed(
        _ error: any Error,
        at endpoint: MySQLEndpoint,
        streamed: Duration?,
        _ verdicts: inout HostVerdicts
    ) throws {
        let trouble = SourceTrouble(error, host: endpoint.address)
        let loss = (error as? MySQLError).flatMap { BinlogLoss($0) }
        let isLasting = loss?.isLasting ?? (error as? HostRefusal)?.isLasting ?? false
        if isLasting {
            verdicts.lost(endpoint.address, .init(message: trouble.message, remedy: trouble.remedy))
            if let loss = verdicts.loss(of: hosts.all.map(\.address)) {
                throw PipelineError(
                    .sourceLost,
                    "no host has what this pipeline still needs: \(loss.message)",
                    remedy: loss.remedy
                )
            }
        } else {
            verdicts.failed(endpoint.address)
        }
        observer.failed(.retry, stage: .receive, Explanation(cause: trouble.message, remedy: trouble.remedy))
        observer.sourceTrouble(trouble)
        logger.warning(
            "binlog stream ended; retrying",
            metadata: ["host": "\(endpoint.address)", "error": "\(trouble.message)", "remedy": "\(trouble.remedy)"]
        )
        if !HostVerdicts.stays(after: loss, streamed: streamed) { hosts.next(after: endpoint) }
    }

    private func admit(_ endpoint: MySQLEndpoint, _ decoder: StreamDecoder) async throws {
        let admitted = try await admission.admit(endpoint) { decoder.needs }
        await admitted.inspector.close()
        hosts.admitted(endpoint, absent: admitted.absent)
    }

    private func follow(
        _ decoder: StreamDecoder,
        on endpoint: MySQLEndpoint,
        isFirst: Bool,
        started: () -> Void
    ) async throws {
        _ = decoder.reconnect()
        // What the decoder waits for may be copies, which need a host that serves: so that is examined before there is
        // room for its stream, and again every so often.
        repeat {
            try await admit(endpoint, decoder)
        } while try await !waits.wait(before: .now + Self.examinationInterval, until: { !decoder.isBlocked })
        let position = decoder.reconnect()
        let stream = try await BinlogStream.start(
            on: endpoint,
            serverID: UInt32.random(in: 1 << 24..<UInt32.max),
            encodedGTIDSet: position.encodedForDump(),
            heartbeat: .seconds(1),
            logger: logger,
            consumer: decoder
        )
        self.stream.withLock { $0 = stream }
        if !isFirst { observer.reconnected() }
        started()
        observer.sourceTrouble(nil)
        // What it was paused for may have ended before it was there to be resumed.
        if !decoder.isBlocked { stream.resume() }
        logger.info("following the binlog", metadata: ["host": "\(endpoint.address)"])
        try await withTaskCancellationHandler {
            try await stream.wait()
        } onCancel: {
            Task { await stream.stop() }
        }
    }
}
