import InfluxClient
import InfluxProtocol
import Testing

@testable import SampleData

@Suite("Expected aggregates of a fleet's history")
struct FleetExpectationTests {
    @Test(
        "counts, sums and bounds are those of the lines, put together as InfluxDB does it",
        arguments: [FleetDisorder.none, .standard, .all]
    )
    func recomputed(disorder: FleetDisorder) throws {
        let generator = FleetGenerator(seed: 6, rows: 5000, disorder: disorder)
        let expectation = FleetExpectation(generator)
        #expect(expectation.measurements.map(\.name) == ["readings", "diagnostics", "meters"])
        for (measurement, expected) in zip(FleetMeasurement.allCases, expectation.measurements) {
            let points = Array(FleetLines(generator, measurement).points.values)
            try expectSame(expected.all, points)
            #expect(expected.sites.count == generator.scale.sites)
            for site in expected.sites { try expectSame(site, points.filter { $0.tags["site"] == site.site }) }
            #expect(expected.sites.reduce(0) { $0 + $1.points } == expected.all.points)
        }
    }

    private func expectSame(_ group: FleetExpectation.Group, _ points: [FleetLines.Point]) throws {
        #expect(group.points == points.count)
        for field in group.fields {
            let values = points.compactMap { $0.fields[field.name] }
            #expect(field.count == values.count, "\(field.name)")
            let numbers = values.compactMap { value -> Double? in
                switch value {
                case .double(let number): number
                case .integer(let number): Double(number)
                default: nil
                }
            }
            guard let sum = field.sum else {
                #expect(numbers.isEmpty && field.min == nil && field.max == nil)
                continue
            }
            let expected = try #require(Double(sum))
            #expect(abs(expected - numbers.reduce(0, +)) <= abs(expected) * 1e-9 + 1e-6, "\(field.name)")
            #expect(field.min.flatMap(Double.init) == numbers.min(), "\(field.name)")
            #expect(field.max.flatMap(Double.init) == numbers.max(), "\(field.name)")
        }
    }

    @Test("without disorder nothing is missing but the battery of devices on mains power and what is seldom logged")
    func order() {
        let expectation = FleetExpectation(FleetGenerator(seed: 1, rows: 2000, disorder: .none))
        for measurement in expectation.measurements {
            for field in measurement.all.fields where field.name != "battery" && field.name != "log" {
                #expect(field.count == measurement.all.points, "\(field.name)")
            }
        }
    }
}
