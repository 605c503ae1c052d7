/// The shop as pure functions of a seed: everything that one row has to agree on with another.
struct ShopModel: Sendable {
    let seed: UInt64
    let scale: ShopScale
    let timeline: ShopTimeline
    /// The fleet whose devices travel with the shipments.
    let fleet: FleetScale
    private let buyers: RankSampler
    private let goods: RankSampler

    /// Customers of the initial data registered between 2020-01-01 and the start of the history.
    private static let firstRegistration: Int64 = 1_577_836_800_000_000

    init(seed: UInt64, scale: ShopScale) {
        self.seed = seed
        self.scale = scale
        timeline = ShopTimeline(count: scale.orders)
        fleet = FleetScale(rows: scale.rows)
        buyers = RankSampler(population: scale.customers, seed: seed ^ 0xC057)
        goods = RankSampler(population: scale.products, seed: seed ^ 0x600D)
    }

    // MARK: Orders

    func order(_ id: Int) -> OrderFacts {
        var random = RowRandom(seed: seed, table: .orders, key: UInt64(id), stream: .facts)
        let placed = timeline.placed(index: id &- 1, bits: random.next())
        let customer = buyers.member(random.next())
        let bits = random.next()
        let path: OrderFacts.Path =
            switch Int(bits % 1000) {
            case ..<40: .cancelledBeforePayment
            case ..<70: .cancelledAfterPayment
            case ..<125: .returned
            default: .delivered
            }
        let lines: Int =
            switch Int(bits &>> 10 & 0xFF) {
            case ..<128: 1
            case ..<192: 2
            case ..<224: 3
            case ..<240: 4
            case ..<248: 5
            case ..<252: 6
            case ..<254: 7
            default: 8
            }
        let isPaidAtOnce = bits &>> 18 & 0xFF < 154
        let hasFailedPayment = bits &>> 26 & 0xFF < 20
        let discount = bits &>> 34 & 0xFF
        // Traffic goes through the stages in seconds, so that they can be watched.
        let isHistory = id <= scale.orders
        let paid =
            placed
            &+ (isPaidAtOnce
                ? ShopModel.dwell(&random, from: ShopTimeline.second, to: isHistory ? ShopTimeline.minute : 5_000_000)
                : ShopModel.dwell(&random, from: 10 * ShopTimeline.minute, to: 2 * ShopTimeline.day))
        let packed = paid &+ ShopModel.dwell(&random, from: 2 * ShopTimeline.hour, to: 36 * ShopTimeline.hour)
        let shipped = packed &+ ShopModel.dwell(&random, from: ShopTimeline.hour, to: 12 * ShopTimeline.hour)
        let delivered = shipped &+ ShopModel.dwell(&random, from: 20 * ShopTimeline.hour, to: 6 * ShopTimeline.day)
        let closed: Int64 =
            switch path {
            case .cancelledBeforePayment:
                placed &+ ShopModel.dwell(&random, from: 5 * ShopTimeline.minute, to: 2 * ShopTimeline.day)
            case .cancelledAfterPayment:
                paid &+ ShopModel.dwell(&random, from: 5 * ShopTimeline.minute, to: 2 * ShopTimeline.hour)
            case .returned, .delivered:
                delivered &+ ShopModel.dwell(&random, from: 3 * ShopTimeline.day, to: 20 * ShopTimeline.day)
            }
        return OrderFacts(
            id: id,
            customer: customer,
            lines: lines,
            path: path,
            isPaidAtOnce: isPaidAtOnce,
            hasFailedPayment: hasFailedPayment,
            discountPerThousand: discount < 180 ? 0 : discount < 230 ? 50 : discount < 250 ? 100 : 250,
            placed: placed,
            paid: paid,
            packed: packed,
            shipped: shipped,
            delivered: delivered,
            closed: closed
        )
    }

    /// A span between two bounds, shorter ones more often.
    @inline(__always)
    private static func dwell(_ random: inout RowRandom, from low: Int64, to high: Int64) -> Int64 {
        let span = UInt64(high &- low)
        let first = random.next().multipliedFullWidth(by: span).high
        return low &+ Int64(random.next().multipliedFullWidth(by: first &+ 1).high)
    }

    /// Line `number` (1…`lines`) of an order.
    func line(_ number: Int, of order: Int) -> OrderLine {
        var random = RowRandom(
            seed: seed,
            table: .orderItems,
            key: UInt64(order),
            stream: .line,
            version: UInt64(number)
        )
        let product = goods.member(random.next())
        let bits = random.next()
        let quantity =
            switch bits & 0xFF {
            case ..<190: 1
            case ..<230: 2
            case ..<250: 3 + Int(bits &>> 8 & 3)
            default: 10 + Int(bits &>> 8 % 91)
            }
        return OrderLine(product: product, quantity: quantity, unitPrice: price(of: product))
    }

    func totals(of order: OrderFacts) -> OrderTotals {
        var totals = OrderTotals()
        for number in 1...order.lines {
            let line = line(number, of: order.id)
            totals.units &+= line.quantity
            totals.gross &+= line.total
        }
        totals.discount = totals.gross &* Int64(order.discountPerThousand) / 1000
        return totals
    }

    // MARK: Payments and shipments

