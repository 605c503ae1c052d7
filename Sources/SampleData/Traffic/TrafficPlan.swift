import ColumnarBytes

/// What traffic does, as a pure function of seed, lane and round.
///
/// Traffic runs in eight lanes that touch disjoint rows, so that the state of the database depends on how many rounds
/// each lane has done and not on which connection was faster. A round places eight orders and takes orders of earlier
/// rounds of its lane further: paid, packed, shipped, delivered, reviewed, returned, cancelled, removed. Every
/// statement names its rows by key and sets values rather than changing them, so a round that was cut short can be done
/// again.
///
/// New rows get keys above those of the initial data, computed from lane and round (see `Keys`).
struct TrafficPlan: Sendable {
    /// Fixed: keys depend on it.
    static let lanes = 8
    static let ordersPerRound = 8

    let model: ShopModel
    let seed: UInt64

    /// The transactions of a round, in order.
    ///
    /// The first places an order: rounds that have begun show by the orders' ids.
    func round(_ number: Int, lane: Int) -> [TrafficTransaction] {
        let keys = Keys(model.scale, lane: lane, round: number)
        var random = random(keys)
        var script = TrafficScript()
        placeOrders(keys, &random, &script)
        signUp(keys, &random, &script)
        pay(keys, &script)
        pack(keys, &script)
        ship(keys, &script)
        deliver(keys, &script)
        closeOrders(keys, &script)
        review(keys, &random, &script)
        catalogue(keys, &random, &script)
        changeOldRows(keys, &random, &script)
        return script.transactions
    }

    private func random(_ keys: Keys) -> RowRandom {
        RowRandom(seed: seed, table: .orders, key: UInt64(keys.ordinal), stream: .traffic)
    }

    // MARK: Orders

    private func placeOrders(_ keys: Keys, _ random: inout RowRandom, _ script: inout TrafficScript) {
        // One customer at a time mostly; now and then an import of several orders.
        var first = 0
        let failing = random.next(below: 8)
        for size in random.chance(500) ? [1, 1, 1, 2, 3] : [1, 3, 2, 1, 1] {
            let orders = (first..<first + size).map { model.order(keys.order($0)) }
            first += size
            if failing == first { place(orders, isRolledBack: true, &script) }
            place(orders, isRolledBack: false, &script)
        }
    }

    private func place(_ orders: [OrderFacts], isRolledBack: Bool, _ script: inout TrafficScript) {
        let totals = orders.map(model.totals(of:))
        script.transaction(isRolledBack: isRolledBack) { script in
            script.insert(.orders) { row in
                for (order, totals) in zip(orders, totals) {
                    model.order(order, totals: totals, status: TrafficPlan.firstStatus(order), into: &row)
                }
                return orders.count
            }
            script.insert(.orderItems) { row in orders.reduce(0) { $0 + model.orderItems(of: $1, into: &row) } }
            script.insert(.payments) { row in
                zip(orders, totals).reduce(0) { count, entry in
                    let status = TrafficPlan.firstStatus(entry.0)
                    return count + model.payments(of: entry.0, totals: entry.1, status: status, into: &row)
                }
            }
        }
    }

    private static func firstStatus(_ order: OrderFacts) -> OrderStatus {
        order.isPaidAtOnce && order.path != .cancelledBeforePayment ? .paid : .placed
    }

    private static func isFulfilled(_ order: OrderFacts) -> Bool { order.path == .delivered || order.path == .returned }

    /// Orders of an earlier round of this lane that meet a condition; none before the first.
    private func orders(_ keys: Keys, ago rounds: Int, _ condition: (OrderFacts) -> Bool) -> [OrderFacts] {
        guard let earlier = keys.earlier(rounds) else { return [] }
        return (0..<TrafficPlan.ordersPerRound).map { model.order(earlier.order($0)) }.filter(condition)
    }

    private func pay(_ keys: Keys, _ script: inout TrafficScript) {
        let orders = orders(keys, ago: 1) { !$0.isPaidAtOnce && $0.path != .cancelledBeforePayment }
        script.transaction { script in
            script.update(
                .orders,
                "status = 'paid', paid_at = \(keys.now6), updated_at = \(keys.now3)",
                where: "id IN (\(TrafficPlan.list(orders.map(\.id))))",
                rows: orders.count
            )
            script.update(
                .payments,
                "status = 'captured', processed_at = \(keys.now6)",
                where: "id IN (\(TrafficPlan.list(orders.map { ShopModel.paymentID(of: $0.id, .main) })))",
                rows: orders.count
            )
        }
    }

