import ClickHouseClient
import Foundation
import LeatState
import Logging
import MySQLClient
import PipelineCore

/// Compares a pipeline's tables all the time, a span after the other, the one first that was not compared for longest,
/// and within a share of the source's time. What it finds goes into `leat.verifications` and to its observer; a process
/// that starts resumes where the last one stopped.
package actor ContinuousVerifier {
    /// How often, and with which share of the servers' time.
    package struct Options: Sendable, Hashable {
        /// Share of the time that the source may be busy with this, above 0 up to 1.
        package var sourceShare = 0.04
        /// A table is not compared again before this has passed.
        package var interval: Duration = .seconds(600)
        /// It waits while more statements than that run at the source.
        package var threadsRunningMax = 40
        /// It waits while a replica is further behind its source than this, in seconds.
        package var secondsBehindMax = 30
        /// Differences recorded of a table.
        package var differencesMax = 1000

        package init() {}
    }

    private static let retryInterval = Duration.seconds(30)
    private static let strayInterval = Duration.seconds(60)
    /// A source that is always busy is compared, too, though slowly.
    private static let waitMax = Duration.seconds(300)

    private let source: @Sendable () async throws -> MySQLEndpoint
    private let tables: @Sendable (MySQLEndpoint) async throws -> [TableToVerify]
    private let isFollowed: @Sendable (String) -> Bool
    private let client: ClickHouseClient
    private let pipeline: String
    private let options: Options
    private let observer: any VerificationObserver
    private let logger: Logger
    private let history: VerificationHistory
    private var known: [String: VerificationHistory.Known] = [:]
    /// When a table is due at the earliest.
    private var due: [String: ContinuousClock.Instant] = [:]
    private var seen: Set<String> = []
    /// Rows that the last comparison of each table could not settle.
    private var unsettled: [String: UInt64] = [:]
    /// Tables that were repaired while they were being compared: what was found before may be gone.
    private var hurried: Set<String> = []
    /// Tables that were found to be on one side only.
    private var strays: Set<String> = []
    private var straysDue = ContinuousClock.now
    /// Until when the source is left alone after a table's last span.
    private var restsUntil = ContinuousClock.now

    /// - Parameters:
    ///   - source: the server to read, asked for before each table.
    ///   - tables: the tables that are followed, as that server defines them now.
    ///   - isFollowed: whether the configuration follows a table of that name.
    package init(
        source: @escaping @Sendable () async throws -> MySQLEndpoint,
        tables: @escaping @Sendable (MySQLEndpoint) async throws -> [TableToVerify],
        isFollowed: @escaping @Sendable (String) -> Bool = { _ in true },
        warehouse: ClickHouseClient,
        pipeline: String,
        options: Options = Options(),
        observer: any VerificationObserver,
        logger: Logger
    ) {
        self.source = source
        self.tables = tables
        self.isFollowed = isFollowed
        client = warehouse
        self.pipeline = pipeline
        self.options = options
        self.observer = observer
        self.logger = logger
        history = VerificationHistory(client: warehouse, pipeline: pipeline)
    }

    /// Runs until cancelled. Nothing that fails ends it: it is tried again.
    package func run() async {
        var isPrepared = false
        while !Task.isCancelled {
            do {
                if !isPrepared {
                    try await history.prepare()
                    known = try await history.known()
                    isPrepared = true
                }
                let hasCompared = try await compareNext()
                observer.comparisonWorks(.rows)
                if hasCompared {
                    try await Task.sleep(until: restsUntil, clock: .continuous)
                    continue
                }
                try await Task.sleep(for: .milliseconds(500))
            } catch is CancellationError {
                return
            } catch {
                if Task.isCancelled { return }
                observer.failed(table: "", cause: "\(error)")
                observer.comparisonFails(.rows, Explanation(ofRetried: error))
                logger.info("tables cannot be compared now", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: Self.retryInterval / 6)
            }
        }
    }

    /// Compares these tables next, whenever they were last: after a repair.
    package func prioritize(_ tables: [String]) {
        for table in tables {
            due[table] = nil
            hurried.insert(table)
            known[table]?.verifiedAt = 0
            known[table]?.interrupted = nil
        }
    }

    /// Compares the table that is due; false if none is.
    private func compareNext() async throws -> Bool {
        let progress = PipelineProgress(client: client, pipeline: pipeline)
        let states = try await progress.tables()
        guard states.contains(where: { $0.value.phase == .streaming && isDue($0.key) }) else {
            forget(allBut: Set(states.filter { $0.value.phase != .dropped }.keys))
            return false
        }
        let endpoint = try await source()
        let tables = try await self.tables(endpoint)
        let streaming = tables.filter { states[$0.name]?.phase == .streaming }
        forget(allBut: Set(states.filter { $0.value.phase != .dropped }.keys))
        for table in streaming { introduce(table.name) }
        try await reportStrays(states, tables, at: endpoint)
        let waiting = streaming.filter { isDue($0.name) }
        guard let table = waiting.min(by: { lastVerified($0.name) < lastVerified($1.name) }) else {
            // In the state and not at the source: its DROP is on its way, or it is a stray.
            for name in states.keys where isDue(name) { due[name] = .now + .seconds(1) }
            try await Task.sleep(for: .seconds(1))
            return false
        }
        try await compare(table, at: endpoint, progress)
        return true
    }

    /// Reports the tables that only one side has, at most once a minute.
    private func reportStrays(
        _ states: [String: PipelineProgress.Table],
        _ tables: [TableToVerify],
        at endpoint: MySQLEndpoint
    ) async throws {
        guard straysDue <= .now else { return }
        straysDue = .now + Self.strayInterval
        var verifierOptions = Verifier.Options()
        verifierOptions.waitMax = .seconds(300)
        verifierOptions.stallMax = .seconds(300)
        let verifier = Verifier(
            source: endpoint,
            warehouse: client,
            pipeline: pipeline,
            options: verifierOptions,
            logger: logger
        )
        let found = try await verifier.strays(
            followed: FollowedTables(tables: states),
            tables: tables,
            isFollowed: isFollowed
        )
        for result in found {
            let kinds = Dictionary(grouping: result.differences, by: \.kind.rawValue).mapValues(\.count)
            observer.differencesKnown(table: result.name, kinds)
            guard strays.insert(result.name).inserted else { continue }
            try await history.save(result, occasion: .background)
            logger.warning(
                "a table is on one side only",
                metadata: [
                    "table": "\(result.name)", "differences": "\(kinds.keys.sorted().joined(separator: ", "))",
                    "fix": "leat verify \(result.name)",
                ]
            )
        }
        for name in strays.subtracting(found.map(\.name)) {
            strays.remove(name)
            observer.differencesKnown(table: name, [:])
        }
    }

    private func isDue(_ table: String) -> Bool { due[table].map { $0 <= .now } ?? true }
    private func lastVerified(_ table: String) -> Double { known[table]?.verifiedAt ?? 0 }

    /// A table is seen for the first time by this process: reports what earlier ones knew.
    private func introduce(_ table: String) {
        guard seen.insert(table).inserted else { return }
        let differences = known[table]?.differences ?? [:]
        if let at = known[table]?.verifiedAt {
            observer.tableVerified(table: table, isEqual: differences.isEmpty, at: at)
        } else {
            observer.tableUnverified(table: table, since: Date().timeIntervalSince1970)
        }
        let interrupted = known[table]?.interrupted?.differences ?? [:]
        observer.differencesKnown(table: table, differences.merging(interrupted) { max($0, $1) })
    }

    private func forget(allBut tables: Set<String>) {
        for table in seen.subtracting(tables) {
            seen.remove(table)
            known[table] = nil
            due[table] = nil
            unsettled[table] = nil
            observer.tableGone(table: table)
        }
    }

    private func compare(
        _ table: TableToVerify,
        at endpoint: MySQLEndpoint,
        _ progress: PipelineProgress
    ) async throws {
        let reader = try await SourceReader(endpoint: endpoint, logger: logger)
        // What an interrupted comparison had found before a repair is worth nothing.
        let interrupted = hurried.remove(table.name) == nil ? known[table.name]?.interrupted : nil
        let run = SpanRun(
            id: interrupted?.run ?? UUID().uuidString,
            above: interrupted?.upper,
            found: interrupted?.differences ?? [:],
            unsettled: interrupted?.unsettled ?? 0
        )
        let comparison = TableComparison(
            source: reader,
            warehouse: WarehouseReader(client: client),
            progress: progress,
            wait: PipelineWait(
                progress: progress,
                patience: Patience(atMost: .seconds(300), withoutProgress: .seconds(300)),
                pollInterval: .milliseconds(250),
                report: { _ in }
            ),
            limits: ComparisonLimits(differencesMax: options.differencesMax),
            pace: { outcome in try await self.pace(outcome, table.name, run, reader) }
        )
        let result: TableResult
        do {
            try await waitWhileBusy(reader)
            result = try await comparison.compare(table, above: interrupted?.upper)
        } catch {
            await reader.close()
            if !Task.isCancelled { due[table.name] = .now + Self.retryInterval }
            throw error
        }
        await reader.close()
        known[table.name, default: .init()].interrupted = nil
        // Repaired meanwhile: what was found may be gone, and the next comparison says.
        if hurried.contains(table.name) { return }
        due[table.name] = .now + options.interval
        let now = Date().timeIntervalSince1970
        if let failure = result.failure, !result.isOnlyUnsettled {
            observer.failed(table: table.name, cause: failure)
            logger.warning(
                "a table could not be compared",
                metadata: ["table": "\(table.name)", "cause": "\(failure)"]
            )
            try await history.save(result, occasion: .background)
            return
        }
        var found = await run.found
        for difference in result.differences where difference.key == nil {
            found[difference.kind.rawValue, default: 0] += 1
        }
        if result.hasMoreDifferences { found[SpanRun.unlisted] = 1 }
        // A table whose columns differ has no spans.
        if result.sourceRows == nil { try await history.save(result, occasion: .background) }
        known[table.name]?.verifiedAt = now
        known[table.name]?.differences = found
        observer.differencesKnown(table: table.name, found)
        observer.tableVerified(table: table.name, isEqual: found.isEmpty && result.unsettledRows == 0, at: now)
        if !found.isEmpty {
            logger.warning(
                "the warehouse differs from the source",
                metadata: [
                    "table": "\(table.name)",
                    "differences":
                        "\(found.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))",
                    "fix": "leat repair \(table.name)",
                ]
            )
        }
    }

    /// After a span: keeps what it has shown, and rests unless it was the table's last.
    private func pace(_ outcome: SpanOutcome, _ table: String, _ run: SpanRun, _ reader: SourceReader) async throws {
        let behind = await run.advance(outcome)
        unsettled[table] = await run.unsettled
        observer.spanCompared(table: table, rows: outcome.sourceRows, sourceTime: outcome.sourceTime)
        observer.unsettled(rows: unsettled.values.reduce(0, +))
        if !outcome.differences.isEmpty {
            // Reported immediately, not only at the end of the table: earlier findings may still hold.
            let found = await run.found
            let before = known[table]?.differences ?? [:]
            observer.differencesKnown(table: table, found.merging(before) { max($0, $1) })
        }
        try await history.save(outcome, of: table, run: run.id, above: behind)
        known[table, default: .init()].interrupted =
            if let upper = outcome.upper {
                .init(run: run.id, upper: upper, differences: await run.found, unsettled: await run.unsettled)
            } else {
                nil
            }
        let rest = VerificationPace(share: options.sourceShare).rest(busy: outcome.sourceTime, passed: outcome.duration)
        // What the table's comparison has shown is reported before that rest.
        restsUntil = .now + rest
        if outcome.isLast { return }
        try await Task.sleep(until: restsUntil, clock: .continuous)
        try await waitWhileBusy(reader)
    }

    private func waitWhileBusy(_ reader: SourceReader) async throws {
        let deadline = ContinuousClock.now + Self.waitMax
        var isReported = false
        while ContinuousClock.now < deadline {
            let reason = try await reader.load().reasonToWait(
                threadsRunningMax: options.threadsRunningMax,
                secondsBehindMax: options.secondsBehindMax
            )
            guard let reason else { return }
            if !isReported { logger.info("the comparison waits", metadata: ["cause": "\(reason)"]) }
            isReported = true
            try await Task.sleep(for: .seconds(5))
        }
    }
}
