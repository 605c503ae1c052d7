import ClickHouseClient
import Logging
import MySQLClient
import MySQLProtocol

/// Compares a pipeline's tables at the source with what the warehouse shows of them.
///
/// Both servers sum up their own rows; see ``CanonicalForm`` for what exactly. The source need not stand still for equal
/// sums to mean equal rows, but unequal ones only say something if neither side changed between them: then the tables
/// that differed are compared again.
public struct Verifier: Sendable {
    public struct Options: Sendable, Hashable {
        /// How long to wait for the pipeline to reach the source's position.
        public var waitMax: Duration = .seconds(60)
        /// How often a table is compared before giving up on a source that is written to.
        public var attemptsMax = 3
        /// Tables compared at the same time, each over a connection of its own.
        public var parallelTables = 2
        /// Differences listed of a table.
        public var differencesMax = 20
        /// Between two looks at the pipeline's position.
        public var pollInterval: Duration = .milliseconds(250)

        public init() {}
    }

    private let source: MySQLEndpoint
    private let warehouse: WarehouseReader
    private let progress: PipelineProgress
    private let options: Options
    private let logger: Logger

    /// - Parameters:
    ///   - source: the server to compare with; best the one that the pipeline follows.
    ///   - pipeline: its name in `leat.*`.
    public init(
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
    /// reason and does not count as equal; the others are compared all the same.
    /// - Parameter report: called from any task.
    /// - Throws: ``VerificationError``; `MySQLError` and `ClickHouseError` where a server is out of reach.
    public func run(
        tables: [VerifiedTable],
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
            let result = try await run(tables, readers: readers, report: report)
            for reader in readers { await reader.close() }
            return result
        } catch {
            for reader in readers { await reader.close() }
            throw error
        }
    }

    private func run(
        _ tables: [VerifiedTable],
        readers: [SourceReader],
        report: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> VerificationReport {
        let wait = PipelineWait(
            progress: progress,
            waitMax: options.waitMax,
            pollInterval: options.pollInterval,
            report: report
        )
        var results = tables.map { TableResult(name: $0.name, isEqual: false) }
        var pending = Array(tables.indices)
        for attempt in 1...max(1, options.attemptsMax) {
            if attempt > 1 { report(.repeating(tables: pending.map { tables[$0].name }, attempt: attempt)) }
            let position = try await readers[0].position()
            let (applied, states) = try await wait.wait(for: position, copied: pending.map { tables[$0].name })
            let compared = try await compare(
                pending.map { ($0, tables[$0]) },
                readers: readers,
                states: states,
                report: report
            )
            for (index, result) in compared { results[index] = result }
            pending = pending.filter { !results[$0].isEqual && results[$0].failure == nil }
            let finished = { VerificationReport(position: position.singleLine, tables: results) }
            if pending.isEmpty { return finished() }
            guard try await isQuiet(at: position, applied, readers[0]) else { continue }
            report(.searching(tables: pending.map { tables[$0].name }))
            var isSettled = true
            for index in pending {
                isSettled = try await search(readers[0], &results[index], tables[index]) && isSettled
            }
            if isSettled, try await isQuiet(at: position, applied, readers[0]) { return finished() }
        }
        let names = pending.map { tables[$0].name }.joined(separator: ", ")
        throw VerificationError(
            .sourceMoving,
            "the source is being written to: \(names) could not be compared at one position in \(options.attemptsMax) attempts",
            remedy: "stop the writers for a moment and verify again"
        )
    }

    /// Lists the differences of a table whose sums differ; false if they no longer do.
    private func search(_ reader: SourceReader, _ result: inout TableResult, _ table: VerifiedTable) async throws
        -> Bool
    {
        let search = DifferenceSearch(source: reader, warehouse: warehouse, differencesMax: options.differencesMax)
        do {
            return try await search.complete(&result, of: table)
        } catch {
            guard let failure = TableFailure.describe(error) else { throw error }
            // The table differs all the same.
            logger.warning(
                "the rows that differ cannot be listed",
                metadata: ["table": "\(table.name)", "cause": "\(failure)"]
            )
            result.hasMoreDifferences = true
            return true
        }
    }

    /// Whether neither side has changed since these positions were read.
    private func isQuiet(at position: GTIDSet, _ applied: GTIDSet, _ reader: SourceReader) async throws -> Bool {
        guard try await reader.position() == position else { return false }
        return try await progress.checkpoint()?.position == applied
    }

    /// Compares tables, as many at a time as there are readers.
    private func compare(
        _ tables: [(index: Int, table: VerifiedTable)],
        readers: [SourceReader],
        states: [String: PipelineProgress.Table],
        report: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> [(Int, TableResult)] {
        let queue = TableQueue(tables)
        return try await withThrowingTaskGroup(of: [(Int, TableResult)].self) { group in
            for reader in readers {
                group.addTask {
                    let comparison = TableComparison(source: reader, warehouse: warehouse)
                    var results: [(Int, TableResult)] = []
                    while let (number, (index, table)) = queue.next() {
                        report(.comparing(table: table.name, number: number, count: tables.count))
                        let result = try await comparison.compare(table, state: states[table.name])
                        report(
                            .compared(
                                table: table.name,
                                isEqual: result.isEqual,
                                number: number,
                                count: tables.count
                            )
                        )
                        results.append((index, result))
                    }
                    return results
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
