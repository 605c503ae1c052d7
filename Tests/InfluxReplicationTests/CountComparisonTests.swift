import InfluxProtocol
import Testing

@testable import InfluxReplication

@Suite("Comparing counts")
struct CountComparisonTests {
    @Test("an interval lacks values, or has too many, as soon as one field does")
    func differences() {
        var comparison = CountComparison(fields: ["a", "b"])
        comparison.source = [0: [1, 1], 60: [2, 2], 120: [3, 0], 240: [1, 1]]
        comparison.warehouse = [0: [1, 1], 60: [2, 1], 120: [4, 0], 180: [1, 0], 240: [2, 0]]
        #expect(comparison.missing == [60, 240])
        #expect(comparison.surplus == [120, 180, 240])
    }

    @Test("sums reveal numbers that were overwritten, and not the order in which they were added")
    func sums() {
        var comparison = CountComparison(
            MeasurementSchema(
                name: "m",
                tags: [],
                fields: [
                    .init(name: "a", type: .float), .init(name: "b", type: .string), .init(name: "c", type: .unsigned),
                ]
            ),
            sums: true
        )
        #expect(comparison.fields == ["a", "b", "c"] && comparison.summed == ["a", "c"])
        comparison.sourceSums = [0: [1e9 + 0.1, 5], 60: [0.3, 5], 120: [0, 6], 180: [1, 1]]
        comparison.warehouseSums = [
            0: [(1e9 + 0.2, 1e9), (5, 5)],
            // Large values that cancel each other.
            60: [(0.3 + 1e-7, 1e9), (5, 5)],
            120: [(0, 0), (5, 5)],
        ]
        #expect(comparison.changed == [0, 120], "what is missing as a whole shows in the counts")
    }
}

@Suite("The length of spans to read")
struct ChunkLengthTests {
    private static let minute: Int64 = 60_000_000_000

    @Test("approaches the wanted number of points, by at most a factor of eight per step, in whole windows")
    func adapts() {
        var chunk = ChunkLength(window: Self.minute, initial: 60 * Self.minute, pointsWanted: 1000)
        chunk.sawPoints(2000, in: 60 * Self.minute)
        #expect(chunk.nanoseconds == 30 * Self.minute)
        chunk.sawPoints(0, in: 30 * Self.minute)
        #expect(chunk.nanoseconds == 240 * Self.minute)
        chunk.sawPoints(1_000_000_000, in: 240 * Self.minute)
        #expect(chunk.nanoseconds == 30 * Self.minute)
        for _ in 0..<5 { chunk.sawPoints(1_000_000_000, in: chunk.nanoseconds) }
        #expect(chunk.nanoseconds == Self.minute)
        chunk.sawPoints(5, in: .max)
        #expect(chunk.nanoseconds == Self.minute, "the ends of time say nothing")
    }
}

@Suite("What the source had where nothing is confirmed")
struct SourceCountsTests {
    private func comparison(_ source: [Int64: [UInt64]]) -> CountComparison {
        var comparison = CountComparison(fields: ["a", "b"])
        comparison.source = source
        return comparison
    }

    @Test("fewer values of a field than at some time are a deletion; a refused push never adds any")
    func deleted() {
        var seen = SourceCounts()
        seen.note(comparison([0: [9, 9], 60: [3, 1]]), from: 60)
        #expect(!seen.hasFewer(comparison([60: [3, 1]]), in: 60), "a surplus over this was refused")
        #expect(!seen.hasFewer(comparison([60: [4, 1]]), in: 60))
        #expect(seen.hasFewer(comparison([60: [4, 0]]), in: 60))
        #expect(seen.hasFewer(comparison([:]), in: 60))
        #expect(!seen.hasFewer(comparison([:]), in: 0), "confirmed: not its concern")
        #expect(!seen.hasFewer(comparison([:]), in: 120), "nothing was ever seen there")
        seen.note(comparison([60: [1, 5]]), from: 60)
        #expect(seen.hasFewer(comparison([60: [2, 5]]), in: 60), "the most that there ever was counts")
        seen.note(comparison([:]), from: 120)
        #expect(!seen.hasFewer(comparison([:]), in: 60))
    }
}
