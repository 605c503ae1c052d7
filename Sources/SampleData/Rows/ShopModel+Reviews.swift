/// Rows of reviews.
extension ShopModel {
    func review(_ id: Int, _ facts: ReviewFacts, version: Int = 0, into row: inout RowWriter) {
        var random = RowRandom(seed: seed, table: .reviews, key: UInt64(id), version: UInt64(version))
        row.beginRow()
        row.integer(id)
        row.integer(facts.product)
        row.integer(facts.customer)
        if random.chance(50) { row.null() } else { row.integer(facts.order) }
        row.integer(facts.rating)
        if random.chance(300) {
            row.null()
        } else {
            row.text(Vocabulary.titles, random.next(below: Vocabulary.titles.count))
        }
        // Three in a thousand continue for several kilobytes.
        if random.chance(3) {
            prose(&row, &random, nullPerThousand: 0, sentences: 60...300)
        } else {
            prose(&row, &random, nullPerThousand: 0, sentences: 1...4)
        }
        row.text(Vocabulary.languages, random.next(below: Vocabulary.languages.count))
        row.integer(random.chance(800) ? 0 : random.next(in: 1...250))
        row.boolean(facts.isVerified)
        if random.chance(250) {
            row.null()
        } else {
            row.decimal(Int64(random.next(in: -1_000_000...1_000_000)), scale: 6)
        }
        if random.chance(900) {
            row.null()
        } else {
            row.beginText()
            row.raw("[{\"w\": ")
            row.digits(UInt64(random.next(in: 300...4000)))
            row.raw(", \"h\": ")
            row.digits(UInt64(random.next(in: 300...4000)))
            row.raw("}]")
            row.endText()
        }
        row.dateTime(facts.created, digits: 6)
        if version > 0 || random.chance(50) {
            row.dateTime(facts.created &+ ShopTimeline.hour, digits: 3)
        } else {
            row.null()
        }
        row.endRow()
    }
}
