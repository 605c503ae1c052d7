import ClickHouseClient
import Logging
import MySQLClient
import MySQLProtocol

/// Compares a pipeline's tables at the source with what the warehouse shows of them, while both continue.
///
/// Both servers sum up their own rows, span by span; see ``CanonicalForm`` for what exactly, and ``TableComparison``
/// for how the two sides are aligned.
package struct Verifier: Sendable {
    /// How much is compared, and how gently.
    package struct Options: Sendable, Hashable {
        /// How long to wait for the pipeline to reach the source's position.
        package var waitMax: Duration = .seconds(600)
        /// How long to wait for it while it carries over nothing.
        package var stallMax: Duration = .seconds(60)
        /// How often rows that are being written to are checked before they are given up. At least 2.
        package var attemptsMax = 10
        /// Tables compared at the same time, each over a connection of its own.
        package var parallelTables = 2
        /// Spans of a table that are compared together, at least 1: more of them mean fewer waits for the pipeline, and
        /// more rows that are written to meanwhile.
        package var spansAtOnce = 4
        /// Differences listed of a table.
        package var differencesMax = 20
        /// Between two checks of the pipeline's position.
        package var pollInterval: Duration = .milliseconds(100)
        /// Only rows that meet this condition are compared; an SQL expression that both servers understand.
        package var filter: String?

        var patience: Patience { Patience(atMost: waitMax, withoutProgress: stallMax) }

        package init() {}
    }

    let source: MySQLEndpoint
    private let warehouse: WarehouseReader
    let progress: PipelineProgress
    let options: Options
    let logger: Logger

    /// - Parameters:
    ///   - source: the server to compare with; best the one that the pipeline follows.
    ///   - pipeline: its name in `leat.*`.
    package init(
        source: MySQLEndpoint,
        warehouse: ClickHouseClient,
        pipeline: String,
        options: Options = Options(),
        logger: Logger
    ) {
        self.source = source
        self.warehouse = WarehouseReader(client: warehouse)
        progress = PipelineProgress(client: warehouse, pipeline: pipeline)
        self.options = options
        self.logger = logger
    }

    /// Compares the tables.
    ///
    /// A table that cannot be compared (quarantined, without a view, of an unsupported type) is in the report with the
    /// reason and does not count as equal; the others are compared nevertheless.
    /// - Parameters:
    ///   - earlier: what this verifier has shown of the same definitions before: of its tables only those rows are
    ///     compared
    ///     again that are near to one that was not equal; what is returned is of all rows, the others as they were
    ///     counted then.
    ///   - report: called from any task.
    /// - Throws: ``VerificationError``; `MySQLError` and `ClickHouseError` where a server is out of reach.
    package func run(
        tables: [TableToVerify],
        after earlier: VerificationReport? = nil,
        report: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> VerificationReport {
        guard !tables.isEmpty else {
            throw VerificationError(
                .nothingToCompare,
                "there is no table to compare",
                remedy: "name tables that the pipeline follows; leat tables list shows them"
            )
        }
        let count = max(1, min(options.parallelTables, tables.count))
        var readers: [SourceReader] = []
        do {
            for _ in 0..<count { readers.append(try await SourceReader(endpoint: source, logger: logger)) }
            let result = try await run(tables, after: earlier, readers: readers, report: report)
            for reader in readers { await reader.close() }
            return result
        } catch {
            for reader in readers { await reader.close() }
            throw error
        }
    }

    private func run(
        _ tables: [TableToVerify],
        after earlier: VerificationReport?,
        readers: [SourceReader],
        report: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> VerificationReport {
        let wait = PipelineWait(
            progress: progress,
            patience: options.patience,
            pollInterval: options.pollInterval,
            report: report
        )
        let position = try await readers[0].position()
        _ = try await wait.wait(for: position, copied: tables.map(\.name))
        var results = tables.map { TableResult(name: $0.name, isEqual: false) }
        let entries = tables.enumerated().map { index, table in
            TableQueue.Entry(
                index: index,
                table: table,
                earlier: earlier?.tables.first { $0.name == table.name }
            )
        }
        for (index, result) in try await compare(entries, readers: readers, wait: wait, report: report) {
            results[index] = result
        }
        return VerificationReport(position: position.singleLine, tables: results)
    }

    /// Compares tables, as many at a time as there are readers.
    private func compare(
        _ tables: [TableQueue.Entry],
        readers: [SourceReader],
        wait: PipelineWait,
        report: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> [(Int, TableResult)] {
        let queue = TableQueue(tables)
        let limits = ComparisonLimits(
            differencesMax: options.differencesMax,
            attemptsMax: options.attemptsMax,
            spansAtOnce: options.spansAtOnce,
            filter: options.filter
        )
        return try await withThrowingTaskGroup(of: [(Int, TableResult)].self) { group in
            for reader in readers {
                group.addTask {
                    let comparison = TableComparison(
                        source: reader,
                        warehouse: warehouse,
                        progress: progress,
                        wait: wait,
                        limits: limits
                    )
                    var results: [(Int, TableResult)] = []
                    while let (number, entry) = queue.next() {
                        let table = entry.table
                        report(.comparing(table: table.name, number: number, count: tables.count))
                        let result = try await comparison.compare(table, after: entry.earlier)
                        report(
                            .compared(
                                table: table.name,
                                isEqual: result.isEqual,
                                number: number,
                                count: tables.count
                            )
                        )
                        results.append((entry.index, result))
                    }
                    return results
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