    /// Every other order is shown as packed; the rest goes directly from paid to shipped.
    private func pack(_ keys: Keys, _ script: inout TrafficScript) {
        let orders = orders(keys, ago: 2) { TrafficPlan.isFulfilled($0) && $0.id % 2 == 0 }
        script.transaction { script in
            script.update(
                .orders,
                "status = 'packed', packed_at = \(keys.now6), updated_at = \(keys.now3)",
                where: "id IN (\(TrafficPlan.list(orders.map(\.id))))",
                rows: orders.count
            )
        }
    }

    private func ship(_ keys: Keys, _ script: inout TrafficScript) {
        let orders = orders(keys, ago: 3, TrafficPlan.isFulfilled)
        script.transaction { script in
            script.update(
                .orders,
                "status = 'shipped', packed_at = COALESCE(packed_at, \(keys.now6)), shipped_at = \(keys.now6),"
                    + " updated_at = \(keys.now3)",
                where: "id IN (\(TrafficPlan.list(orders.map(\.id))))",
                rows: orders.count
            )
            script.insert(.shipments) { row in
                for order in orders { model.shipment(of: order, status: .shipped, shipped: keys.now, into: &row) }
                return orders.count
            }
        }
    }

    private func deliver(_ keys: Keys, _ script: inout TrafficScript) {
        let orders = orders(keys, ago: 4, TrafficPlan.isFulfilled)
        script.transaction { script in
            script.update(
                .orders,
                "status = 'delivered', delivered_at = \(keys.now6), updated_at = \(keys.now3)",
                where: "id IN (\(TrafficPlan.list(orders.map(\.id))))",
                rows: orders.count
            )
            script.update(
                .shipments,
                "status = 'delivered', delivered_at = \(keys.now6), updated_at = \(keys.now3),"
                    + " transit_time = TIMEDIFF(delivered_at, shipped_at)",
                where: "id IN (\(TrafficPlan.list(orders.map { ShopModel.shipmentID(of: $0.id) })))",
                rows: orders.count
            )
        }
    }

    /// Cancels and returns orders with their money, and removes some of those that were cancelled.
    private func closeOrders(_ keys: Keys, _ script: inout TrafficScript) {
        let unpaid = orders(keys, ago: 2) { $0.path == .cancelledBeforePayment }
        let refunded =
            orders(keys, ago: 2) { $0.path == .cancelledAfterPayment } + orders(keys, ago: 6) { $0.path == .returned }
        for order in unpaid + refunded {
            script.transaction { script in
                script.update(
                    .orders,
                    "status = '\(order.path == .returned ? "returned" : "cancelled")', closed_at = \(keys.now6),"
                        + " updated_at = \(keys.now3)",
                    where: "id = \(order.id)",
                    rows: 1
                )
                if order.path == .cancelledBeforePayment {
                    script.update(
                        .payments,
                        "status = 'failed', processed_at = \(keys.now6)",
                        where: "id = \(ShopModel.paymentID(of: order.id, .main))",
                        rows: 1
                    )
                } else {
                    let amount = model.totals(of: order).amount
                    script.insert(.payments) { row in
                        model.payment(
                            .refund,
                            of: order,
                            amount: amount,
                            status: .returned,
                            refundedAt: keys.now,
                            into: &row
                        )
                        return 1
                    }
                }
                if order.path == .returned {
                    script.update(
                        .shipments,
                        "status = 'returned', updated_at = \(keys.now3)",
                        where: "id = \(ShopModel.shipmentID(of: order.id))",
                        rows: 1
                    )
                }
            }
        }
        let cancelled = orders(keys, ago: 7) {
            $0.path == .cancelledBeforePayment || $0.path == .cancelledAfterPayment && $0.id % 2 == 0
        }
        for order in cancelled {
            script.transaction { script in
                script.delete(.orderItems, where: "order_id = \(order.id)", rows: order.lines)
                let payments = model.paymentCount(of: order, in: .cancelled)
                let first = ShopModel.paymentID(of: order.id, .failedAttempt)
                let last = ShopModel.paymentID(of: order.id, .refund)
                script.delete(.payments, where: "id BETWEEN \(first) AND \(last)", rows: payments)
                script.delete(.orders, where: "id = \(order.id)", rows: 1)
            }
        }
    }

    static func list(_ ids: [Int]) -> String { ids.map(String.init).joined(separator: ", ") }
}
