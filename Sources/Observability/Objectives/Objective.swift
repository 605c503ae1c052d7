/// A service-level objective of one source: a condition that is checked about once a second, and the share of the
/// checks that must be good.
package struct Objective: Sendable, Hashable {
    /// What is measured, and its limit.
    package enum Condition: Sendable, Hashable {
        /// The warehouse is less than this behind the source.
        case lagBelow(seconds: Double)
        /// Comparisons know of no row that differs.
        case noDifference
        /// Every table was compared as a whole within this time.
        case verifiedWithin(seconds: Double)
        /// At least this many rows of a table changed within this time.
        case rows(table: String, atLeast: UInt64, seconds: Double)
        /// No table is quarantined.
        case noDrift
    }

    package var source: String
    /// The label `slo`: `freshness`, `volume:shop.orders`.
    package var name: String
    package var condition: Condition
    /// The share of good checks that is wanted, above 0, at most 1.
    package var target: Double

    package init(source: String, name: String, condition: Condition, target: Double) {
        self.source = source
        self.name = name
        self.condition = condition
        self.target = target
    }
}
