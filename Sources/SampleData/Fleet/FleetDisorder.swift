/// What goes wrong with real devices, as shares of all points (0…1) unless said otherwise.
///
/// All of it is decided by seed, member and time alone: the same points are late, lost or repeated in every run.
package struct FleetDisorder: Sendable, Hashable, Codable {
    /// Points that never come.
    package var missing = 0.0
    /// Points within outages of a device, some dozen in a row, that never come.
    package var gaps = 0.0
    /// Points that come some minutes late, out of order.
    package var late = 0.0
    /// Points that come a good quarter of an hour late or more: beyond any look-back that is not generous.
    package var veryLate = 0.0
    /// Points that a device without a connection keeps and sends all together.
    package var lateBatches = 0.0
    /// Points that are sent twice as they are.
    package var duplicates = 0.0
    /// Points that are sent again with some values corrected: the last write wins, field by field.
    package var corrections = 0.0
    /// Points without some of their fields.
    package var missingFields = 0.0
    /// Points of a sensor that repeats its last value.
    package var stuck = 0.0
    /// Share of the devices whose clocks are wrong: by seconds, minutes or hours, in both directions.
    package var skewed = 0.0

    /// Every point once, in order, whole.
    package static let none = FleetDisorder()
    /// A fleet in good hands.
    package static let standard = FleetDisorder(
        missing: 0.01,
        gaps: 0.01,
        late: 0.02,
        veryLate: 0.001,
        lateBatches: 0.01,
        duplicates: 0.01,
        corrections: 0.005,
        missingFields: 0.01,
        stuck: 0.01,
        skewed: 0.04
    )
    /// Everything together, and much of it.
    package static let all = FleetDisorder(
        missing: 0.03,
        gaps: 0.03,
        late: 0.08,
        veryLate: 0.005,
        lateBatches: 0.05,
        duplicates: 0.05,
        corrections: 0.03,
        missingFields: 0.1,
        stuck: 0.04,
        skewed: 0.12
    )

    /// The share of points that are not lost.
    var kept: Double { (1 - missing) * (1 - gaps) }

    /// A rate's name on the command line, and the most it may be.
    private struct Rate: Sendable {
        let name: String
        let path: any WritableKeyPath<FleetDisorder, Double> & Sendable
        let limit: Double
    }

    private static let rates = [
        Rate(name: "missing", path: \.missing, limit: 0.9),
        Rate(name: "gaps", path: \.gaps, limit: episodeLimit),
        Rate(name: "late", path: \.late, limit: 0.5),
        Rate(name: "very-late", path: \.veryLate, limit: 0.5),
        Rate(name: "late-batches", path: \.lateBatches, limit: episodeLimit),
        Rate(name: "duplicates", path: \.duplicates, limit: 0.5),
        Rate(name: "corrections", path: \.corrections, limit: 0.5),
        Rate(name: "missing-fields", path: \.missingFields, limit: 1),
        Rate(name: "stuck", path: \.stuck, limit: episodeLimit),
        Rate(name: "skewed", path: \.skewed, limit: 1),
    ]
    /// Episodes have room for this much.
    private static let episodeLimit = 0.3

    /// What `init(parsing:)` takes.
    package static var rateNames: [String] { rates.map(\.name) }
}

extension FleetDisorder {
    /// Reads `none`, `default`, `all`, or single rates, which may follow one of these: `default,late=0.2,gaps=0`.
    ///
    /// - Returns: nil where a name is unknown or a rate is out of range.
    package init?(parsing text: String) {
        self = .none
        for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
            switch part {
            case "none" where index == 0: self = .none
            case "default" where index == 0: self = .standard
            case "all" where index == 0: self = .all
            default:
                let sides = part.split(separator: "=", omittingEmptySubsequences: false)
                guard sides.count == 2, let rate = FleetDisorder.rates.first(where: { $0.name == sides[0] }),
                    let value = Double(sides[1]), value >= 0, value <= rate.limit
                else { return nil }
                self[keyPath: rate.path] = value
            }
        }
    }
}
