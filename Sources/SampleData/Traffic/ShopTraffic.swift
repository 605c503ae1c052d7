import Logging
import MySQLClient

/// Endless changes to a shop: orders that come in and go their way, customers, reviews, stock.
///
/// About 55 % of all row changes are inserts, 38 % updates and 7 % deletes, in transactions over several tables; among
/// them are rolled-back transactions, changes of primary keys, rows changed and deleted in one transaction, keys
/// deleted and inserted again in one transaction, and changes to the oldest rows. What is done depends on the seed
/// alone (`TrafficPlan`). Traffic reads nothing but the newest keys when it starts, and continues from there after any
/// end of an earlier run; one traffic at a time may run on a database.
package struct ShopTraffic: Sendable {
    let session: ShopSession
    let rate: Double
    let seed: UInt64?
    let connections: Int
    /// Rounds of each lane after which to end; nil: endless. For tests.
    var roundsMax: Int?

    /// - Parameters:
    ///   - endpoint: a user that may change rows in `database`.
    ///   - database: one that `ShopLoader` has filled.
    ///   - rate: row changes per second; more than 0.
    ///   - seed: what to do; nil: the seed of the shop.
    ///   - connections: 1…8.
    package init(
        endpoint: MySQLEndpoint,
        database: String = "shop",
        rate: Double,
        seed: UInt64? = nil,
        connections: Int = 4,
        logger: Logger = Logger(label: "leat.generator")
    ) {
        session = ShopSession(endpoint: endpoint, database: database, logger: logger)
        self.rate = max(rate, 0.001)
        self.seed = seed
        self.connections = min(max(connections, 1), TrafficPlan.lanes)
    }

    /// Runs until the task is cancelled; transactions that have begun are finished then.
    ///
    /// Deadlocks, lock waits and a server that is away for less than a minute are survived.
    ///
    /// - Parameter statistics: called about once a second, on any thread.
    /// - Returns: what was done in all.
    /// - Throws: `ShopError` `.noShop` or `.foreignRows`, or `MySQLError`.
    @discardableResult
    package func run(
        statistics: @escaping @Sendable (TrafficStatistics) -> Void = { _ in }
    ) async throws -> TrafficStatistics {
        let beginning = try await session.withConnection(database: session.database) { connection in
            let plan = try await plan(connection)
            return Beginning(plan: plan, position: try await position(plan, connection))
        }
        let control = TrafficControl(rate: rate, rounds: beginning.position.rounds)
        // Not a child task: cancelling must not cut a transaction, only tell the workers to stop after it.
        let work = Task { try await keepBusy(beginning, control, statistics) }
        try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            control.stop()
        }
        return control.statistics
    }

    private struct Beginning: Sendable {
        var plan: TrafficPlan
        var position: Position
    }

    private func keepBusy(
        _ beginning: Beginning,
        _ control: TrafficControl,
        _ statistics: @escaping @Sendable (TrafficStatistics) -> Void
    ) async throws {
        async let reports: Void = control.report(every: .seconds(1), statistics)
        defer { control.stop() }
        try await withThrowingTaskGroup(of: Void.self) { workers in
            for index in 0..<connections {
                let worker = TrafficWorker(
                    session: session,
                    plan: beginning.plan,
                    control: control,
                    lanes: (0..<TrafficPlan.lanes).filter { $0 % connections == index },
                    uncertainBefore: beginning.position.uncertainBefore,
                    roundsMax: roundsMax
                )
                workers.addTask {
                    do {
                        try await worker.run()
                    } catch {
                        control.stop()
                        throw error
                    }
                }
            }
            try await workers.waitForAll()
        }
        control.stop()
        await reports
    }

    // MARK: Where to start

    /// Reads from the tables' comments which shop this is.
    private func plan(_ connection: MySQLConnection) async throws -> TrafficPlan {
        let comments = try await session.comments(connection)
        guard comments.count == ShopTable.allCases.count,
            let provenance = comments[ShopTable.orders.name].flatMap(ShopProvenance.init(comment:))
        else {
            throw ShopError(
                .noShop,
                "database `\(session.database)` on \(session.endpoint.address) holds no shop of this generator",
                remedy: "fill it first: leat generate mysql --rows N"
            )
        }
        let scale = ShopScale(rows: provenance.rows)
        return TrafficPlan(model: ShopModel(seed: provenance.seed, scale: scale), seed: seed ?? provenance.seed)
    }

    struct Position: Sendable, Equatable {
        /// The next round of each lane.
        var rounds: [Int]
        /// Rounds below this may have been done in part.
        var uncertainBefore: [Int]
    }

    private func position(_ plan: TrafficPlan, _ connection: MySQLConnection) async throws -> Position {
        let scale = plan.model.scale
        // Every round brings new customers: they bound how far traffic can have come, also where orders are gone
        // (TRUNCATE) or someone else wrote orders under high ids.
        let customer = try await connection.query("SELECT MAX(id) FROM customers WHERE id > \(scale.customers)")
        let reached = ShopTraffic.round(ofCustomer: customer.scalar.flatMap { Int($0) }, scale)
        let bound = TrafficPlan.Keys(scale, lane: 0, round: reached + TrafficControl.leadMax + 2).order(0)
        // Lanes keep together within `leadMax` rounds, so the newest orders show where each of them is.
        let newest = (2 * TrafficControl.leadMax + 4) * TrafficPlan.lanes * TrafficPlan.ordersPerRound
        let ids = try await connection.query(
            "SELECT id FROM orders WHERE id > \(scale.orders) AND id < \(bound) ORDER BY id DESC LIMIT \(newest)"
        )
        let orders = ids.rows.compactMap { $0.first.flatMap { $0 }.flatMap { Int($0) } }
        return ShopTraffic.position(orders: orders, reached: reached, scale)
    }

    /// The round in which the newest customer came; −1 for none.
    static func round(ofCustomer id: Int?, _ scale: ShopScale) -> Int {
        id.map { ($0 - scale.customers - 1) / 2 / TrafficPlan.lanes } ?? -1
    }

    /// - Parameters:
    ///   - orders: ids of the newest orders of the traffic.
    ///   - reached: the highest round of any lane as the customers show it; −1 for none.
    static func position(orders: [Int], reached: Int, _ scale: ShopScale) -> Position {
        var latest = [Int?](repeating: nil, count: TrafficPlan.lanes)
        for id in orders {
            guard let (lane, round) = TrafficPlan.Keys.position(ofOrder: id, scale) else { continue }
            latest[lane] = max(latest[lane] ?? 0, round)
        }
        let newest = latest.compactMap { $0 }.max() ?? -1
        if reached > newest + TrafficControl.leadMax {
            // Beyond all that any lane can have done.
            let round = reached + TrafficControl.leadMax + 1
            return Position(
                rounds: [Int](repeating: round, count: TrafficPlan.lanes),
                uncertainBefore: [Int](repeating: round, count: TrafficPlan.lanes)
            )
        }
        // The last round that began is done again: what was committed is found to be there.
        return Position(rounds: latest.map { $0 ?? 0 }, uncertainBefore: latest.map { ($0 ?? 0) + 1 })
    }
}
