/// Where to cut a key whose integers are nearly all there: by arithmetic, which costs the source nothing. Elsewhere
/// each end has to be looked for, which reads every key again.
struct DenseKey: Equatable {
    /// The highest key when it was read.
    let highest: Int128
    let lowest: Int128
    /// Keys in a range, and so the most rows.
    let step: Int128

    /// Nil where fewer than half of the keys are there, or the texts are no integers.
    ///
    /// - Parameter rows: about how many rows there are. Wrong, it makes the ranges smaller, never larger.
    init?(lowest: String, highest: String, rows: Int, step: Int) {
        guard let lowest = Int128(lowest), let highest = Int128(highest), highest >= lowest, rows > 0, step > 0,
            highest - lowest < 2 * Int128(rows)
        else { return nil }
        self.lowest = lowest
        self.highest = highest
        self.step = Int128(step)
    }

    /// The end of the range after `lower` (nil: from the table's beginning). Nil near the highest key: there the rows
    /// have to be counted, since new ones arrive after it.
    func upper(after lower: String?) -> String? {
        var end = lowest - 1
        if let lower {
            guard let value = Int128(lower) else { return nil }
            end = max(end, value)
        }
        guard highest - end > step else { return nil }
        return "\(end + step)"
    }
}
