import Testing

@testable import LeatState

@Suite("The claim of a batch number")
struct BatchClaimTests {
    private static let content = BatchClaim.Content(kind: "stream", position: "a:1-5")
    private static let mine = Ballot(epoch: 4, owner: "m")

    private static func leader(_ ballot: Ballot) -> BatchClaim.Row {
        .init(number: 0, ballot: ballot, content: .init())
    }

    private static func row(_ ballot: Ballot, _ content: BatchClaim.Content = content) -> BatchClaim.Row {
        .init(number: 9, ballot: ballot, content: content)
    }

    private static func claim(after answers: BatchClaim.Answer...) -> (claim: BatchClaim, step: BatchClaim.Step) {
        var claim = BatchClaim(9, content, by: mine)
        var step = BatchClaim.first
        for answer in answers { step = claim.next(after: answer) }
        return (claim, step)
    }

    @Test("is inserted, read back and won")
    func won() {
        #expect(BatchClaim.first == .insert)
        #expect(Self.claim(after: .inserted).step == .readBack)
        #expect(Self.claim(after: .inserted, .rows([Self.leader(Self.mine), Self.row(Self.mine)])).step == .won)
    }

    @Test("a repeat of the same row, and late rows of lower ballots, take nothing from the winner (B9)")
    func repeats() {
        let late = Self.row(Ballot(epoch: 3, owner: "z"), .init(kind: "range"))
        let rows = [late, Self.row(Self.mine), Self.leader(Self.mine), Self.row(Self.mine)]
        #expect(Self.claim(after: .uncertain, .waited, .rows(rows)).step == .won)
    }

    @Test("a higher epoch that was claimed meanwhile wins, with or without a row of its own")
    func lost() {
        let higher = Ballot(epoch: 5, owner: "a")
        let rows = [Self.leader(Self.mine), Self.row(Self.mine), Self.leader(higher)]
        #expect(Self.claim(after: .inserted, .rows(rows)).step == .lost(to: higher))
        let same = Ballot(epoch: 4, owner: "n")
        #expect(Self.claim(after: .inserted, .rows([Self.leader(same), Self.row(Self.mine)])).step == .lost(to: same))
    }

    @Test("without an answer it is read back after a wait, and inserted again if it is not there")
    func uncertain() {
        #expect(Self.claim(after: .uncertain).step == .wait(1))
        #expect(Self.claim(after: .uncertain, .waited).step == .readBack)
        let (claim, step) = Self.claim(
            after: .uncertain,
            .waited,
            .unreadable,
            .waited,
            .rows([Self.leader(Self.mine)])
        )
        #expect(step == .insert)
        #expect(claim.mayBeRecorded)
    }

    @Test("one that was refused is free again, unless an earlier attempt may still arrive")
    func refused() {
        let (first, step) = Self.claim(after: .refused)
        #expect(step == .failed && !first.mayBeRecorded)
        let (second, later) = Self.claim(after: .uncertain, .waited, .rows([Self.leader(Self.mine)]), .refused)
        #expect(later == .failed && second.mayBeRecorded)
    }

    @Test("another definition under the same ballot, and a record that was emptied, are conflicts")
    func conflict() {
        let other = Self.row(Self.mine, .init(kind: "barrier"))
        #expect(Self.claim(after: .inserted, .rows([Self.leader(Self.mine), other])).step == .conflict)
        #expect(Self.claim(after: .inserted, .rows([Self.row(Self.mine)])).step == .conflict)
    }

    @Test(
        "two processes, whatever becomes of their inserts: never two winners, never a wedge",
        arguments: [0, 1, 2, 3]
    )
    func exhaustive(faults: Int) throws {
        let first = ClaimModel(
            processes: [.init("a", claims: faults == 0 ? 2 : 1), .init("b", claims: 1)],
            faults: faults
        )
        var seen: Set<ClaimModel> = [first]
        var open = [first]
        var quiet = 0
        while let state = open.popLast() {
            if state.violation != nil { try #require(state.violation == nil, "\(state)") }
            if !state.won.isEmpty {
                let recovered = state.recovered
                for (number, content) in state.won where recovered[number] != content {
                    try #require(recovered[number] == content, "\(state)")
                }
            }
            if state.isQuiet {
                quiet += 1
                try Self.expectUsable(state)
            }
            for next in state.successors where seen.insert(next).inserted { open.append(next) }
        }
        #expect(quiet > 10)
        print("claims with \(faults) faults: \(seen.count) states, \(quiet) of them quiet")
    }

    /// A process that starts after both finds numbers without gaps, and claims the next one.
    private static func expectUsable(_ quiet: ClaimModel) throws {
        let numbers = quiet.recovered.keys.sorted()
        try #require(numbers == Array(1...UInt64(max(1, numbers.count))).prefix(numbers.count).map { $0 }, "\(quiet)")
        var state = quiet
        state.faults = 0
        state.processes = [.init("c", claims: 1)]
        while let next = state.successors.first { state = next }
        try #require(
            state.violation == nil && state.won[UInt64(numbers.count) + 1]?.position.hasPrefix("c") == true,
            "\(state)"
        )
    }

    @Test("of two that take the lead at the same time none has the epoch of the other")
    func epochs() {
        var left = LeadershipClaim(owner: "l")
        var right = LeadershipClaim(owner: "r")
        #expect(left.next(after: .rows([], highest: 6)) == .insert(Ballot(epoch: 7, owner: "l")))
        #expect(right.next(after: .rows([], highest: 6)) == .insert(Ballot(epoch: 7, owner: "r")))
        let both: Set<Ballot> = [Ballot(epoch: 7, owner: "l"), Ballot(epoch: 7, owner: "r")]
        _ = (left.next(after: .inserted), right.next(after: .inserted))
        let up = (left.next(after: .rows(both, highest: 7)), right.next(after: .rows(both, highest: 7)))
        #expect(up == (.insert(Ballot(epoch: 9, owner: "l")), .insert(Ballot(epoch: 8, owner: "r"))))
    }

    @Test("who meets a higher epoch gives way, so that two never overtake each other for ever")
    func givesWay() {
        var claim = LeadershipClaim(owner: "l")
        _ = claim.next(after: .rows([], highest: 6))
        let mine = Ballot(epoch: 7, owner: "l")
        let other = Ballot(epoch: 8, owner: "r")
        #expect(claim.next(after: .rows([mine, other], highest: 8)) == .lost(to: other))
    }
}
