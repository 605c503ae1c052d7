import ClickHouseClient
import Logging
import MySQLClient
import MySQLProtocol

/// Waits until ClickHouse has what a source has committed, so that whoever has written there reads it here.
package struct WarehouseWait: Sendable {
    private static let pollInterval = Duration.milliseconds(50)

    private let progress: PipelineProgress
    private let atMost: Duration

    /// - Parameters:
    ///   - pipeline: its name in `leat.*`.
    ///   - atMost: how long to wait.
    package init(warehouse: ClickHouseClient, pipeline: String, atMost: Duration) {
        progress = PipelineProgress(client: warehouse, pipeline: pipeline)
        self.atMost = atMost
    }

    /// Everything that any of these servers has committed by now: the one that was written to may be another than the
    /// one that the pipeline reads.
    ///
    /// - Throws: `MySQLError` if none can be asked.
    package static func committed(at endpoints: [MySQLEndpoint], logger: Logger) async throws -> GTIDSet {
        var committed: GTIDSet?
        var failure: (any Error)?
        for endpoint in endpoints {
            do {
                let position = try await Self.position(of: endpoint, logger: logger)
                committed = (committed ?? GTIDSet()).union(position)
            } catch {
                failure = failure ?? error
            }
        }
        if committed == nil, let failure { throw failure }
        return committed ?? GTIDSet()
    }

    private static func position(of endpoint: MySQLEndpoint, logger: Logger) async throws -> GTIDSet {
        let reader = try await SourceReader(endpoint: endpoint, logger: logger)
        do {
            let position = try await reader.position()
            await reader.close()
            return position
        } catch {
            await reader.close()
            throw error
        }
    }

    /// - Parameter report: called with how many transactions are missing, whenever that changes.
    /// - Throws: ``VerificationError`` if it takes longer, or the pipeline does not run; `ClickHouseError`.
    package func run(until position: GTIDSet, report: @escaping @Sendable (UInt64) -> Void = { _ in }) async throws {
        let wait = PipelineWait(
            progress: progress,
            patience: Patience(atMost: atMost, withoutProgress: atMost),
            pollInterval: Self.pollInterval,
            again: "wait again",
            report: { if case .waiting(let transactions) = $0 { report(transactions) } }
        )
        _ = try await wait.wait(for: position, copied: [])
    }
}
