/// A server answered one of our statements with something that it does not ask for.
struct UnexpectedAnswer: Error {}

extension RowSums {
    /// From the rows that both sides' `buckets` give.
    static func buckets(answer rows: [[String?]]) throws(UnexpectedAnswer) -> [Int: RowSums] {
        var buckets: [Int: RowSums] = [:]
        for row in rows {
            let numbers = try Self.numbers(row[...], count: 4)
            var sums = RowSums(rows: numbers[1], hash: numbers[3])
            sums.rowsWithoutText = numbers[2]
            buckets[Int(truncatingIfNeeded: numbers[0])] = sums
        }
        return buckets
    }

    fileprivate static func numbers(
        _ row: ArraySlice<String?>?,
        count: Int
    ) throws(UnexpectedAnswer) -> [UInt64] {
        guard let row, row.count == count else { throw UnexpectedAnswer() }
        var numbers: [UInt64] = []
        for cell in row {
            guard let number = cell.flatMap({ UInt64($0) }) else { throw UnexpectedAnswer() }
            numbers.append(number)
        }
        return numbers
    }
}

extension FloatingSums {
    init(answer row: ArraySlice<String?>?) throws(UnexpectedAnswer) {
        let numbers = try RowSums.numbers(row, count: 2)
        self.init(crc: numbers[0], sip: numbers[1])
    }
}
