/// Rows of customers and addresses.
extension ShopModel {
    /// - Parameters:
    ///   - registered: when, in microseconds since 1970.
    ///   - version: which version of the row; other versions differ in what a customer may change.
    func customer(_ id: Int, registered: Int64, version: Int = 0, into row: inout RowWriter) {
        var random = RowRandom(seed: seed, table: .customers, key: UInt64(id), version: UInt64(version))
        row.beginRow()
        row.integer(id)
        row.binary(random.next(), random.next())
        row.beginText()
        row.word(Vocabulary.mailNames, random.next(below: Vocabulary.mailNames.count))
        row.raw(".")
        row.digits(UInt64(id))
        row.raw("@")
        row.word(Vocabulary.mailDomains, random.next(below: Vocabulary.mailDomains.count))
        row.endText()
        personName(&row, &random)
        if random.chance(250) {
            row.null()
        } else {
            row.beginText()
            row.raw("+43 ")
            row.digits(UInt64(random.next(in: 600...699)))
            row.raw(" ")
            row.digits(UInt64(random.next(in: 1_000_000...9_999_999)))
            row.endText()
        }
        if random.chance(300) {
            row.null()
        } else if random.chance(1) {
            row.date(-25_567)  // 1900-01-01, the first day that ClickHouse's Date32 holds.
        } else {
            row.date(random.next(in: -12_784...13_878))
        }
        if random.chance(350) {
            row.null()
        } else {
            row.text(Vocabulary.genders, random.next(below: 3))
        }
        row.text(Vocabulary.locales, random.next(below: Vocabulary.locales.count))
        row.text(Vocabulary.segments, random.next(below: Vocabulary.segments.count))
        let interests = random.next()
        row.text(Vocabulary.interestSets, Int(interests & interests &>> 8 & 0xFF))
        row.boolean(random.chance(400))
        row.integer(loyaltyPoints(of: id))
        creditLimit(&row, &random)
        if random.chance(300) {
            row.null()
        } else {
            row.beginText()
            row.raw("{\"theme\": \"")
            if random.chance(500) { row.raw("dark") } else { row.raw("light") }
            row.raw("\", \"newsletter\": ")
            if random.chance(500) { row.raw("true") } else { row.raw("null") }
            row.raw(", \"city\": \"")
            row.word(Vocabulary.cities, random.next(below: Vocabulary.cities.count))
            row.raw("\", \"size\": {\"eu\": ")
            row.digits(UInt64(random.next(in: 34...50)))
            row.raw("}}")
            row.endText()
        }
        row.integer(random.next(below: 256))
        prose(&row, &random, nullPerThousand: 800, sentences: 1...3)
        row.dateTime(registered, digits: 6)
        row.dateTime(registered &+ Int64(version) &* ShopTimeline.second, digits: 3)
        row.endRow()
    }

    private func creditLimit(_ row: inout RowWriter, _ random: inout RowRandom) {
        switch random.next(below: 1000) {
        case ..<400: row.null()
        case ..<980: row.decimal(Int64(random.next(in: 0...5_000)) &* 1_000_000_000_000, scale: 10)
        case ..<985: row.number("9999999999999999999999999999.9999999999")
        case ..<990: row.number("-9999999999999999999999999999.9999999999")
        case ..<993: row.number("0.0000000001")
        default: row.randomDecimal(whole: 28, fraction: 10, isNegative: random.chance(500), from: &random)
        }
    }

    func personName(_ row: inout RowWriter, _ random: inout RowRandom) {
        row.beginText()
        row.word(Vocabulary.firstNames, random.next(below: Vocabulary.firstNames.count))
        row.raw(" ")
        row.word(Vocabulary.lastNames, random.next(below: Vocabulary.lastNames.count))
        row.endText()
    }

    /// A text of some sentences; one in a hundred holds awkward characters.
    func prose(
        _ row: inout RowWriter,
        _ random: inout RowRandom,
        nullPerThousand: Int,
        sentences: ClosedRange<Int>
    ) {
        if nullPerThousand > 0, random.chance(nullPerThousand) {
            row.null()
            return
        }
        row.beginText()
        for _ in 0..<random.next(in: sentences) {
            row.word(Vocabulary.sentences, random.next(below: Vocabulary.sentences.count))
        }
        if random.chance(10) { row.word(Vocabulary.awkward, random.next(below: Vocabulary.awkward.count)) }
        row.endText()
    }

    /// The customer whose address `id` of the initial data is: everybody has one, some have more.
    func addressOwner(_ id: Int) -> Int {
        if id <= scale.customers { return id }
        var random = RowRandom(seed: seed, table: .addresses, key: UInt64(id), stream: .facts)
        return random.next(below: scale.customers) + 1
    }

    func address(_ id: Int, of customer: Int, created: Int64, version: Int = 0, into row: inout RowWriter) {
        var random = RowRandom(seed: seed, table: .addresses, key: UInt64(id), version: UInt64(version))
        row.beginRow()
        row.integer(id)
        row.integer(customer)
        row.text(Vocabulary.addressKinds, random.next(below: 3))
        personName(&row, &random)
        row.beginText()
        row.word(Vocabulary.streets, random.next(below: Vocabulary.streets.count))
        row.raw(" ")
        row.digits(UInt64(random.next(in: 1...240)))
        if random.chance(150) {
            row.raw("/")
            row.digits(UInt64(random.next(in: 1...40)))
        }
        row.endText()
        row.text(Vocabulary.cities, random.next(below: Vocabulary.cities.count))
        row.beginText()
        row.digits(UInt64(random.next(in: 1000...99_999)), width: 5)
        row.endText()
        row.text(Vocabulary.countries, random.next(below: Vocabulary.countries.count))
        if random.chance(120) {
            row.null()
            row.null()
            row.null()
        } else {
            row.decimal(Int64(random.next(in: -90_000_000...90_000_000)), scale: 6)
            row.decimal(Int64(random.next(in: -180_000_000...180_000_000)), scale: 6)
            row.decimal(Int64(random.next(in: 1...50_000)), scale: 3)
        }
        row.boolean(id <= scale.customers)
        if random.chance(700) {
            row.null()
        } else {
            row.time(Int64(random.next(in: 6...21)) &* ShopTimeline.hour, digits: 0)
        }
        prose(&row, &random, nullPerThousand: 850, sentences: 1...2)
        row.dateTime(created, digits: 0)
        row.endRow()
    }
}
