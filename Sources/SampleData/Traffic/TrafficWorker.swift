import Logging
import MySQLClient
import MySQLProtocol

/// One connection of the traffic: does the rounds of its lanes until asked to stop.
struct TrafficWorker {
    let session: ShopSession
    let plan: TrafficPlan
    let control: TrafficControl
    let lanes: [Int]
    /// Rounds below this, by lane, may have been done in part by an earlier run.
    let uncertainBefore: [Int]
    /// How many rounds each lane does; nil: endless.
    let roundsMax: Int?

    /// How long a lost server is waited for.
    static let patience: Duration = .seconds(60)
    private static let statementTimeout: Duration = .seconds(60)

    func run() async throws {
        var connection = try await connect()
        do {
            var isDone = false
            while !isDone, !control.isStopping {
                isDone = true
                for lane in lanes {
                    guard let round = await control.nextRound(lane: lane) else { break }
                    if let roundsMax, round >= roundsMax { continue }
                    isDone = false
                    guard try await run(round, lane, &connection) else { break }
                    control.finishedRound(lane: lane)
                }
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private func connect() async throws -> MySQLConnection {
        let connection = try await session.connect(database: session.database)
        do {
            try await connection.execute("SET SESSION autocommit = 0")
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    /// - Returns: false where it was stopped between two transactions.
    private func run(_ round: Int, _ lane: Int, _ connection: inout MySQLConnection) async throws -> Bool {
        for transaction in plan.round(round, lane: lane) {
            guard await control.waitForTurn(rows: transaction.rows) else { return false }
            try await run(transaction, mayBeDone: round < uncertainBefore[lane], &connection)
        }
        return true
    }

    private func run(
        _ transaction: TrafficTransaction,
        mayBeDone: Bool,
        _ connection: inout MySQLConnection
    ) async throws {
        var mayBeDone = mayBeDone
        var statistics = TrafficStatistics()
        while true {
            do {
                try await attempt(transaction, connection, &statistics)
                control.add(statistics)
                return
            } catch let error as MySQLError {
                let retries = statistics.retried + 1
                statistics = TrafficStatistics()
                statistics.retried = retries
                let isAlive = await rollBack(connection)
                if error.server?.errno == TrafficWorker.duplicateKey {
                    // Its rows are there: it was committed before the connection or the process was lost.
                    if mayBeDone { return }
                    throw foreignRows(error)
                }
                guard error.isTransient else { throw error }
                // It was rolled back; the next run does the round again.
                if control.isStopping { return }
                session.logger.notice(
                    "repeating a transaction of the traffic",
                    metadata: ["reason": "\(error.code)", "errno": "\(error.server?.errno ?? 0)"]
                )
                if !isAlive {
                    guard let newConnection = try await reconnect() else { return }
                    connection = newConnection
                    mayBeDone = true
                }
            }
        }
    }

    /// - Returns: false where the connection is lost.
    private func rollBack(_ connection: MySQLConnection) async -> Bool {
        if connection.isOpen, (try? await connection.execute("ROLLBACK", timeout: .seconds(5))) != nil { return true }
        await connection.close()
        return false
    }

    /// `ER_DUP_ENTRY`
    private static let duplicateKey: UInt16 = 1062

    private func attempt(
        _ transaction: TrafficTransaction,
        _ connection: MySQLConnection,
        _ statistics: inout TrafficStatistics
    ) async throws {
        for statement in transaction.statements {
            let outcome = try await connection.execute(statement.sql, timeout: TrafficWorker.statementTimeout)
            if !transaction.isRolledBack { statistics.count(statement.kind, Int(clamping: outcome.affectedRows)) }
        }
        try await connection.execute(
            transaction.isRolledBack ? "ROLLBACK" : "COMMIT",
            timeout: TrafficWorker.statementTimeout
        )
        if transaction.isRolledBack { statistics.rolledBack += 1 } else { statistics.transactions += 1 }
    }

    /// - Returns: nil when it is time to stop.
    private func reconnect() async throws -> MySQLConnection? {
        let deadline = ContinuousClock.now + TrafficWorker.patience
        var pause: Duration = .milliseconds(200)
        while !control.isStopping {
            do {
                return try await connect()
            } catch let failure as MySQLError where failure.isTransient && .now < deadline {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(3))
            }
        }
        return nil
    }

    private func foreignRows(_ error: MySQLError) -> ShopError {
        ShopError(
            .foreignRows,
            "somebody else writes under the keys of the traffic in `\(session.database)` on \(session.endpoint.address)"
                + " (MySQL error \(error.server?.errno ?? 0))",
            remedy: "run one traffic at a time on a database, and let it finish before the next one starts"
        )
    }
}
