import ClickHouseClient
import Foundation
import LeatState
import Logging
import MySQLSchema
import PipelineCore
import Warehouse

/// Compares, all the time, what a pipeline's views show with what the stream has made of them since they were first
/// checked: each batch records what it adds to a table's checksum and what it takes away. The source is not asked.
///
/// It finds, within a cycle over the tables, whatever has become of rows in the warehouse: written by hand, lost,
/// doubled. It cannot say which, and does not know whether the stream itself was right: for both there is
/// ``ContinuousVerifier``, to which a table that differs is handed, and which is authoritative.
package actor ChecksumWatch {
    /// A difference counts when it was seen this many times in a row, the last time with everything in the warehouse
    /// that had been claimed at the first.
    private static let looksMin = 3
    /// The most checks in a row; a batch that takes longer to write says nothing of the others.
    private static let looksMax = 10
    /// A table that could not be checked waits this long.
    private static let retryInterval = Duration.seconds(60)

    private let interval: Duration
    /// Rest after a check, for each second that it took.
    private let restFactor: Double
    private let store: ChecksumStore
    private let views: ViewChecksums
    private let progress: PipelineProgress
    private let history: VerificationHistory
    private let view: @Sendable (TableName) -> TableName?
    private let observer: any VerificationObserver
    private let confirms: @Sendable (String, UInt64) -> Void
    private let differs: @Sendable (String) async -> Void
    private let logger: Logger
    private var ledgers: [String: ChecksumLedger] = [:]
    /// Since when a table differs, in seconds since 1970 by the warehouse's clock.
    private var different: [String: Double] = [:]
    /// Tables that are being repaired.
    private var held: Set<String> = []
    /// Tables that could not be checked, and when they are checked again.
    private var failing: [String: ContinuousClock.Instant] = [:]
    /// How long the warehouse has taken for the table that is being checked; waiting in between does not count.
    private var busy: Duration = .zero

    /// - Parameters:
    ///   - interval: a table is not checked again before this has passed.
    ///   - share: of the time that the warehouse may be busy with this, above 0 up to 1.
    ///   - view: the warehouse's view for a table of the source; nil for one that is not followed.
    ///   - confirms: called with each table that is right, and up to which batch; must not block.
    ///   - differs: called once with each table that is found to differ.
    package init(
        warehouse: ClickHouseClient,
        pipeline: String,
        interval: Duration = .seconds(10),
        share: Double = 0.05,
        view: @escaping @Sendable (TableName) -> TableName?,
        observer: any VerificationObserver,
        logger: Logger,
        confirms: @escaping @Sendable (String, UInt64) -> Void = { _, _ in },
        differs: @escaping @Sendable (String) async -> Void
    ) {
        self.interval = interval
        restFactor = 1 / max(share, 0.001) - 1
        store = ChecksumStore(client: warehouse, pipeline: pipeline)
        views = ViewChecksums(client: warehouse)
        progress = PipelineProgress(client: warehouse, pipeline: pipeline)
        history = VerificationHistory(client: warehouse, pipeline: pipeline)
        self.view = view
        self.observer = observer
        self.confirms = confirms
        self.differs = differs
        self.logger = logger
    }

    /// Runs until cancelled. Nothing that fails ends it: it is tried again.
    package func run() async {
        var isPrepared = false
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do {
                if !isPrepared {
                    try await store.prepare()
                    try await history.prepare()
                    for (table, known) in try await store.load() {
                        ledgers[table] = ChecksumLedger(base: known.base)
                        different[table] = known.differsSince
                    }
                    isPrepared = true
                }
                try await compareAll()
                observer.comparisonWorks(.checksums)
            } catch {
                if Task.isCancelled { return }
                observer.comparisonFails(.checksums, Explanation(ofRetried: error))
                logger.info("checksums cannot be compared now", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(until: began + interval) } catch { return }
        }
    }

    /// Leaves tables alone while their rows are changed outside of batches of the stream; until ``release(_:)``.
    package func hold(_ tables: [String]) { held.formUnion(tables) }

    /// Checks the tables again, whose checksums start over after the repair.
    package func release(_ tables: [String]) { held.subtract(tables) }

    private func compareAll() async throws {
        let states = try await progress.tables()
        let streaming = states.keys.sorted().filter { table in
            states[table]?.phase == .streaming && TableName(parsing: table).flatMap(view) != nil
        }
        for table in Set(ledgers.keys).union(different.keys).subtracting(streaming) {
            // Whatever becomes of the table, its checksum starts over after that.
            ledgers[table] = nil
            different[table] = nil
            observer.checksumUnknown(table: table)
        }
        for table in streaming where failing[table].map({ $0 <= .now }) ?? true {
            busy = .zero
            do {
                failing[table] = nil
                if let result = try await compare(table) { try await store.save([result]) }
            } catch {
                if Task.isCancelled { throw error }
                // The others can still be checked.
                failing[table] = .now + Self.retryInterval
                observer.failed(table: table, cause: "its checksum cannot be compared: \(error)")
                logger.warning(
                    "the checksum of a table cannot be compared",
                    metadata: ["table": "\(table)", "error": "\(error)"]
                )
            }
            try await Task.sleep(for: busy * restFactor)
        }
    }

    /// - Returns: nil where nothing can be said yet.
    private func compare(_ table: String) async throws -> ChecksumStore.Result? {
        if let since = different[table], try await history.isEqual(table, since: since) {
            // Row by row both sides are the same: it is the checksum that began with something wrong.
            ledgers[table]?.restart()
            different[table] = nil
        }
        var claimedAtFirst: UInt64?
        for count in 1...Self.looksMax {
            guard let look = try await look(at: table) else { return nil }
            switch look.verdict {
            case .unknown: return nil
            case .equal: return foundEqual(table)
            case .different:
                let first = claimedAtFirst ?? look.claimed
                claimedAtFirst = first
                if count >= Self.looksMin, look.acknowledged >= first { return try await found(differing: table) }
                try await Task.sleep(for: .seconds(1))
            }
        }
        return nil
    }

    private struct Look {
        var verdict: ChecksumLedger.Verdict
        /// Up to which batch all was in the warehouse before.
        var acknowledged: UInt64
        /// The highest number that was claimed after it.
        var claimed: UInt64
    }

    /// - Returns: nil if the table was not being streamed all the time.
    private func look(at table: String) async throws -> Look? {
        guard let view = TableName(parsing: table).flatMap(view), !held.contains(table) else { return nil }
        let state = try await progress.tables()[table]
        guard state?.phase == .streaming else { return nil }
        let acknowledged = try await progress.checkpoint()?.acknowledged ?? 0
        let began = ContinuousClock.now
        // Also if it fails after a while.
        defer { busy += .now - began }
        let shown = try await views.shown(view)
        let claimed = try await progress.claimed()
        var ledger = ledgers[table] ?? ChecksumLedger()
        let start = min(ledger.start(acknowledged: acknowledged), acknowledged)
        let entries = try await store.entries(of: table, above: start)
        // A new copy, a TRUNCATE or a repair in between makes the check void.
        guard try await progress.tables()[table] == state, !held.contains(table) else { return nil }
        // Without a view there is nothing that could be right.
        let verdict =
            shown.map { ledger.compare($0, acknowledged: acknowledged, entries: entries) }
            ?? (ledger.bases.isEmpty ? .unknown : .different)
        ledgers[table] = ledger
        return Look(verdict: verdict, acknowledged: acknowledged, claimed: claimed)
    }

    private func foundEqual(_ table: String) -> ChecksumStore.Result {
        let ledger = ledgers[table]
        // What was found to differ is so until the rows have been compared: the checksum may have begun again
        // meanwhile.
        let isEqual = different[table] == nil
        if isEqual {
            observer.checksumCompared(table: table, isEqual: true, at: Date().timeIntervalSince1970)
            if let base = ledger?.settled { confirms(table, base.number) }
        }
        return .init(table: table, base: ledger?.settled, isEqual: isEqual)
    }

    private func found(differing table: String) async throws -> ChecksumStore.Result {
        observer.checksumCompared(table: table, isEqual: false, at: Date().timeIntervalSince1970)
        if different[table] == nil {
            different[table] = try await views.now()
            logger.warning(
                "the warehouse does not show what was written to it",
                metadata: ["table": "\(table)", "fix": "leat verify \(table)"]
            )
            await differs(table)
        }
        return .init(table: table, base: ledgers[table]?.settled, isEqual: false)
    }
}
