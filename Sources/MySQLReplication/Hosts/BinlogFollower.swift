import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import Pipeline
import Synchronization

/// Keeps one binlog stream open: connects, reconnects, and changes the host when one does not serve.
final class BinlogFollower: Sendable {
    private let hosts: SourceHosts
    private let observer: any ReplicationObserver
    private let logger: Logger
    private let stream = Mutex<BinlogStream?>(nil)

    init(hosts: SourceHosts, observer: any ReplicationObserver, logger: Logger) {
        self.hosts = hosts
        self.observer = observer
        self.logger = logger
    }

    /// The decoder had paused the stream and has room again.
    func resume() { stream.withLock { $0 }?.resume() }

    /// Ends the stream that is open.
    func stop() async { await stream.withLock { $0 }?.stop() }

    /// Feeds the decoder until the task is cancelled.
    ///
    /// - Throws: what no other host and no retry can help with.
    func follow(_ decoder: StreamDecoder) async throws {
        var pause = Backoff()
        var isFirst = true
        while !Task.isCancelled {
            let endpoint = hosts.current
            do {
                while decoder.isBlocked { try await Task.sleep(for: .milliseconds(20)) }
                try await follow(decoder, on: endpoint, isFirst: isFirst) { isFirst = false }
                if Task.isCancelled { return }
            } catch is CancellationError {
                return
            } catch let error as MySQLError where error.server?.errno == 1236 {
                throw PipelineError(
                    .sourceLost,
                    "\(endpoint.address) cannot send what this pipeline still needs: \(error.message)",
                    remedy: "leat run --copy-again   (or point hosts at a server that still has the binlogs)"
                )
            } catch let error as StreamError where error.isFatal {
                throw error
            } catch {
                if Task.isCancelled { return }
                observer.failed(.retry, stage: .receive, message: "\(error)")
                logger.warning("the stream broke, trying again", metadata: ["error": "\(error)"])
                hosts.next(after: endpoint)
                try? await Task.sleep(for: pause.next())
                continue
            }
            pause.reset()
        }
    }

    private func follow(
        _ decoder: StreamDecoder,
        on endpoint: MySQLEndpoint,
        isFirst: Bool,
        started: () -> Void
    ) async throws {
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
