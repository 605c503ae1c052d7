import ClickHouseClient
import LeatState
import Logging
import PipelineCore

/// Writes down in `leat.pipelines`, once a second, how the pipelines of this process are, and at its end that it
/// stopped.
struct LivenessRecorder: Sendable {
    let client: ClickHouseClient
    /// What distinguishes this process from others.
    let instance: String
    /// See ``HomeFiles/place(ofSocket:)``.
    let place: String
    /// How each pipeline is now.
    let reports: @Sendable () -> [PipelineReport]
    let logger: Logger

    /// Records until cancelled.
    func run() async {
        var isPrepared = false
        while !Task.isCancelled {
            do {
                if !isPrepared {
                    try await StateSchema.prepare(with: client)
                    isPrepared = true
                }
                try await save { PipelineRecord($0) }
            } catch {
                // The pipelines say themselves that ClickHouse cannot be written to.
                logger.debug("could not record the pipelines' state", metadata: ["error": "\(error)"])
                isPrepared = false
            }
            try? await Task.sleep(for: Liveness.recordInterval)
        }
    }

    /// The final record of a process that was asked to stop.
    func recordStop() async {
        do {
            try await save { report in
                var record = PipelineRecord(report)
                record.state = .stopped
                return record
            }
        } catch {
            logger.debug("could not record that the pipelines stopped", metadata: ["error": "\(error)"])
        }
    }

    private func save(_ record: (PipelineReport) -> PipelineRecord) async throws {
        try await PipelineRecords(client: client).save(
            reports().map { report in
                var record = record(report)
                record.place = place
                return (report.name, record)
            },
            instance: instance
        )
    }
}

extension PipelineRecord {
    fileprivate init(_ report: PipelineReport) {
        let state: State =
            switch report.state {
            case .starting: .starting
            case .running: .running
            case .failed: .failed
            }
        self.init(
            state: state,
            cause: report.cause,
            remedy: report.remedy,
            lagSeconds: report.lagSeconds,
            ageSeconds: 0
        )
    }
}
