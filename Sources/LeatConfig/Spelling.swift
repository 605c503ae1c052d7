/// Finds what the user probably meant to write.
enum Spelling {
    /// The candidate that differs in the fewest letters, if those are few.
    static func closest(to word: String, in candidates: [String]) -> String? {
        let ranked = candidates.map { (candidate: $0, distance: distance(word.lowercased(), $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, best.candidate.count / 3) ? best.candidate : nil
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other (the restricted
    /// Damerau–Levenshtein distance).
    static func distance(_ left: String, _ right: String) -> Int {
        // Long words are never a near miss; do not spend time on them.
        let (left, right) = (Array(left.unicodeScalars.prefix(64)), Array(right.unicodeScalars.prefix(64)))
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var next = [row + 1]
            for column in 0..<right.count {
                let isSame = left[row] == right[column]
                var cost = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                next.append(cost)
            }
            (beforeLast, last) = (last, next)
        }
        return last[right.count]
    }
}
