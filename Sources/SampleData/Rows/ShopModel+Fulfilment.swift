/// Rows of payments and shipments.
extension ShopModel {
    /// The payments of an order as they are in `status`.
    ///
    /// - Returns: how many.
    func payments(
        of order: OrderFacts,
        totals: OrderTotals,
        status: OrderStatus,
        into row: inout RowWriter
    ) -> Int {
        var count = 1
        if order.hasFailedPayment {
            payment(.failedAttempt, of: order, amount: totals.amount, status: status, into: &row)
            count += 1
        }
        payment(.main, of: order, amount: totals.amount, status: status, into: &row)
        if isRefunded(order, in: status) {
            payment(.refund, of: order, amount: totals.amount, status: status, into: &row)
            count += 1
        }
        return count
    }

    /// Whether an order in `status` has been paid back.
    func isRefunded(_ order: OrderFacts, in status: OrderStatus) -> Bool {
        status == .returned || status == .cancelled && order.path == .cancelledAfterPayment
    }

    /// How many payments an order in `status` has.
    func paymentCount(of order: OrderFacts, in status: OrderStatus) -> Int {
        1 + (order.hasFailedPayment ? 1 : 0) + (isRefunded(order, in: status) ? 1 : 0)
    }

    /// The state of an order's main payment.
    func mainPaymentStatus(_ order: OrderFacts, in status: OrderStatus) -> PaymentStatus {
        order.isPaid(in: status) ? .captured : status == .cancelled ? .failed : .pending
    }

    /// The values of `payments.status`.
    enum PaymentStatus: Int, CaseIterable {
        case pending
        case captured
        case failed
        case refunded

        var text: StaticString {
            switch self {
            case .pending: "pending"
            case .captured: "captured"
            case .failed: "failed"
            case .refunded: "refunded"
            }
        }
    }

    func payment(
        _ kind: PaymentKind,
        of order: OrderFacts,
        amount: Int64,
        status: OrderStatus,
        refundedAt: Int64? = nil,
        into row: inout RowWriter
    ) {
        let id = ShopModel.paymentID(of: order.id, kind)
        var random = RowRandom(seed: seed, table: .payments, key: UInt64(id))
        let state: PaymentStatus
        let created: Int64
        let processed: Int64?
        switch kind {
        case .failedAttempt:
            state = .failed
            created = order.placed
            // One in five never got an answer.
            processed = random.chance(200) ? nil : order.placed &+ ShopTimeline.second
        case .main:
            state = mainPaymentStatus(order, in: status)
            created = order.placed
            processed = state == .captured ? order.paid : state == .failed ? order.closed : nil
        case .refund:
            state = .refunded
            created = refundedAt ?? order.closed
            processed = created &+ ShopTimeline.minute
        }
        row.beginRow()
        row.integer(id)
        row.integer(order.id)
        let method = random.next(below: Vocabulary.paymentMethods.count)
        row.text(Vocabulary.paymentMethods, method)
        row.text(state.text)
        row.decimal(amount, scale: 2)
        row.decimal(amount &* 2 &+ Int64(random.next(below: 2500)), scale: 4)
        switch random.next(below: 1000) {
        case ..<500: row.null()
        case ..<985: row.decimal(amount &* 10_000_000, scale: 9)
        case ..<990: row.number("99999999999999999999999999999999999.999999999999999999999999999999")
        case ..<992: row.number("-0.000000000000000000000000000001")
        default: row.randomDecimal(whole: 35, fraction: 30, isNegative: random.chance(500), from: &random)
        }
        if method < 4 {
            row.beginText()
            row.digits(UInt64(random.next(below: 10_000)), width: 4)
            row.endText()
        } else {
            row.null()
        }
        if random.chance(300) {
            row.null()
        } else {
            row.beginBinary()
            for _ in 0..<random.next(in: 1...4) { row.hex(random.next(), bytes: 8) }
            row.endBinary()
        }
        if random.chance(400) { row.null() } else { row.decimal(Int64(random.next(in: 0...100_000)), scale: 5) }
        if random.chance(350) {
            row.null()
        } else {
            row.beginText()
            row.raw("{\"code\": ")
            row.digits(UInt64(random.next(in: 100...599)))
            row.raw(", \"text\": \"")
            let answer = random.next(below: Vocabulary.paymentAnswers.count)
            if state == .failed { row.word(Vocabulary.paymentAnswers, answer) } else { row.raw("approved") }
            row.raw("\"}")
            row.endText()
        }
        row.dateTime(created, digits: 3)
        if let processed { row.dateTime(processed, digits: 6) } else { row.null() }
        row.endRow()
    }

