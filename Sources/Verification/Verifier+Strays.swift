import ClickHouseClient
import LeatState
import Logging
import MySQLClient
import MySQLProtocol

/// What a pipeline was known to follow, before its source's tables were listed.
package struct FollowedTables: Sendable {
    package let tables: [String: TableSummary]

    /// - Throws: `ClickHouseError`.
    package static func read(_ client: ClickHouseClient, pipeline: String) async throws -> FollowedTables {
        FollowedTables(tables: try await PipelineProgress(client: client, pipeline: pipeline).tables())
    }
}

extension Verifier {
    /// Tables that only one side has: gone at the source and still followed, or at the source and not followed though
    /// the configuration names them.
    ///
    /// - Parameters:
    ///   - followed: as it was before `tables` were listed.
    ///   - tables: the source's.
    ///   - isFollowed: whether the configuration follows a table of that name.
    /// - Returns: a result for each of them, which is not equal.
    /// - Throws: ``VerificationError``; `MySQLError` and `ClickHouseError` where a server is out of reach.
    package func strays(
        followed: FollowedTables,
        tables: [TableToVerify],
        isFollowed: (String) -> Bool,
        report: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> [TableResult] {
        let census = TableCensus(before: followed.tables, source: Set(tables.map(\.name)), isFollowed: isFollowed)
        guard census.isSuspicious else { return [] }
        let reader = try await SourceReader(endpoint: source, logger: logger)
        let position: GTIDSet
        do {
            position = try await reader.position()
            await reader.close()
        } catch {
            await reader.close()
            throw error
        }
        let wait = PipelineWait(
            progress: progress,
            patience: options.patience,
            pollInterval: options.pollInterval,
            report: report
        )
        let after = try await wait.wait(for: position, copied: []).tables
        return census.strays(after: after).sorted { $0.key < $1.key }.map { name, kind in
            TableResult(
                name: name,
                isEqual: false,
                differences: [Difference(key: nil, column: nil, kind: kind)]
            )
        }
    }
}
