/// Customers, reviews, catalogue and old rows in a round.
extension TrafficPlan {
    func signUp(_ keys: Keys, _ random: inout RowRandom, _ script: inout TrafficScript) {
        script.transaction { script in
            script.insert(.customers) { row in
                for place in 0..<2 { model.customer(keys.customer(place), registered: keys.now, into: &row) }
                return 2
            }
            script.insert(.addresses) { row in
                for place in 0..<4 {
                    model.address(
                        keys.address(place),
                        of: keys.customer(place % 2),
                        created: keys.now,
                        into: &row
                    )
                }
                return 4
            }
        }
        guard let earlier = keys.earlier(8) else { return }
        // Customers tidy up: an address is corrected and then deleted in one transaction.
        script.transaction { script in
            let address = earlier.address(2)
            script.update(
                .addresses,
                "directions = 'moved out 📦', is_default = 0",
                where: "id = \(address)",
                rows: 1
            )
            script.delete(.addresses, where: "id = \(address)", rows: 1)
            // Deleted and put in again under the same key, with other content.
            let other = earlier.address(3)
            script.delete(.addresses, where: "id = \(other)", rows: 1)
            script.insert(.addresses) { row in
                model.address(other, of: earlier.customer(1), created: keys.now, version: 1, into: &row)
                return 1
            }
        }
        if random.chance(500) {
            script.transaction { script in
                script.delete(.addresses, where: "id = \(earlier.address(0))", rows: 1)
            }
        }
    }

    /// Which of a round's orders are reviewed.
    private func isReviewed(_ order: OrderFacts) -> Bool { order.path == .delivered && order.id % 5 < 3 }

    private func places(_ keys: Keys, _ condition: (OrderFacts) -> Bool) -> [Int] {
        (0..<TrafficPlan.ordersPerRound).filter { condition(model.order(keys.order($0))) }
    }

    func review(_ keys: Keys, _ random: inout RowRandom, _ script: inout TrafficScript) {
        if let earlier = keys.earlier(5) {
            let places = places(earlier, isReviewed)
            script.transaction { script in
                script.insert(.reviews) { row in
                    for place in places { write(review: place, earlier, version: 0, at: keys.now, &row) }
                    return places.count
                }
            }
        }
        // Two rounds later some are edited, get another key, or are written again under their key.
        if let earlier = keys.earlier(7) {
            for place in places(earlier, isReviewed) {
                script.transaction { script in
                    let id = earlier.review(place)
                    switch fate(earlier, place) {
                    case .edited:
                        script.update(
                            .reviews,
                            "rating = \(1 + place % 5), body = CONCAT('edited: ', '✏️ it\\'s \\\\ better'), helpful = \(place),"
                                + " edited_at = \(keys.now3)",
                            where: "id = \(id)",
                            rows: 1
                        )
                    case .moved:
                        let moved = earlier.review(place, isMoved: true)
                        script.update(
                            .reviews,
                            "id = \(moved), edited_at = \(keys.now3)",
                            where: "id = \(id)",
                            rows: 1
                        )
                    case .rewritten:
                        script.delete(.reviews, where: "id = \(id)", rows: 1)
                        script.insert(.reviews) { row in
                            write(review: place, earlier, version: 1, at: keys.now, &row)
                            return 1
                        }
                    case .kept, .removed: break
                    }
                }
            }
        }
        if let earlier = keys.earlier(9) {
            let gone = places(earlier) { order in
                isReviewed(order) && (fate(earlier, order.id - earlier.order(0)) == .removed || order.id % 7 == 0)
            }
            let ids = gone.flatMap { [earlier.review($0), earlier.review($0, isMoved: true)] }
            script.transaction { script in
                script.delete(.reviews, where: "id IN (\(TrafficPlan.list(ids)))", rows: gone.count)
            }
        }
    }

    private enum Fate { case kept, edited, moved, rewritten, removed }

