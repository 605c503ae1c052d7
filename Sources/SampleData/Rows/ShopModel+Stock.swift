/// Rows of products and inventory.
extension ShopModel {
    /// - Parameter created: when, in microseconds since 1970; nil: before the history started.
    func product(_ id: Int, created: Int64? = nil, version: Int = 0, into row: inout RowWriter) {
        var random = RowRandom(seed: seed, table: .products, key: UInt64(id), version: UInt64(version))
        let price = price(of: id)
        row.beginRow()
        row.integer(id)
        row.beginText()
        row.raw("SKU-")
        row.digits(UInt64(id), width: 8)
        row.endText()
        row.beginText()
        row.word(Vocabulary.adjectives, random.next(below: Vocabulary.adjectives.count))
        row.raw(" ")
        row.word(Vocabulary.materials, random.next(below: Vocabulary.materials.count))
        row.raw(" ")
        row.word(Vocabulary.things, random.next(below: Vocabulary.things.count))
        row.raw(" № ")
        row.digits(UInt64(random.next(in: 1...999)))
        row.endText()
        // One in five hundred is described at length (about 20 KB).
        if random.chance(2) {
            prose(&row, &random, nullPerThousand: 0, sentences: 300...600)
        } else {
            prose(&row, &random, nullPerThousand: 100, sentences: 1...5)
        }
        row.text(Vocabulary.categories, random.next(below: Vocabulary.categories.count))
        row.text(Vocabulary.labelSets, Int(random.next() & random.next() & 0x3F))
        row.decimal(price, scale: 2)
        row.decimal(price &* Int64(random.next(in: 30...80)), scale: 4)
        exactMass(&row, &random)
        if random.chance(200) {
            row.null()
        } else {
            row.decimal(Int64(random.next(in: 100...500)), scale: 2)
        }
        attributes(&row, &random)
        thumbnail(&row, &random)
        if random.chance(150) {
            row.null()
        } else {
            row.beginBinary()
            row.hex(random.next(), bytes: random.next(in: 1...8))
            row.endBinary()
        }
        if random.chance(200) { row.null() } else { row.integer(random.next(in: 1990...2026)) }
        row.boolean(!random.chance(80))
        row.integer(random.chance(2) ? 255 : random.next(in: 0...3))
        row.integer(random.chance(5) ? -32_768 : random.next(in: 0...200))
        if random.chance(300) { row.null() } else { row.integer(random.next(below: 256)) }
        let start = ShopTimeline.start &- Int64(random.next(in: 1...1000)) &* ShopTimeline.day
        let birth = created ?? (start &+ Int64(random.next(below: Int(ShopTimeline.day))))
        row.dateTime(birth, digits: 6)
        row.dateTime(birth &+ Int64(version) &* ShopTimeline.second, digits: 3)
        row.endRow()
    }

    private func exactMass(_ row: inout RowWriter, _ random: inout RowRandom) {
        switch random.next(below: 1000) {
        case ..<500: row.null()
        case ..<950: row.decimal(Int64(random.next(in: 1...90_000_000_000)), scale: 9)
        case ..<955:
            row.number("99999999999999999999999999999999999.999999999999999999999999999999")
        case ..<960:
            row.number("-99999999999999999999999999999999999.999999999999999999999999999999")
        case ..<965: row.number("0.000000000000000000000000000001")
        case ..<970: row.number("0.000000000000000000000000000000")
        default: row.randomDecimal(whole: 35, fraction: 30, isNegative: random.chance(500), from: &random)
        }
    }

    private func attributes(_ row: inout RowWriter, _ random: inout RowRandom) {
        if random.chance(150) {
            row.null()
            return
        }
        row.beginText()
        row.raw("{\"colour\": \"")
        row.word(Vocabulary.colours, random.next(below: Vocabulary.colours.count))
        row.raw("\", \"size\": \"")
        row.word(Vocabulary.sizes, random.next(below: Vocabulary.sizes.count))
        row.raw("\", \"cm\": [")
        row.digits(UInt64(random.next(in: 1...200)))
        row.raw(", ")
        row.digits(UInt64(random.next(in: 1...200)))
        row.raw(".5, ")
        row.digits(UInt64(random.next(in: 1...200)))
        row.raw("], \"recyclable\": ")
        if random.chance(500) { row.raw("true") } else { row.raw("false") }
        row.raw("}")
        row.endText()
    }

    /// Binary of 0 to 96 bytes, all byte values.
    private func thumbnail(_ row: inout RowWriter, _ random: inout RowRandom) {
        if random.chance(400) {
            row.null()
            return
        }
        row.beginBinary()
        for _ in 0..<random.next(in: 0...12) { row.hex(random.next(), bytes: 8) }
        row.endBinary()
    }

    /// - Parameter updated: in microseconds since 1970; nil: some time in the history.
    func inventory(
        warehouse: Int,
        product: Int,
        updated: Int64? = nil,
        version: Int = 0,
        into row: inout RowWriter
    ) {
        let key = UInt64(warehouse << 40 | product)
        var random = RowRandom(seed: seed, table: .inventory, key: key, version: UInt64(version))
        row.beginRow()
        row.integer(warehouse)
        row.integer(product)
        row.integer(quantity(warehouse: warehouse, product: product))
        row.integer(random.chance(1) ? 16_777_215 : random.next(in: 0...40))
        if random.chance(200) { row.null() } else { row.integer(random.next(in: 0...100)) }
        if random.chance(600) { row.null() } else { row.integer(random.next(in: -25...30)) }
        if random.chance(100) {
            row.null()
        } else {
            row.beginText()
            row.byte(UInt8(ascii: "A") &+ UInt8(random.next(below: 26)))
            row.digits(UInt64(random.next(in: 1...40)), width: 2)
            row.raw("-")
            row.digits(UInt64(random.next(in: 1...9)))
            row.endText()
        }
        row.decimal(price(of: product) &* Int64(random.next(in: 3_000_000...8_000_000)) &* 10, scale: 10)
        let counted = ShopTimeline.end / ShopTimeline.day &- Int64(random.next(in: 1...400))
        if random.chance(250) { row.null() } else { row.date(Int(counted)) }
        row.dateTime(
            updated ?? counted &* ShopTimeline.day &+ Int64(random.next(below: Int(ShopTimeline.day))),
            digits: 3
        )
        row.endRow()
    }
}
