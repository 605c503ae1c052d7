@testable import LeatState

/// Two processes that start, read what there is and claim numbers, and a store whose inserts are answered, lost, late
/// or doubled: one state of all of it. ``successors(_:)`` are the states that one step may lead to.
struct ClaimModel: Hashable {
    enum Row: Hashable {
        case leader(Ballot)
        case start(StartRecord)
        case batch(BatchClaim.Row)
    }

    enum Phase: Hashable {
        case leading(LeadershipClaim, LeadershipClaim.Step)
        case recovering(Ballot)
        case starting(StartRecord)
        case claiming(BatchClaim, BatchClaim.Step)
        case stopped(lost: Bool)
        case done
    }

    struct Process: Hashable {
        var name: String
        var phase: Phase
        /// Numbers that it is still to claim.
        var left: Int

        init(_ name: String, claims: Int) {
            self.name = name
            phase = .leading(LeadershipClaim(owner: name), LeadershipClaim.first)
            left = claims
        }
    }

    var rows: Set<Row> = []
    var inFlight: Set<Row> = []
    var processes: [Process]
    /// Inserts that may still go wrong.
    var faults: Int
    var won: [UInt64: BatchClaim.Content] = [:]
    /// Who has led, by epoch.
    var leaders: [UInt64: String] = [:]
    /// What must not be.
    var violation: String?

    /// What a process that starts finds.
    var recovered: [UInt64: BatchClaim.Content] {
        var starts: [StartRecord] = []
        var newest: [UInt64: BatchClaim.Row] = [:]
        for row in rows {
            switch row {
            case .leader: continue
            case .start(let start): starts.append(start)
            case .batch(let claim):
                if newest[claim.number].map({ $0.ballot < claim.ballot }) ?? true { newest[claim.number] = claim }
            }
        }
        return newest.filter { number, claim in !starts.contains { $0.voids(number, by: claim.ballot) } }
            .mapValues(\.content)
    }

    var isQuiet: Bool {
        inFlight.isEmpty
            && processes.allSatisfy {
                switch $0.phase {
                case .stopped, .done: true
                default: false
                }
            }
    }

    var successors: [ClaimModel] {
        var next: [ClaimModel] = []
        for row in inFlight {
            var state = self
            state.inFlight.remove(row)
            state.rows.insert(row)
            next.append(state)
        }
        for index in processes.indices { next += steps(of: index) }
        return next
    }

    private func steps(of index: Int) -> [ClaimModel] {
        switch processes[index].phase {
        case .stopped, .done: return []
        case .leading(let claim, let step):
            switch step {
            case .lost: return [with(index, .stopped(lost: true))]
            case .leads(let ballot):
                var state = with(index, .recovering(ballot))
                let leader = state.leaders.updateValue(processes[index].name, forKey: ballot.epoch)
                if leader != nil { state.violation = "two leaders of one epoch" }
                return [state]
            case .wait: return [after(index, claim, .waited)]
            case .read:
                var claimed: Set<Ballot> = []
                var highest: UInt64 = 0
                for row in rows {
                    if case .leader(let ballot) = row {
                        claimed.insert(ballot)
                        highest = max(highest, ballot.epoch)
                    }
                }
                return [after(index, claim, .rows(claimed, highest: highest))]
            case .insert(let ballot):
                return inserting(.leader(ballot)) { state, isAnswered in
                    state.after(index, claim, isAnswered ? .inserted : .uncertain)
                }
            }
        case .recovering(let ballot):
            return [with(index, .starting(StartRecord(ballot: ballot, last: recovered.keys.max() ?? 0)))]
        case .starting(let start):
            return inserting(.start(start)) { state, isAnswered in
                // It is repeated until there is an answer.
                isAnswered ? state.claimingNext(index, after: start.last, start.ballot) : state
            }
        case .claiming(let claim, let step):
            switch step {
            case .won:
                var state = self
                if let earlier = won[claim.number], earlier != claim.content { state.violation = "two winners" }
                state.won[claim.number] = claim.content
                return [state.claimingNext(index, after: claim.number, claim.ballot)]
            case .lost: return [with(index, .stopped(lost: true))]
            case .conflict, .failed:
                var state = with(index, .stopped(lost: false))
                state.violation = "a conflict"
                return [state]
            case .wait: return [after(index, claim, .waited)]
            case .readBack: return [after(index, claim, .rows(readBack(claim)))]
            case .insert:
                let row = BatchClaim.Row(number: claim.number, ballot: claim.ballot, content: claim.content)
                return inserting(.batch(row)) { state, isAnswered in
                    state.after(index, claim, isAnswered ? .inserted : .uncertain)
                }
            }
        }
    }

    private func readBack(_ claim: BatchClaim) -> [BatchClaim.Row] {
        var found: [BatchClaim.Row] = []
        for row in rows {
            switch row {
            case .leader(let ballot): found.append(.init(number: 0, ballot: ballot, content: .init()))
            case .start(let start): found.append(.init(number: 0, ballot: start.ballot, content: .init()))
            case .batch(let other): if other.number == claim.number { found.append(other) }
            }
        }
        return found.filter { $0.ballot.epoch >= claim.ballot.epoch }
    }

    /// All that may become of an insert.
    private func inserting(_ row: Row, then: (ClaimModel, _ isAnswered: Bool) -> ClaimModel) -> [ClaimModel] {
        var there = self
        there.rows.insert(row)
        var outcomes = [then(there, true)]
        guard faults > 0 else { return outcomes }
        there.faults -= 1
        outcomes.append(then(there, false))
        var lost = self
        lost.faults -= 1
        outcomes.append(then(lost, false))
        var late = lost
        late.inFlight.insert(row)
        outcomes.append(then(late, false))
        return outcomes
    }

    private func with(_ index: Int, _ phase: Phase) -> ClaimModel {
        var state = self
        state.processes[index].phase = phase
        return state
    }

    private func after(_ index: Int, _ claim: LeadershipClaim, _ answer: LeadershipClaim.Answer) -> ClaimModel {
        var claim = claim
        let step = claim.next(after: answer)
        return with(index, .leading(claim, step))
    }

    private func after(_ index: Int, _ claim: BatchClaim, _ answer: BatchClaim.Answer) -> ClaimModel {
        var claim = claim
        let step = claim.next(after: answer)
        return with(index, .claiming(claim, step))
    }

    private func claimingNext(_ index: Int, after number: UInt64, _ ballot: Ballot) -> ClaimModel {
        guard processes[index].left > 0 else { return with(index, .done) }
        var state = self
        state.processes[index].left -= 1
        let content = BatchClaim.Content(kind: "stream", position: "\(processes[index].name):\(number + 1)")
        return state.with(index, .claiming(BatchClaim(number + 1, content, by: ballot), BatchClaim.first))
    }
}