    private func fate(_ keys: Keys, _ place: Int) -> Fate {
        var random = RowRandom(seed: seed, table: .reviews, key: UInt64(keys.review(place)), stream: .traffic)
        switch random.next(below: 100) {
        case ..<18: return .edited
        case ..<32: return .moved
        case ..<46: return .rewritten
        case ..<72: return .removed
        default: return .kept
        }
    }

    private func write(review place: Int, _ keys: Keys, version: Int, at time: Int64, _ row: inout RowWriter) {
        let order = model.order(keys.order(place))
        let id = keys.review(place)
        var random = RowRandom(seed: model.seed, table: .reviews, key: UInt64(id), stream: .facts)
        let facts = model.review(of: order, isVerified: true, from: &random)
        let written = ShopModel.ReviewFacts(
            product: facts.product,
            customer: facts.customer,
            order: facts.order,
            rating: facts.rating,
            created: time,
            isVerified: true
        )
        model.review(id, written, version: version, into: &row)
    }

    func catalogue(_ keys: Keys, _ random: inout RowRandom, _ script: inout TrafficScript) {
        let warehouses = keys.warehouses
        script.transaction { script in
            script.insert(.products) { row in
                model.product(keys.product, created: keys.now, into: &row)
                return 1
            }
            script.insert(.inventory) { row in
                for warehouse in [warehouses.first, warehouses.second] {
                    model.inventory(warehouse: warehouse, product: keys.product, updated: keys.now, into: &row)
                }
                return 2
            }
        }
        if let earlier = keys.earlier(3), random.chance(600) {
            // Stock moves to another warehouse: part of the primary key changes.
            script.transaction { script in
                script.update(
                    .inventory,
                    "warehouse_id = \(earlier.warehouses.target), updated_at = \(keys.now3)",
                    where: "warehouse_id = \(earlier.warehouses.second) AND product_id = \(earlier.product)",
                    rows: 1
                )
            }
        }
        if let earlier = keys.earlier(10), earlier.ordinal % 3 == 0 {
            // Every third new product fails and is taken off.
            script.transaction { script in
                // By whole keys: a condition on part of the key would search, and lock, the warehouses from end to end.
                let (first, second, target) = earlier.warehouses
                script.delete(
                    .inventory,
                    where: "warehouse_id IN (\(first), \(second), \(target)) AND product_id = \(earlier.product)",
                    rows: 2
                )
                script.delete(.products, where: "id = \(earlier.product)", rows: 1)
            }
        }
    }

    /// Updates and a few deletes of the initial data, which is months or years old.
    func changeOldRows(_ keys: Keys, _ random: inout RowRandom, _ script: inout TrafficScript) {
        func old(_ count: Int) -> Int {
            // Lanes keep to their own rows: ids that leave the lane's number as remainder.
            let rows = max(count / TrafficPlan.lanes, 1)
            let id = random.next(below: rows) * TrafficPlan.lanes + keys.lane
            return min(id + 1, count)
        }
        let customer = old(model.scale.customers)
        let order = old(model.scale.orders)
        let product = old(model.scale.products)
        let review = old(model.scale.reviews)
        let points = random.next(in: 0...30_000)
        let price = random.next(in: 100...90_000)
        let isRolledBack = random.chance(60)
        script.transaction(isRolledBack: isRolledBack) { script in
            script.update(
                .customers,
                "loyalty_points = \(points), updated_at = \(keys.now3)",
                where: "id = \(customer)",
                rows: 1
            )
            script.update(
                .orders,
                "metadata = JSON_OBJECT('audit', \(keys.ordinal), 'note', 'späte Änderung 🕰️'), flags = \(points % 256),"
                    + " updated_at = \(keys.now3)",
                where: "id = \(order)",
                rows: 1
            )
            script.update(
                .products,
                "price = \(price / 100).\(price % 100 / 10)\(price % 10), updated_at = \(keys.now3)",
                where: "id = \(product)",
                rows: 1
            )
            if keys.ordinal % 2 == 0 { script.delete(.reviews, where: "id = \(review)", rows: 1) }
        }
    }
}
