import InfluxProtocol

/// The expected aggregates of a fleet's history once it is in a database, computed without one.
///
/// Points that are repeated count once, and of values that were corrected the last one counts, field by field. Only the
/// history: traffic changes all of it.
package struct FleetExpectation: Sendable, Equatable, Codable {
    /// A field over a whole measurement or one site.
    package struct Field: Sendable, Equatable, Codable {
        package let name: String
        /// As `SHOW FIELD KEYS` names it.
        package let type: String
        /// Points that have the field.
        package let count: Int
        /// Exact, in decimal notation; `nil` for booleans and strings. Servers add floating-point numbers and are off
        /// in the last digits.
        package let sum: String?
        package let min: String?
        package let max: String?
        /// Answers with count and, for numbers, sum, min and max, in InfluxQL.
        package let influxQL: String
    }

    /// A measurement, or what one site adds to it.
    package struct Group: Sendable, Equatable, Codable {
        /// The value of the tag `site`; `nil` for all of them.
        package let site: String?
        /// Points: different in series or time. Each has the first field.
        package let points: Int
        package let fields: [Field]
    }

    /// What one measurement must hold.
    package struct Measurement: Sendable, Equatable, Codable {
        package let name: String
        package let all: Group
        /// In the order of their names.
        package let sites: [Group]
    }

    package let seed: UInt64
    package let rows: Int
    /// When the history ends, in nanoseconds since 1970.
    package let end: Int64
    package let disorder: FleetDisorder
    /// In the order in which they are loaded.
    package let measurements: [Measurement]

    package init(_ generator: FleetGenerator) {
        seed = generator.seed
        rows = generator.scale.rows
        end = generator.endNanoseconds
        disorder = generator.disorder
        measurements = FleetMeasurement.allCases.map { measurement in
            var sites = [Tally](repeating: Tally(), count: FleetScale.sitesMax)
            generator.forEachPoint(measurement) { point, member in sites[member.site].add(point) }
            var all = Tally()
            for tally in sites { all.add(tally) }
            let groups = sites.enumerated().filter { $1.points > 0 }.map { index, tally in
                tally.group(measurement, site: FleetSite.all[index].name)
            }
            return Measurement(
                name: measurement.name,
                all: all.group(measurement, site: nil),
                sites: groups.sorted { ($0.site ?? "") < ($1.site ?? "") }
            )
        }
    }
}

/// Counts and sums while they are being made.
private struct Tally {
    var points = 0
    private var counts: SIMD8<Int64> = .zero
    private var sums: SIMD8<Int64> = .zero
    private var smallest = SIMD8<Int64>(repeating: .max)
    private var largest = SIMD8<Int64>(repeating: .min)

    mutating func add(_ point: FleetPoint) {
        points += 1
        for field in 0..<8 where point.has(field) {
            let value = point.values[field]
            counts[field] += 1
            sums[field] += value
            smallest[field] = min(smallest[field], value)
            largest[field] = max(largest[field], value)
        }
    }

    mutating func add(_ other: Tally) {
        points += other.points
        counts &+= other.counts
        sums &+= other.sums
        smallest = pointwiseMin(smallest, other.smallest)
        largest = pointwiseMax(largest, other.largest)
    }

    func group(_ measurement: FleetMeasurement, site: String?) -> FleetExpectation.Group {
        FleetExpectation.Group(
            site: site,
            points: points,
            fields: measurement.fields.enumerated().map { index, field in
                let isNumber = field.type == .float || field.type == .integer
                func text(_ value: Int64) -> String? {
                    isNumber && counts[index] > 0 ? ShopExpectation.text(value, scale: field.scale) : nil
                }
                let name = "\"\(field.name)\""
                let functions = isNumber ? ", SUM(\(name)), MIN(\(name)), MAX(\(name))" : ""
                let filter = site.map { " WHERE site = '\($0)'" } ?? ""
                return FleetExpectation.Field(
                    name: field.name,
                    type: field.type.rawValue,
                    count: Int(counts[index]),
                    sum: text(sums[index]),
                    min: text(smallest[index]),
                    max: text(largest[index]),
                    influxQL: "SELECT COUNT(\(name))\(functions) FROM \"\(measurement.name)\"\(filter)"
                )
            }
        )
    }
}
