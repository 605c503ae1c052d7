import Testing

@testable import SampleData

@Suite("The shop's shape")
struct ShopShapeTests {
    private static let model = ShopModel(seed: 11, scale: ShopScale(rows: 20_000))
    private static let orders: [OrderFacts] = (1...model.scale.orders).map { model.order($0) }

    @Test("the top 1 % of customers place at least 20 % of the orders, yet not nearly all")
    func customers() {
        var counts = [Int](repeating: 0, count: ShopShapeTests.model.scale.customers + 1)
        for order in ShopShapeTests.orders { counts[order.customer] += 1 }
        let top = counts.sorted(by: >).prefix(ShopShapeTests.model.scale.customers / 100).reduce(0, +)
        let share = Double(top) / Double(ShopShapeTests.orders.count)
        #expect(share >= 0.2 && share <= 0.6, "\(share)")
    }

    @Test("a few products sell most, and most products sell")
    func products() {
        var counts = [Int](repeating: 0, count: ShopShapeTests.model.scale.products + 1)
        var lines = 0
        for order in ShopShapeTests.orders {
            for number in 1...order.lines { counts[ShopShapeTests.model.line(number, of: order.id).product] += 1 }
            lines += order.lines
        }
        let top = counts.sorted(by: >).prefix(ShopShapeTests.model.scale.products / 100).reduce(0, +)
        #expect(Double(top) / Double(lines) >= 0.2)
        #expect(counts.count { $0 > 0 } > counts.count / 3)
    }

    @Test("every member of a population has exactly one rank", arguments: [1, 2, 3, 97, 100, 1500, 4096])
    func ranks(population: Int) {
        let sampler = RankSampler(population: population, seed: 5)
        #expect(Set((0..<population).map { sampler.member(ofRank: $0) }) == Set(1...population))
        #expect(sampler.rank(0) == 0)
        #expect(sampler.rank(.max) < population)
    }

    @Test("orders follow each other in time, with busy evenings and quiet nights")
    func rhythm() {
        var hours = [Int](repeating: 0, count: 24)
        var previous: Int64 = 0
        for order in ShopShapeTests.orders {
            #expect(order.placed >= previous)
            previous = order.placed
            hours[Int(order.placed / ShopTimeline.hour % 24)] += 1
        }
        #expect(previous < ShopTimeline.end)
        #expect(ShopShapeTests.orders[0].placed >= ShopTimeline.start)
        #expect(hours[20] > hours[3] * 10)
        #expect(hours.max() == hours[20] || hours.max() == hours[19])
        let months = ShopShapeTests.orders.reduce(into: [Int: Int]()) { months, order in
            let date = CivilDate(days: Int(order.placed / ShopTimeline.day))
            months[date.year * 100 + date.month, default: 0] += 1
        }
        #expect(months.count == 24)
        #expect(months[2025_12, default: 0] > months[2024_07, default: 0])
    }