    /// The ids of an order's payments: a failed attempt, the payment itself, a refund.
    enum PaymentKind: Int {
        case failedAttempt = 0
        case main = 1
        case refund = 2
    }

    static func paymentID(of order: Int, _ kind: PaymentKind) -> Int { order &* 4 &+ kind.rawValue }

    static func shipmentID(of order: Int) -> Int { order &* 2 }

    // MARK: Products, customers and stock

    /// A product's list price in cents.
    func price(of product: Int) -> Int64 {
        var random = RowRandom(seed: seed, table: .products, key: UInt64(product), stream: .facts)
        let bits = random.next()
        let whole: Int =
            switch bits & 0xFF {
            case ..<128: random.next(in: 1...49)
            case ..<204: random.next(in: 50...199)
            case ..<246: random.next(in: 200...999)
            default: random.next(in: 1000...4999)
            }
        let cents: Int64 =
            switch bits &>> 8 & 3 {
            case 0: 0
            case 1: 50
            case 2: 95
            default: 99
            }
        return Int64(whole) &* 100 &+ cents
    }

    /// Loyalty points of a customer of the initial data.
    func loyaltyPoints(of customer: Int) -> Int {
        var random = RowRandom(seed: seed, table: .customers, key: UInt64(customer), stream: .facts)
        return random.chance(300) ? 0 : random.next(in: -50...20_000)
    }

    /// When a customer of the initial data registered.
    func registered(_ customer: Int) -> Int64 {
        let span = ShopTimeline.start &- ShopModel.firstRegistration
        let step = span / Int64(scale.customers)
        var random = RowRandom(seed: seed, table: .customers, key: UInt64(customer), stream: .facts, version: 1)
        let within = random.next().multipliedFullWidth(by: UInt64(max(step, 1))).high
        return ShopModel.firstRegistration &+ Int64(customer &- 1) &* step &+ Int64(within)
    }

    /// The key of inventory row `unit` (0 the first), ascending.
    func inventoryKey(_ unit: Int) -> (warehouse: Int, product: Int) {
        let (warehouse, place) = unit.quotientAndRemainder(dividingBy: scale.stockedPerWarehouse)
        let first = place * scale.products / scale.stockedPerWarehouse
        let next = (place + 1) * scale.products / scale.stockedPerWarehouse
        var random = RowRandom(seed: seed, table: .inventory, key: UInt64(unit), stream: .facts)
        return (warehouse + 1, first + random.next(below: next - first) + 1)
    }

    /// Pieces in stock at first.
    func quantity(warehouse: Int, product: Int) -> Int {
        var random = RowRandom(seed: seed, table: .inventory, key: UInt64(warehouse << 40 | product), stream: .facts)
        return random.chance(60) ? 0 : random.next(in: -3...800)
    }

    // MARK: Reviews

    /// What a review of the initial data refers to.
    struct ReviewFacts {
        let product: Int
        let customer: Int
        let order: Int
        let rating: Int
        let created: Int64
        /// Whether the order had been delivered.
        let isVerified: Bool
    }

    func review(_ id: Int) -> ReviewFacts {
        var random = RowRandom(seed: seed, table: .reviews, key: UInt64(id), stream: .facts)
        var chosen = order(random.next(below: scale.orders) + 1)
        for _ in 0..<4 where chosen.status(at: ShopTimeline.end) != .delivered {
            chosen = order(random.next(below: scale.orders) + 1)
        }
        return review(of: chosen, isVerified: chosen.status(at: ShopTimeline.end) == .delivered, from: &random)
    }

    func review(of order: OrderFacts, isVerified: Bool, from random: inout RowRandom) -> ReviewFacts {
        let line = line(random.next(in: 1...order.lines), of: order.id)
        let from = isVerified ? order.delivered : order.placed
        let created = from &+ ShopModel.dwell(&random, from: ShopTimeline.hour, to: 14 * ShopTimeline.day)
        return ReviewFacts(
            product: line.product,
            customer: order.customer,
            order: order.id,
            rating: ShopModel.rating(random.next()),
            created: order.placed < ShopTimeline.end ? min(created, ShopTimeline.end &- ShopTimeline.second) : created,
            isVerified: isVerified
        )
    }

    private static func rating(_ bits: UInt64) -> Int {
        switch bits & 0xFF {
        case ..<26: 1
        case ..<41: 2
        case ..<66: 3
        case ..<130: 4
        default: 5
        }
    }

    // MARK: Counts

    /// How many rows the initial data has in each table.
    func counts() -> [ShopTable: Int] {
        var counts: [ShopTable: Int] = [
            .customers: scale.customers, .addresses: scale.addresses, .products: scale.products,
            .inventory: scale.inventory, .orders: scale.orders, .reviews: scale.reviews,
        ]
        var items = 0
        var payments = 0
        var shipments = 0
        for id in 1...scale.orders {
            let order = order(id)
            let status = order.status(at: ShopTimeline.end)
            items += order.lines
            payments += paymentCount(of: order, in: status)
            shipments += hasShipment(in: status) ? 1 : 0
        }
        counts[.orderItems] = items
        counts[.payments] = payments
        counts[.shipments] = shipments
        return counts
    }
}
