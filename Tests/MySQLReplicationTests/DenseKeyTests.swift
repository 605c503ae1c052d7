import Testing

@testable import MySQLReplication

@Suite("DenseKey")
struct DenseKeyTests {
    private func cuts(lowest: String, highest: String, rows: Int, step: Int, from: String? = nil) -> [String]? {
        guard let key = DenseKey(lowest: lowest, highest: highest, rows: rows, step: step) else { return nil }
        var cuts: [String] = []
        var lower = from
        while let upper = key.upper(after: lower) {
            cuts.append(upper)
            lower = upper
        }
        return cuts
    }

    @Test("ranges hold at most the given number of keys, and what is left at the end is looked up")
    func cuts() {
        #expect(cuts(lowest: "1", highest: "2500", rows: 2500, step: 1000) == ["1000", "2000"])
        #expect(cuts(lowest: "-1250", highest: "1249", rows: 2500, step: 1000) == ["-251", "749"])
        #expect(cuts(lowest: "1", highest: "1000", rows: 1000, step: 1000) == [])
        #expect(cuts(lowest: "1", highest: "1001", rows: 1000, step: 1000) == ["1000"])
        #expect(cuts(lowest: "7", highest: "7", rows: 1, step: 1000) == [])
    }

    @Test("a copy that resumes cuts after what is claimed")
    func continued() {
        #expect(cuts(lowest: "1", highest: "2500", rows: 2500, step: 1000, from: "800") == ["1800"])
        // Rows below the first range's end are gone meanwhile, and all others too.
        #expect(cuts(lowest: "500", highest: "2500", rows: 2500, step: 1000, from: "100") == ["1499", "2499"])
        #expect(cuts(lowest: "1", highest: "2500", rows: 2500, step: 1000, from: "9000") == [])
    }

    @Test("the ends of BIGINT do not overflow")
    func extremes() {
        #expect(
            cuts(lowest: "18446744073709549115", highest: "18446744073709551615", rows: 2500, step: 1000)
                == ["18446744073709550114", "18446744073709551114"]
        )
        #expect(
            cuts(lowest: "-9223372036854775808", highest: "-9223372036854773308", rows: 2500, step: 2000)
                == ["-9223372036854773809"]
        )
        #expect(
            cuts(lowest: "-9223372036854775808", highest: "9223372036854775805", rows: .max, step: .max) == ["-2"]
        )
    }

    @Test("a key with more gaps than keys is not dense, nor is what is no number")
    func sparse() {
        #expect(cuts(lowest: "1", highest: "2000", rows: 1000, step: 100) != nil)
        #expect(cuts(lowest: "1", highest: "2001", rows: 1000, step: 100) == nil)
        #expect(cuts(lowest: "1", highest: "10", rows: 0, step: 100) == nil)
        #expect(cuts(lowest: "a", highest: "10", rows: 10, step: 100) == nil)
        #expect(cuts(lowest: "5", highest: "4", rows: 10, step: 100) == nil)
    }
}