    @Test("the stages of an order come in order, and statuses in their shares")
    func lifeCycles() {
        var shares: [OrderStatus: Int] = [:]
        for order in ShopShapeTests.orders {
            #expect(order.placed < order.paid && order.paid < order.packed)
            #expect(order.packed < order.shipped && order.shipped < order.delivered)
            if order.path == .returned { #expect(order.closed > order.delivered) }
            if order.path == .cancelledBeforePayment { #expect(order.closed > order.placed) }
            if order.path == .cancelledAfterPayment { #expect(order.closed > order.paid) }
            shares[order.status(at: ShopTimeline.end), default: 0] += 1
        }
        let total = Double(ShopShapeTests.orders.count)
        #expect(abs(Double(shares[.cancelled, default: 0]) / total - 0.07) < 0.01)
        #expect(abs(Double(shares[.returned, default: 0]) / total - 0.055) < 0.01)
        #expect(Double(shares[.delivered, default: 0]) / total > 0.8)
        for status in OrderStatus.allCases { #expect(shares[status, default: 0] > 0, "\(status)") }
    }

    @Test("stages in the rendered rows agree with the status")
    func stagesInRows() {
        let rows = RenderedRows(ShopGenerator(seed: 11, rows: 3000), .orders)
        let columns = ["placed_at", "paid_at", "packed_at", "shipped_at", "delivered_at", "closed_at"].map(rows.column)
        for (index, status) in rows.column("status").enumerated() {
            let times = columns.map { $0[index] }
            let reached = times.map { $0 != nil }
            switch status {
            case "placed": #expect(reached == [true, false, false, false, false, false])
            case "paid": #expect(reached == [true, true, false, false, false, false])
            case "packed": #expect(reached == [true, true, true, false, false, false])
            case "shipped": #expect(reached == [true, true, true, true, false, false])
            case "delivered": #expect(reached == [true, true, true, true, true, false])
            case "returned": #expect(reached == [true, true, true, true, true, true])
            case "cancelled": #expect(reached[0] && !reached[2] && !reached[4] && reached[5])
            default: Issue.record("status \(status ?? "NULL")")
            }
            let present = times.compactMap { $0 }
            #expect(present == present.sorted())
        }
    }

    @Test("rows of different tables agree: totals, owners, references")
    func references() {
        let generator = ShopGenerator(seed: 5, rows: 1000)
        let orders = RenderedRows(generator, .orders)
        let items = RenderedRows(generator, .orderItems)
        var gross: [String: Int64] = [:]
        for (order, total) in zip(items.column("order_id"), items.column("line_total")) {
            gross[order ?? "", default: 0] += Int64((total ?? "").filter { $0 != "." }) ?? 0
        }
        for (index, id) in orders.column("id").enumerated() {
            let amount = Int64((orders.column("amount")[index] ?? "").filter { $0 != "." }) ?? 0
            let discount = Int64((orders.column("discount")[index] ?? "").filter { $0 != "." }) ?? 0
            #expect(gross[id ?? ""] == amount + discount)
            if index > 200 { break }
        }
        let customers = Set(RenderedRows(generator, .customers).column("id"))
        let products = Set(RenderedRows(generator, .products).column("id"))
        #expect(Set(orders.column("customer_id")).isSubset(of: customers))
        #expect(Set(RenderedRows(generator, .addresses).column("customer_id")) == customers)
        #expect(Set(items.column("product_id")).isSubset(of: products))
        #expect(Set(RenderedRows(generator, .inventory).column("product_id")).isSubset(of: products))
        #expect(Set(RenderedRows(generator, .reviews).column("product_id")).isSubset(of: products))
        let shipped = zip(orders.column("id"), orders.column("status")).filter {
            ["shipped", "delivered", "returned"].contains($0.1 ?? "")
        }.map(\.0)
        #expect(RenderedRows(generator, .shipments).column("order_id") == shipped)
        #expect(Set(RenderedRows(generator, .payments).column("order_id")) == Set(orders.column("id")))
    }

    @Test("shipments travel with a device of the fleet of the same seed and size, from the site of their warehouse")
    func trackers() {
        let shipments = RenderedRows(ShopGenerator(seed: 5, rows: 20_000), .shipments)
        let fleet = FleetGenerator(seed: 5, rows: 20_000)
        let devices = Dictionary(
            uniqueKeysWithValues: (1...fleet.scale.devices).map { (fleet.model.device($0).id, fleet.model.device($0)) }
        )
        let (carriers, warehouses) = (shipments.column("carrier"), shipments.column("warehouse_id"))
        var seen: Set<String> = []
        for (index, id) in shipments.column("device_id").enumerated() {
            #expect((id == nil) == (carriers[index] == "pickup"))
            guard let id else { continue }
            seen.insert(id)
            let warehouse = Int(warehouses[index] ?? "") ?? 0
            guard let device = devices[id], device.site == (warehouse - 1) % fleet.scale.sites else {
                Issue.record("\(id) from warehouse \(warehouse)")
                return
            }
        }
        #expect(seen == Set(devices.keys))
    }

    @Test("there are emoji, long texts, awkward characters and extreme decimals")
    func extremes() {
        let generator = ShopGenerator(seed: 9, rows: 5000)
        let bodies = RenderedRows(generator, .reviews).column("body").compactMap { $0 }
        #expect(bodies.contains { $0.utf8.count > 2000 })
        #expect(bodies.contains { $0.unicodeScalars.contains { $0.value > 0xFFFF } })
        #expect(bodies.contains { $0.contains("\n") })
        #expect(bodies.contains { $0.contains("\\") })
        let descriptions = RenderedRows(generator, .products).column("description").compactMap { $0 }
        #expect(descriptions.contains { $0.utf8.count > 10_000 })
        let masses = RenderedRows(generator, .products).column("exact_mass").compactMap { $0 }
        #expect(masses.contains { $0.hasPrefix("-99999999999999999999999999999999999.9") })
        #expect(masses.contains("0.000000000000000000000000000001"))
        #expect(RenderedRows(generator, .shipments).column("transit_time").contains("-838:59:59.000"))
    }

    @Test("randomness is uniform and keys do not resemble each other")
    func randomness() {
        var buckets = [Int](repeating: 0, count: 64)
        var flips = 0
        for key in 0..<64_000 {
            var random = RowRandom(seed: 1, table: .orders, key: UInt64(key))
            var neighbour = RowRandom(seed: 1, table: .orders, key: UInt64(key + 1))
            let bits = random.next()
            buckets[Int(bits >> 58)] += 1
            flips += (bits ^ neighbour.next()).nonzeroBitCount
            #expect(random.next(in: 3...5) >= 3)
        }
        let chiSquare = buckets.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
        #expect(chiSquare < 120, "63 degrees of freedom: 120 is beyond 1 in 10 000")
        #expect(abs(Double(flips) / 64_000 - 32) < 0.2)
    }
}
