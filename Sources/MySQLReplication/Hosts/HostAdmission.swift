import Logging
import MySQLClient
import MySQLProtocol

/// Examines a host before it is followed, at the start and at each new connection: its settings, who it is, and whether
/// it has what the pipeline needs.
struct HostAdmission: Sendable {
    /// How long a host may take to show what it lacks: a replica that lags, or a server at which a transaction is in
    /// the binlog before it can be read.
    struct Patience: Sendable {
        var replica = Duration.seconds(60)
        var other = Duration.seconds(10)
        var interval = Duration.milliseconds(500)
    }

    /// A host that can be followed, with the connection at which that was found.
    struct Admitted {
        var inspector: SourceInspector
        /// What it lacks for good and no followed table needs.
        var absent: GTIDSet
    }

    /// What of these transactions is on record as carried over in batches that have rows, or are DDL.
    let carried: @Sendable (GTIDSet) async throws -> GTIDSet
    let observer: any ReplicationObserver
    let logger: Logger
    var patience = Patience()

    /// Connects to a host and examines it.
    ///
    /// - Parameter needs: asked again while the host is waited for.
    /// - Throws: ``HostRefusal``; ``PipelineError`` `.precondition` for a setting or a privilege; `MySQLError`.
    func admit(_ endpoint: MySQLEndpoint, needs: @Sendable () -> StreamNeeds) async throws -> Admitted {
        let inspector = try await SourceInspector(endpoint: endpoint, logger: logger)
        do {
            try await inspector.requireFollowable()
            return Admitted(inspector: inspector, absent: try await examine(inspector, needs: needs))
        } catch {
            await inspector.close()
            throw error
        }
    }

    private func examine(_ inspector: SourceInspector, needs: @Sendable () -> StreamNeeds) async throws -> GTIDSet {
        let began = ContinuousClock.now
        var isReported = false
        while true {
            var examination = HostExamination(
                address: inspector.endpoint.address,
                position: try await inspector.position(),
                needs: needs()
            )
            let missing = examination.needs.seen.subtracting(examination.position.executed)
            if !missing.isEmpty { examination.carried = try await carried(missing) }
            let limit = examination.position.replica == nil ? patience.other : patience.replica
            examination.hasWaited = ContinuousClock.now - began >= limit
            switch examination.verdict {
            case .fit(let absent):
                if !absent.isEmpty { report(absent, at: inspector.endpoint) }
                return absent
            case .refused(let refusal):
                throw refusal
            case .waiting(let missing):
                if !isReported { report(waiting: missing, for: limit, examination) }
                isReported = true
                // What is needed may change meanwhile.
                _ = try await inspector.wait(for: missing, atMost: patience.interval, logger: logger)
            }
        }
    }

    private func report(waiting missing: GTIDSet, for limit: Duration, _ examination: HostExamination) {
        let replica = examination.position.replica
        let why = replica.map { $0.isRunning ? "it lags behind its source" : "its replication has stopped" }
        let message =
            "\(examination.address) has not executed \(GTIDListing(missing)) yet"
            + (why.map { ": \($0)" } ?? "") + "; waiting for up to \(limit.components.seconds) s"
        logger.notice("waiting for the source host to catch up", metadata: ["cause": "\(message)"])
        observer.sourceTrouble(
            SourceTrouble(.behind, host: examination.address, message: message, remedy: "SHOW REPLICA STATUS there")
        )
    }

    private func report(_ absent: GTIDSet, at endpoint: MySQLEndpoint) {
        logger.warning(
            "the source host lacks transactions of another host that no followed table needs",
            metadata: ["host": "\(endpoint.address)", "transactions": "\(GTIDListing(absent))"]
        )
    }
}