    /// Whether an order in `status` has a shipment.
    func hasShipment(in status: OrderStatus) -> Bool {
        status == .shipped || status == .delivered || status == .returned
    }

    /// - Parameters:
    ///   - status: the order's; one that has a shipment.
    ///   - shipped: when it left, in microseconds since 1970; nil: as the order's life has it.
    func shipment(
        of order: OrderFacts,
        status: OrderStatus,
        shipped shippedAt: Int64? = nil,
        into row: inout RowWriter
    ) {
        let id = ShopModel.shipmentID(of: order.id)
        var random = RowRandom(seed: seed, table: .shipments, key: UInt64(id))
        let shipped = shippedAt ?? order.shipped
        let isDelivered = status == .delivered || status == .returned
        row.beginRow()
        row.integer(id)
        row.integer(order.id)
        let warehouse = random.next(in: 1...ShopScale.warehouses)
        row.integer(warehouse)
        let carrier = random.next(below: Vocabulary.carriers.count)
        row.text(Vocabulary.carriers, carrier)
        if random.chance(80) {
            row.null()
        } else {
            row.beginText()
            row.raw("LT")
            row.digits(random.next() % 1_000_000_000_000, width: 12)
            row.raw("AT")
            row.endText()
        }
        if carrier == Vocabulary.pickup {
            row.null()
        } else {
            row.beginText()
            row.raw("dev-")
            row.digits(UInt64(tracker(ofShipment: id, from: warehouse)), width: 5)
            row.endText()
        }
        row.text(status == .returned ? "returned" : isDelivered ? "delivered" : "in_transit")
        row.text(Vocabulary.serviceSets, Int(random.next() & random.next() & 0x1F))
        row.decimal(Int64(random.next(in: 50...30_000)), scale: 3)
        if random.chance(200) {
            row.null()
        } else {
            row.decimal(Int64(random.next(in: 1...9_999_999)), scale: 7)
        }
        if random.chance(900) {
            row.null()
        } else {
            row.beginBinary()
            for _ in 0..<random.next(in: 4...40) { row.hex(random.next(), bytes: 8) }
            row.endBinary()
        }
        row.time(shipped % ShopTimeline.day, digits: 0)
        if random.chance(2) {
            // The ends of MySQL's TIME.
            row.time((random.chance(500) ? 1 : -1) &* 3_020_399 &* ShopTimeline.second, digits: 3)
        } else if isDelivered {
            row.time(order.delivered &- order.shipped, digits: 3)
        } else {
            row.null()
        }
        if random.chance(150) {
            row.null()
        } else {
            row.date(Int(shipped / ShopTimeline.day) + random.next(in: 1...7))
        }
        if random.chance(500) {
            row.null()
        } else {
            row.beginText()
            row.raw("[\"")
            row.word(Vocabulary.cities, random.next(below: Vocabulary.cities.count))
            row.raw("\", \"")
            row.word(Vocabulary.cities, random.next(below: Vocabulary.cities.count))
            row.raw("\"]")
            row.endText()
        }
        row.dateTime(shipped, digits: 6)
        if isDelivered { row.dateTime(order.delivered, digits: 6) } else { row.null() }
        row.dateTime(status == .returned ? order.closed : isDelivered ? order.delivered : shipped, digits: 3)
        row.endRow()
    }

    /// The number of the fleet's device that travels with a shipment: one of those at the warehouse's site
    /// (`FleetDevice`), of a fleet of the shop's own seed and size.
    func tracker(ofShipment id: Int, from warehouse: Int) -> Int {
        let site = (warehouse &- 1) % fleet.sites
        let devices = (fleet.devices &- site &- 1) / fleet.sites &+ 1
        var random = RowRandom(seed: seed, place: FleetPlace.tracker, key: UInt64(id))
        return site &+ 1 &+ random.next(below: devices) &* fleet.sites
    }
}
