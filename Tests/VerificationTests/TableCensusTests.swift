import LeatState
import Testing

@testable import Verification

@Suite("Tables that only one side has")
struct TableCensusTests {
    private typealias Tables = [String: PipelineProgress.Table]

    private func table(_ phase: TablePhase, revision: UInt64 = 1) -> PipelineProgress.Table {
        .init(name: "", phase: phase, revision: revision)
    }

    private func strays(
        _ before: Tables,
        source: Set<String>,
        after: Tables? = nil,
        isFollowed: (String) -> Bool = { _ in true }
    ) -> [String: Difference.Kind] {
        TableCensus(before: before, source: source, isFollowed: isFollowed).strays(after: after ?? before)
    }

    @Test("a table that the source no longer has is one, whatever state it is in")
    func gone() {
        for state in [TablePhase.streaming, .snapshotting, .paused, .quarantined] {
            #expect(strays(["a": table(state), "b": table(.streaming)], source: ["b"]) == ["a": .extraTable])
        }
        #expect(strays(["a": table(.dropped)], source: []).isEmpty)
    }

    @Test("a table that the pipeline has never heard of is one, and one that it holds for dropped")
    func unknown() {
        #expect(strays([:], source: ["a"]) == ["a": .missingTable])
        #expect(strays(["a": table(.dropped)], source: ["a"]) == ["a": .missingTable])
        #expect(strays(["a": table(.quarantined)], source: ["a"]).isEmpty)
    }

    @Test("a DROP or CREATE that was on its way is none, nor a table that was dropped and made again")
    func onTheirWay() {
        #expect(strays(["a": table(.streaming)], source: [], after: ["a": table(.dropped, revision: 2)]).isEmpty)
        #expect(strays([:], source: ["a"], after: ["a": table(.streaming)]).isEmpty)
        #expect(strays(["a": table(.streaming)], source: [], after: ["a": table(.streaming, revision: 3)]).isEmpty)
        // Made after the list was read.
        #expect(strays([:], source: [], after: ["a": table(.streaming)]).isEmpty)
    }

    @Test("a table that the configuration leaves out is none")
    func excluded() {
        #expect(strays(["a": table(.streaming)], source: []) { _ in false }.isEmpty)
    }

    @Test("nothing is waited for where both sides have the same")
    func suspicion() {
        let same = TableCensus(before: ["a": table(.streaming)], source: ["a"]) { _ in true }
        #expect(!same.isSuspicious)
        #expect(TableCensus(before: ["a": table(.streaming)], source: []) { _ in true }.isSuspicious)
        #expect(TableCensus(before: [:], source: ["a"]) { _ in true }.isSuspicious)
        #expect(!TableCensus(before: ["a": table(.streaming)], source: []) { _ in false }.isSuspicious)
    }
}
