import Testing

@testable import SampleData

@Suite("What traffic does")
struct TrafficPlanTests {
    private static func plan(seed: UInt64 = 1) -> TrafficPlan {
        TrafficPlan(model: ShopModel(seed: 7, scale: ShopScale(rows: 2000)), seed: seed)
    }

    /// Rows of every kind in rounds that are past the beginning.
    private static func counts(_ transactions: [TrafficTransaction]) -> [TrafficStatement.Kind: Int] {
        transactions.filter { !$0.isRolledBack }.flatMap(\.statements).reduce(into: [:]) { counts, statement in
            counts[statement.kind, default: 0] += statement.rows
        }
    }

    @Test("about 55 % inserts, 38 % updates and 7 % deletes")
    func mix() {
        let plan = TrafficPlanTests.plan()
        let transactions = (20..<60).flatMap { round in
            (0..<TrafficPlan.lanes).flatMap { plan.round(round, lane: $0) }
        }
        let counts = TrafficPlanTests.counts(transactions)
        let total = Double(counts.values.reduce(0, +))
        func share(_ kind: TrafficStatement.Kind) -> Double { Double(counts[kind, default: 0]) / total }
        #expect(abs(share(.insert) - 0.55) < 0.02, "\(share(.insert))")
        #expect(abs(share(.update) - 0.38) < 0.02, "\(share(.update))")
        #expect(abs(share(.delete) - 0.07) < 0.01, "\(share(.delete))")
        let rolledBack = transactions.count { $0.isRolledBack }
        #expect(rolledBack > transactions.count / 100 && rolledBack < transactions.count / 5, "\(rolledBack)")
        #expect(transactions.count { $0.statements.count > 1 } > transactions.count / 3)
    }

    @Test("a round is the same each time, and depends on the seed")
    func determinism() {
        let plan = TrafficPlanTests.plan()
        #expect(plan.round(12, lane: 3) == plan.round(12, lane: 3))
        #expect(plan.round(12, lane: 3) != plan.round(12, lane: 4))
        #expect(plan.round(12, lane: 3) != TrafficPlanTests.plan(seed: 2).round(12, lane: 3))
    }

    @Test("a round begins with an order, and early rounds do without what they would build on")
    func beginnings() {
        let plan = TrafficPlanTests.plan()
        for round in 0..<12 {
            let transactions = plan.round(round, lane: 0)
            #expect(transactions.first?.statements.first?.sql.hasPrefix("INSERT INTO `orders`") == true)
            #expect(transactions.allSatisfy { !$0.statements.isEmpty })
        }
        #expect(TrafficPlanTests.counts(plan.round(0, lane: 1))[.delete, default: 0] == 0)
    }

    @Test("what breaks a careless replication is among it")
    func hardCases() {
        let plan = TrafficPlanTests.plan()
        let transactions = (10..<40).flatMap { plan.round($0, lane: 2) }
        func contains(_ first: String, _ second: String) -> Bool {
            transactions.contains { transaction in
                let sql = transaction.statements.map(\.sql)
                guard let index = sql.firstIndex(where: { $0.hasPrefix(first) }) else { return false }
                return sql[index...].dropFirst().contains { $0.hasPrefix(second) }
            }
        }
        #expect(contains("UPDATE `addresses`", "DELETE FROM `addresses`"))
        #expect(contains("DELETE FROM `reviews`", "INSERT INTO `reviews`"))
        #expect(contains("DELETE FROM `addresses`", "INSERT INTO `addresses`"))
        #expect(contains("INSERT INTO `orders`", "INSERT INTO `order_items`"))
        let sql = transactions.flatMap(\.statements).map(\.sql)
        #expect(sql.contains { $0.hasPrefix("UPDATE `reviews` SET id = ") })
        #expect(sql.contains { $0.hasPrefix("UPDATE `inventory` SET warehouse_id = ") })
        for table in ShopTable.allCases {
            #expect(sql.contains { $0.hasPrefix("INSERT INTO `\(table.name)`") }, "\(table.name)")
        }
    }

    @Test("lanes and rounds never share a key, nor use one of the initial data")
    func keys() {
        let scale = ShopScale(rows: 500)
        var orders: Set<Int> = []
        var customers: Set<Int> = []
        var addresses: Set<Int> = []
        var reviews: Set<Int> = []
        var products: Set<Int> = []
        for lane in 0..<TrafficPlan.lanes {
            for round in 0..<20 {
                let keys = TrafficPlan.Keys(scale, lane: lane, round: round)
                for place in 0..<8 {
                    #expect(orders.insert(keys.order(place)).inserted)
                    #expect(reviews.insert(keys.review(place)).inserted)
                    #expect(reviews.insert(keys.review(place, isMoved: true)).inserted)
                    let position = TrafficPlan.Keys.position(ofOrder: keys.order(place), scale)
                    #expect(position?.lane == lane && position?.round == round)
                }
                for place in 0..<2 { #expect(customers.insert(keys.customer(place)).inserted) }
                for place in 0..<4 { #expect(addresses.insert(keys.address(place)).inserted) }
                #expect(products.insert(keys.product).inserted)
                let warehouses = keys.warehouses
                #expect(Set([warehouses.first, warehouses.second, warehouses.target]).count == 3)
                #expect(warehouses.target <= ShopScale.warehouses)
            }
        }
        #expect(orders.min() == scale.orders + 1 && customers.min() == scale.customers + 1)
        #expect(addresses.min() == scale.addresses + 1 && reviews.min() == scale.reviews + 1)
        #expect(TrafficPlan.Keys.position(ofOrder: scale.orders, scale) == nil)
    }

    @Test("a restart finds where each lane was and does its last round again")
    func position() {
        let scale = ShopScale(rows: 500)
        #expect(
            ShopTraffic.position(orders: [], reached: -1, scale)
                == ShopTraffic.Position(
                    rounds: [Int](repeating: 0, count: 8),
                    uncertainBefore: [Int](repeating: 1, count: 8)
                )
        )
        let orders = (0..<8).flatMap { lane in
            (0...(lane + 3)).map { TrafficPlan.Keys(scale, lane: lane, round: $0).order(2) }
        }
        let customer = TrafficPlan.Keys(scale, lane: 7, round: 10).customer(0)
        let found = ShopTraffic.position(
            orders: orders,
            reached: ShopTraffic.round(ofCustomer: customer, scale),
            scale
        )
        #expect(found.rounds == [3, 4, 5, 6, 7, 8, 9, 10])
        #expect(found.uncertainBefore == [4, 5, 6, 7, 8, 9, 10, 11])
        // Orders were truncated: begin beyond everything that may be there.
        let later = TrafficPlan.Keys(scale, lane: 0, round: 500).customer(1)
        let beyond = ShopTraffic.position(
            orders: [],
            reached: ShopTraffic.round(ofCustomer: later, scale),
            scale
        )
        #expect(beyond.rounds == [Int](repeating: 509, count: 8))
    }

    @Test("pace: even, late changes are caught up with, long breaks are not")
    func pacer() {
        let start = ContinuousClock.now
        var pacer = TrafficPacer(rate: 100, start: start)
        #expect(pacer.turn(rows: 10, now: start) == start)
        #expect(pacer.turn(rows: 20, now: start) == start + .milliseconds(100))
        #expect(pacer.turn(rows: 1, now: start + .seconds(2)) == start + .milliseconds(300))
        let late = start + .seconds(60)
        #expect(pacer.turn(rows: 1, now: late) == late - TrafficPacer.catchUpMax)
    }
}
