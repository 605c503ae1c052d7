/// Rows of orders and their lines.
extension ShopModel {
    /// An order as it is in `status`.
    func order(_ order: OrderFacts, totals: OrderTotals, status: OrderStatus, into row: inout RowWriter) {
        var random = RowRandom(seed: seed, table: .orders, key: UInt64(order.id))
        row.beginRow()
        row.integer(order.id)
        row.integer(order.customer)
        row.beginText()
        row.raw("L")
        row.digits(UInt64(order.id), width: 12)
        row.endText()
        row.text(status.text)
        row.text(Vocabulary.channels, random.next(below: Vocabulary.channels.count))
        row.text(Vocabulary.currencies, random.next(below: Vocabulary.currencies.count))
        row.decimal(totals.amount, scale: 2)
        row.decimal(totals.discount, scale: 2)
        row.decimal(totals.amount &* 20, scale: 4)
        switch random.next(below: 1000) {
        case ..<700: row.null()
        case ..<998: row.decimal(Int64(random.next(in: 500_000_000...20_000_000_000)), scale: 10)
        default: row.randomDecimal(whole: 28, fraction: 10, isNegative: false, from: &random)
        }
        row.integer(totals.units)
        let isGift = random.chance(60)
        row.boolean(isGift)
        if isGift {
            prose(&row, &random, nullPerThousand: 300, sentences: 1...2)
        } else {
            row.null()
        }
        if order.discountPerThousand > 0 {
            row.text(Vocabulary.coupons, random.next(below: Vocabulary.coupons.count))
        } else {
            row.null()
        }
        switch random.next(below: 10) {
        case ..<2: row.null()
        case ..<7:
            row.beginBinary()
            row.hex(random.next(), bytes: 4)
            row.endBinary()
        default: row.binary(0x2001_0DB8_0000_0000 | random.next() & 0xFFFF, random.next())
        }
        if random.chance(750) {
            row.null()
        } else {
            row.time(Int64(random.next(in: 28...84)) &* 15 &* ShopTimeline.minute, digits: 0)
        }
        metadata(&row, &random)
        switch random.next(below: 1000) {
        case ..<300: row.null()
        case ..<998: row.decimal(Int64(random.next(in: 0...1_000_000_000)), scale: 9)
        case 998: row.number("1.7976931348623157e308")
        default: row.number("-2.2250738585072014e-308")
        }
        row.integer(random.next(below: 256))
        stages(order, status, &row)
        row.endRow()
    }

    private func metadata(_ row: inout RowWriter, _ random: inout RowRandom) {
        if random.chance(250) {
            row.null()
            return
        }
        row.beginText()
        row.raw("{\"campaign\": \"")
        row.word(Vocabulary.campaigns, random.next(below: Vocabulary.campaigns.count))
        row.raw("\", \"visits\": ")
        row.digits(UInt64(random.next(in: 1...40)))
        row.raw(", \"steps\": [\"cart\", \"pay\"]")
        if random.chance(100) {
            // Text with quotes, escapes and characters beyond the basic plane inside JSON; the SQL escape adds a layer.
            row.raw(", \"note\": \"say \\\\\"hi\\\\\" 🎈 \\\\u00e9\"")
        }
        row.raw("}")
        row.endText()
    }

    private func stages(_ order: OrderFacts, _ status: OrderStatus, _ row: inout RowWriter) {
        row.dateTime(order.placed, digits: 6)
        var last = order.placed
        func stage(_ reached: Bool, _ time: Int64, _ row: inout RowWriter) {
            if reached {
                row.dateTime(time, digits: 6)
                last = time
            } else {
                row.null()
            }
        }
        stage(order.isPaid(in: status), order.paid, &row)
        let isShipped = status == .shipped || status == .delivered || status == .returned
        stage(isShipped || status == .packed, order.packed, &row)
        stage(isShipped, order.shipped, &row)
        stage(status == .delivered || status == .returned, order.delivered, &row)
        stage(status == .cancelled || status == .returned, order.closed, &row)
        row.dateTime(last, digits: 3)
    }

    /// - Returns: how many lines.
    func orderItems(of order: OrderFacts, into row: inout RowWriter) -> Int {
        for number in 1...order.lines { orderItem(number, of: order, into: &row) }
        return order.lines
    }

    func orderItem(_ number: Int, of order: OrderFacts, version: Int = 0, into row: inout RowWriter) {
        let line = line(number, of: order.id)
        var random = RowRandom(
            seed: seed,
            table: .orderItems,
            key: UInt64(order.id) &* 16 &+ UInt64(number),
            version: UInt64(version)
        )
        row.beginRow()
        row.integer(order.id)
        row.integer(number)
        row.integer(line.product)
        row.integer(line.quantity)
        row.decimal(line.unitPrice, scale: 2)
        row.decimal(line.total, scale: 2)
        row.decimal(Int64(order.discountPerThousand), scale: 3)
        row.number(random.chance(800) ? "0.2000" : "0.1000")
        row.boolean(random.chance(40))
        if random.chance(700) {
            row.null()
        } else {
            row.beginText()
            row.raw("{\"colour\": \"")
            row.word(Vocabulary.colours, random.next(below: Vocabulary.colours.count))
            row.raw("\", \"gift_wrap\": ")
            if random.chance(500) { row.raw("true}") } else { row.raw("false}") }
            row.endText()
        }
        prose(&row, &random, nullPerThousand: 960, sentences: 1...1)
        row.endRow()
    }
}
