#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The expected aggregates of a shop's initial data, computed without a database.
///
/// Only the initial data: traffic changes all of it.
package struct ShopExpectation: Sendable, Equatable, Codable {
    /// A sum over a whole table.
    package struct Sum: Sendable, Equatable, Codable {
        package let table: String
        package let column: String
        /// Exact, in decimal notation, with as many fraction digits as the column.
        package let value: String
        /// Answers with the value, in MySQL.
        package let sql: String
    }

    /// Orders of one status or one day.
    package struct Group: Sendable, Equatable, Codable {
        /// The status, or the day in UTC as `YYYY-MM-DD`.
        package let key: String
        package let orders: Int
        /// The sum of `amount`, with two fraction digits.
        package let amount: String
    }

    package let seed: UInt64
    package let rows: Int
    /// Rows by table name.
    package let counts: [String: Int]
    package let sums: [Sum]
    /// In the order of the column's `ENUM`; statuses without orders are left out.
    package let ordersByStatus: [Group]
    /// By `DATE(placed_at)`, ascending; days without orders are left out.
    package let ordersByDay: [Group]

    /// - Parameter rows: see `ShopScale`.
    package init(seed: UInt64, rows: Int = ShopScale.defaultRows) {
        let model = ShopModel(seed: seed, scale: ShopScale(rows: rows))
        var tally = Tally()
        tally.add(model)

        self.seed = seed
        self.rows = model.scale.rows
        counts = [
            ShopTable.customers.name: model.scale.customers,
            ShopTable.addresses.name: model.scale.addresses,
            ShopTable.products.name: model.scale.products,
            ShopTable.inventory.name: model.scale.inventory,
            ShopTable.orders.name: model.scale.orders,
            ShopTable.orderItems.name: tally.items,
            ShopTable.payments.name: tally.payments,
            ShopTable.shipments.name: tally.shipments,
            ShopTable.reviews.name: model.scale.reviews,
        ]
        sums = tally.sums
        ordersByStatus = OrderStatus.allCases.compactMap { status in
            let entry = tally.byStatus[status.rawValue]
            return entry.orders == 0
                ? nil
                : Group(key: status.name, orders: entry.orders, amount: ShopExpectation.text(entry.amount, scale: 2))
        }
        ordersByDay = tally.byDay.enumerated().compactMap { day, entry in
            entry.orders == 0
                ? nil
                : Group(
                    key: ShopExpectation.day(Int(ShopTimeline.start / ShopTimeline.day) + day),
                    orders: entry.orders,
                    amount: ShopExpectation.text(entry.amount, scale: 2)
                )
        }
    }

    /// As JSON, keys sorted, one entry a line.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private static func day(_ days: Int) -> String {
        let date = CivilDate(days: days)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day))"
    }

    /// `value` × 10^−`scale` with all fraction digits.
    static func text(_ value: Int64, scale: Int) -> String {
        guard scale > 0 else { return String(value) }
        var digits = String(value.magnitude)
        while digits.count <= scale { digits = "0" + digits }
        return (value < 0 ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
    }
}

/// The sums while they are being made.
private struct Tally {
    var items = 0
    var payments = 0
    var shipments = 0
    var byStatus = [(orders: Int, amount: Int64)](repeating: (0, 0), count: OrderStatus.allCases.count)
    var byDay = [(orders: Int, amount: Int64)](repeating: (0, 0), count: ShopTimeline.days)
    private var amount: Int64 = 0
    private var discount: Int64 = 0
    private var lineTotals: Int64 = 0
    private var units: Int64 = 0
    private var itemProducts: Int64 = 0
    private var paid = [Int64](repeating: 0, count: ShopModel.PaymentStatus.allCases.count)
    private var points: Int64 = 0
    private var prices: Int64 = 0
    private var stock: Int64 = 0
    private var ratings: Int64 = 0
    private var buyers: Int64 = 0

    mutating func add(_ model: ShopModel) {
        for id in 1...model.scale.customers { points += Int64(model.loyaltyPoints(of: id)) }
        for id in 1...model.scale.products { prices += model.price(of: id) }
        for unit in 0..<model.scale.inventory {
            let key = model.inventoryKey(unit)
            stock += Int64(model.quantity(warehouse: key.warehouse, product: key.product))
        }
        for id in 1...model.scale.reviews { ratings += Int64(model.review(id).rating) }
        for id in 1...model.scale.orders { addOrder(model.order(id), model) }
    }

    private mutating func addOrder(_ order: OrderFacts, _ model: ShopModel) {
        let status = order.status(at: ShopTimeline.end)
        let totals = model.totals(of: order)
        let day = Int((order.placed - ShopTimeline.start) / ShopTimeline.day)
        byStatus[status.rawValue].orders += 1
        byStatus[status.rawValue].amount += totals.amount
        byDay[day].orders += 1
        byDay[day].amount += totals.amount
        amount += totals.amount
        discount += totals.discount
        lineTotals += totals.gross
        units += Int64(totals.units)
        items += order.lines
        buyers += Int64(order.customer)
        for number in 1...order.lines { itemProducts += Int64(model.line(number, of: order.id).product) }
        if model.hasShipment(in: status) { shipments += 1 }
        payments += 1
        paid[model.mainPaymentStatus(order, in: status).rawValue] += totals.amount
        if order.hasFailedPayment {
            payments += 1
            paid[ShopModel.PaymentStatus.failed.rawValue] += totals.amount
        }
        if model.isRefunded(order, in: status) {
            payments += 1
            paid[ShopModel.PaymentStatus.refunded.rawValue] += totals.amount
        }
    }

    var sums: [ShopExpectation.Sum] {
        func sum(
            _ table: ShopTable,
            _ column: String,
            _ value: Int64,
            scale: Int = 0,
            where condition: String? = nil
        ) -> ShopExpectation.Sum {
            ShopExpectation.Sum(
                table: table.name,
                column: condition.map { "\(column) where \($0)" } ?? column,
                value: ShopExpectation.text(value, scale: scale),
                sql: "SELECT SUM(\(column)) FROM \(table.name)" + (condition.map { " WHERE \($0)" } ?? "")
            )
        }
        var sums = [
            sum(.customers, "loyalty_points", points),
            sum(.products, "price", prices, scale: 2),
            sum(.inventory, "quantity", stock),
            sum(.orders, "amount", amount, scale: 2),
            sum(.orders, "discount", discount, scale: 2),
            sum(.orders, "item_count", units),
            sum(.orders, "customer_id", buyers),
            sum(.orderItems, "quantity", units),
            sum(.orderItems, "line_total", lineTotals, scale: 2),
            sum(.orderItems, "product_id", itemProducts),
            sum(.reviews, "rating", ratings),
        ]
        for status in ShopModel.PaymentStatus.allCases where paid[status.rawValue] != 0 {
            sums.append(
                sum(.payments, "amount", paid[status.rawValue], scale: 2, where: "status = '\(status.text)'")
            )
        }
        return sums
    }
}
