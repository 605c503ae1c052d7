/// How an objective is kept, since the start of the process: what `leat status` shows.
package struct ObjectiveState: Sendable, Hashable, Codable {
    package var source: String
    package var name: String
    /// Whether the last check that counted was good; nil before the first.
    package var isMet: Bool?
    /// The share of good checks that is wanted, above 0, at most 1.
    package var target: Double
    /// Checks that were good.
    package var good: UInt64
    /// Checks that were bad.
    package var bad: UInt64
    /// What the last check saw.
    package var reason: String

    package init(
        source: String,
        name: String,
        isMet: Bool?,
        target: Double,
        good: UInt64,
        bad: UInt64,
        reason: String
    ) {
        self.source = source
        self.name = name
        self.isMet = isMet
        self.target = target
        self.good = good
        self.bad = bad
        self.reason = reason
    }

    /// The share of good checks; nil before the first.
    package var ratio: Double? {
        let checks = good &+ bad
        return checks == 0 ? nil : Double(good) / Double(checks)
    }

    /// How many times as fast as allowed the error budget was spent: 1 uses it up exactly. Nil before the first check,
    /// and where a budget of nothing was overspent.
    package var burn: Double? {
        guard let ratio else { return nil }
        if bad == 0 { return 0 }
        return target < 1 ? (1 - ratio) / (1 - target) : nil
    }
}
