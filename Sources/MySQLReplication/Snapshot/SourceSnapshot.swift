import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import PipelineCore

/// A view of the source at one moment, and the transactions that it holds.
///
/// No statement of MySQL gives both at once. What was executed before the view is in it; what was executed after it, or
/// was about to be committed then, may be: a transaction shows a moment before `gtid_executed` has it, and is in
/// `gtid_owned` until then.
struct SourceSnapshot: Sendable, Equatable {
    let holds: GTIDSet
    /// Transactions that it may hold or not.
    let uncertain: GTIDSet

    /// - Parameters:
    ///   - before: what was executed before the view.
    ///   - owned: what was about to be committed after it.
    ///   - after: what was executed after that.
    init(before: GTIDSet, owned: GTIDSet, after: GTIDSet) {
        holds = before
        uncertain = after.union(owned).subtracting(before)
    }

    /// GTIDs as `gtid_owned` has them, each with the number of its thread: `…:23#12:24#13`, and nothing between those
    /// of one server and of the next.
    ///
    /// Source: https://dev.mysql.com/doc/refman/8.4/en/replication-options-gtids.html (gtid_owned)
    static func owned(parsing text: String) throws(GTIDError) -> GTIDSet {
        let server = /[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/
        let starts = text.ranges(of: server).map(\.lowerBound)
        let servers = starts.indices.map { index in
            text[starts[index]..<(index + 1 < starts.count ? starts[index + 1] : text.endIndex)]
                .replacing(/#[0-9]+/, with: "").trimmingPrefix(/[ ,]+/).prefix { $0 != "," && $0 != " " }
        }
        return try GTIDSet(parsing: servers.joined(separator: ","))
    }
}

extension RangeSession {
    /// How often a moment is looked for in which nothing is being committed.
    private static let momentsMax = 12
    /// How long the table's lock is waited for: writers wait behind whoever waits.
    private static let lockSeconds = 3
    /// The stream stands still meanwhile, and must not wait for a host that is gone.
    private static let answerMax = Duration.seconds(10)

    /// Opens a view of the source that the following statements of this connection read.
    ///
    /// - Parameter isLocking: whether nobody may change the table while it is opened, so that nothing of the table is
    ///   uncertain; for that moment writers wait. The account needs the privilege LOCK TABLES, or it is done without.
    /// - Throws: ``TableCopier/Interruption/refused(_:)`` for a storage engine that has no such view; `MySQLError`.
    func openSnapshot(isLocking: Bool) async throws -> SourceSnapshot {
        try await requireSnapshots()
        let connection = inspector.connection
        _ = try await connection.query(
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            timeout: Self.answerMax
        )
        if isLocking, let lock = try await lockTable() {
            do {
                let snapshot = try await openSnapshot()
                // What is uncertain changes other tables: the lock waits for whoever has changed this one.
                await lock.close()
                return SourceSnapshot(before: snapshot.holds, owned: GTIDSet(), after: snapshot.holds)
            } catch {
                await lock.close()
                throw error
            }
        }
        var snapshot = try await openSnapshot()
        for count in 1..<Self.momentsMax where !snapshot.uncertain.isEmpty {
            _ = try await connection.query("ROLLBACK", timeout: Self.answerMax)
            try await Task.sleep(for: .milliseconds(count))
            snapshot = try await openSnapshot()
        }
        return snapshot
    }

    private func openSnapshot() async throws -> SourceSnapshot {
        func ask(_ sql: String) async throws -> String {
            try await inspector.connection.query(sql, timeout: Self.answerMax).scalar ?? ""
        }
        let before = try GTIDSet(parsing: try await ask("SELECT @@GLOBAL.gtid_executed"))
        _ = try await ask("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        let owned = try SourceSnapshot.owned(parsing: try await ask("SELECT @@GLOBAL.gtid_owned"))
        let after = try GTIDSet(parsing: try await ask("SELECT @@GLOBAL.gtid_executed"))
        return SourceSnapshot(before: before, owned: owned, after: after)
    }

    /// Which of the transactions that were uncertain have been executed since: those that have not were not in the
    /// view, for nobody takes that long between showing a transaction and recording it.
    func executed(of uncertain: GTIDSet) async throws -> GTIDSet {
        for _ in 0..<10 where try await !inspector.executedGTIDs().isSuperset(of: uncertain) {
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await inspector.executedGTIDs().intersection(uncertain)
    }

    /// A connection that keeps others from changing the table as long as it is open; nil where the account may not, or
    /// somebody has changed it in a transaction that does not end.
    private func lockTable() async throws -> SourceInspector? {
        let lock = try await SourceInspector(endpoint: inspector.endpoint, logger: logger)
        do {
            let connection = lock.connection
            _ = try await connection.query(
                "SET SESSION lock_wait_timeout = \(Self.lockSeconds)",
                timeout: Self.answerMax
            )
            _ = try await connection.query(
                "LOCK TABLES \(mapping.definition.name.quoted) READ",
                timeout: Self.answerMax
            )
            return lock
        } catch let error as MySQLError where [1044, 1142, 1205, 1227].contains(error.server?.errno) {
            await lock.close()
            return nil
        } catch {
            await lock.close()
            throw error
        }
    }

    private func requireSnapshots() async throws {
        let name = mapping.definition.name
        let engine = try await inspector.connection.query(
            """
            SELECT engine FROM information_schema.tables \
            WHERE table_schema = \(InformationSchema.quoted(name.database)) \
            AND table_name = \(InformationSchema.quoted(name.table))
            """,
            timeout: Self.answerMax
        ).scalar
        guard let engine, engine.lowercased() != "innodb" else { return }
        throw TableCopier.Interruption.refused(
            TableRefusal(
                cause: "it has no key, and its storage engine \(engine) shows no consistent state to copy",
                remedy: "ALTER TABLE \(name.quoted) ENGINE = InnoDB, or add a primary key",
                isRetried: true
            )
        )
    }
}
