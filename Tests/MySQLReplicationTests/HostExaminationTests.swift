import MySQLClient
import MySQLProtocol
import Testing

@testable import LeatState
@testable import MySQLReplication

/// Three servers: A and B share a history, C is a former host of which A and B know nothing.
private let a = "aaaaaaaa-0000-0000-0000-000000000000"
private let b = "bbbbbbbb-0000-0000-0000-000000000000"
private let c = "cccccccc-0000-0000-0000-000000000000"

private func set(_ text: String) -> GTIDSet { (try? GTIDSet(parsing: text)) ?? GTIDSet() }

@Suite("Whether a host can be followed")
struct HostExaminationTests {
    private func position(
        _ uuid: String,
        executed: String,
        purged: String = "",
        replicaOf source: String? = nil
    ) throws -> HostPosition {
        var replica: ReplicaStatus?
        if let source {
            replica = ReplicaStatus(isReceiving: true, isApplying: true, secondsBehind: 0)
            replica?.sources = [try MySQLUUID(parsing: source)]
        }
        return HostPosition(
            serverUUID: try MySQLUUID(parsing: uuid),
            executed: set(executed),
            purged: set(purged),
            replica: replica
        )
    }

    private func verdict(
        _ position: HostPosition,
        seen: String,
        received: String? = nil,
        quiet: String = "",
        changing: String = "",
        carried: String = "",
        hasWaited: Bool = false
    ) -> HostExamination.Verdict {
        HostExamination(
            address: "host:3306",
            position: position,
            needs: StreamNeeds(
                received: set(received ?? seen),
                seen: set(seen),
                quiet: set(quiet),
                changing: set(changing)
            ),
            carried: set(carried),
            hasWaited: hasWaited
        ).verdict
    }

    private func refusal(_ verdict: HostExamination.Verdict) -> HostRefusal? {
        if case .refused(let refusal) = verdict { return refusal }
        return nil
    }

    @Test("a host that has everything is followed")
    func everything() throws {
        let host = try position(a, executed: "\(a):1-10", purged: "\(a):1-3")
        #expect(verdict(host, seen: "\(a):1-8") == .fit(absent: GTIDSet()))
        #expect(verdict(host, seen: "") == .refused(try #require(refusal(verdict(host, seen: "")))))
        #expect(refusal(verdict(host, seen: ""))?.reason == .purged)
    }

    @Test("a host that has purged what must still be sent is refused for good, and the GTIDs are named")
    func purged() throws {
        let found = refusal(
            verdict(try position(a, executed: "\(a):1-10", purged: "\(a):1-7"), seen: "\(a):1-5")
        )
        #expect(found?.reason == .purged && found?.isLasting == true)
        #expect(found?.message.contains("\(a):6-7") == true)
    }

    @Test("a pipeline that begins from now needs nothing of what a host has purged")
    func fromNow() throws {
        let host = try position(a, executed: "\(a):1-100", purged: "\(a):1-90")
        for (isNew, isFromNow) in [(true, false), (false, true)] {
            let recovery = BatchLog.Recovery(
                checkpoint: Checkpoint(acknowledged: 3, position: isNew ? "" : "\(a):1-5"),
                unacknowledged: [],
                acknowledgedParts: [],
                completeAt: 0,
                isNew: isNew,
                epoch: 1
            )
            let needs = try StreamNeeds(recovery, isFromNow: isFromNow)
            let examination = HostExamination(address: "host:3306", position: host, needs: needs)
            #expect(examination.verdict == .fit(absent: GTIDSet()))
        }
    }

    @Test("what a former host has committed alone is listed, and nothing waits for it")
    func errant() throws {
        let primary = try position(a, executed: "\(a):1-10")
        #expect(verdict(primary, seen: "\(a):1-10,\(c):1-3") == .fit(absent: set("\(c):1-3")))
        let replica = try position(b, executed: "\(a):1-10", replicaOf: a)
        #expect(verdict(replica, seen: "\(a):1-10,\(c):1-3") == .fit(absent: set("\(c):1-3")))
    }

    @Test("a former host's own transactions that changed followed tables refuse the next host")
    func errantRows() throws {
        let primary = try position(a, executed: "\(a):1-10")
        let onRecord = verdict(primary, seen: "\(a):1-10,\(c):1-3", carried: "\(c):2", hasWaited: true)
        #expect(refusal(onRecord)?.reason == .lacks && refusal(onRecord)?.transactions == set("\(c):2"))
        let justNow = verdict(primary, seen: "\(a):1-10,\(c):1-3", changing: "\(c):3", hasWaited: true)
        #expect(refusal(justNow)?.transactions == set("\(c):3") && refusal(justNow)?.isLasting == true)
    }

    @Test("a transaction without rows that shared a batch with others is known to be harmless")
    func quietInBatch() throws {
        let primary = try position(a, executed: "\(a):1-10")
        #expect(
            verdict(primary, seen: "\(a):1-10,\(c):1", quiet: "\(c):1", carried: "\(c):1")
                == .fit(absent: set("\(c):1"))
        )
    }

    @Test("a replica that lags is waited for, and refused for now if it does not catch up")
    func lagging() throws {
        let host = try position(b, executed: "\(a):1-7", replicaOf: a)
        #expect(verdict(host, seen: "\(a):1-10") == .waiting(for: set("\(a):8-10")))
        let late = refusal(verdict(host, seen: "\(a):1-10", hasWaited: true))
        #expect(late?.reason == .lacks && late?.isLasting == false)
        // Its source was promoted a moment ago: it knows nothing of it but that.
        let fresh = try position(b, executed: "\(a):1-10", replicaOf: c)
        #expect(verdict(fresh, seen: "\(a):1-10,\(c):1") == .waiting(for: set("\(c):1")))
    }

    @Test("transactions that a failover lost refuse the new primary, unless they changed nothing that is followed")
    func failover() throws {
        let promoted = try position(b, executed: "\(a):1-7,\(b):1-5")
        let found = refusal(verdict(promoted, seen: "\(a):1-10", hasWaited: true))
        #expect(found?.reason == .lacks && found?.isLasting == true && found?.transactions == set("\(a):8-10"))
        #expect(found?.message.contains("\(a):8-10") == true && found?.remedy.contains("--copy-again") == true)
        let harmless = verdict(promoted, seen: "\(a):1-10", quiet: "\(a):8-10", hasWaited: true)
        #expect(harmless == .fit(absent: set("\(a):8-10")))
    }

    @Test(
        "a host that has lost transactions of its own is refused, also where they changed nothing: it uses the numbers again"
    )
    func restored() throws {
        let host = try position(a, executed: "\(a):1-7")
        // The binlog shows a transaction before it can be read.
        #expect(verdict(host, seen: "\(a):1-8") == .waiting(for: set("\(a):8")))
        let found = refusal(verdict(host, seen: "\(a):1-8", quiet: "\(a):8", hasWaited: true))
        #expect(found?.reason == .lostItsOwn && found?.isLasting == true)
    }

    @Test("a server that has nothing of what was followed is another source's")
    func unrelated() throws {
        let found = refusal(verdict(try position(c, executed: "\(c):1-100"), seen: "\(a):1-8"))
        #expect(found?.reason == .unrelated && found?.isLasting == true)
        #expect(refusal(verdict(try position(c, executed: ""), seen: "\(a):1-8"))?.reason == .unrelated)
        #expect(verdict(try position(c, executed: ""), seen: "") == .fit(absent: GTIDSet()))
    }

    @Test("a replica that is being filled is waited for, and is another source's if nothing comes")
    func empty() throws {
        let host = try position(b, executed: "", replicaOf: c)
        #expect(verdict(host, seen: "\(a):1-8") == .waiting(for: set("\(a):1-8")))
        let found = refusal(verdict(host, seen: "\(a):1-8", hasWaited: true))
        #expect(found?.reason == .unrelated && found?.isLasting == false)
    }

    @Test("a reader waits for what can come: from a replica's sources, and for a server's own transactions")
    func reachable() throws {
        let primary = try position(a, executed: "\(a):1-7")
        #expect(primary.unreachable(in: set("\(a):1-9,\(b):1,\(c):1-3")) == set("\(b):1,\(c):1-3"))
        let replica = try position(b, executed: "\(a):1-7", replicaOf: a)
        #expect(replica.unreachable(in: set("\(a):1-9,\(c):1-3")) == set("\(c):1-3"))
    }
}

@Suite("When a source is lost")
struct HostVerdictsTests {
    private let loss = HostVerdicts.HostLoss(message: "one has purged", remedy: "copy again")

    @Test("it is lost once no host is left that could have what is needed")
    func all() {
        var verdicts = HostVerdicts()
        verdicts.lost("one", loss)
        #expect(verdicts.loss(of: ["one", "two"]) == nil)
        verdicts.lost("two", .init(message: "two was restored", remedy: "as well"))
        let found = verdicts.loss(of: ["one", "two"])
        #expect(found == .init(message: "one has purged; two was restored", remedy: "copy again"))
    }

    @Test("a stream that ran for a while and broke is opened at the same host again, unless the server says why not")
    func stays() {
        let long = HostVerdicts.servingAfter
        #expect(HostVerdicts.stays(after: nil, streamed: long))
        #expect(!HostVerdicts.stays(after: nil, streamed: long / 2))
        #expect(!HostVerdicts.stays(after: nil, streamed: nil))
        #expect(!HostVerdicts.stays(after: .purged, streamed: long))
        #expect(!HostVerdicts.stays(after: .damaged, streamed: long))
        #expect(HostVerdicts.stays(after: .clash, streamed: nil))
    }

    @Test("a host that is down, or serves again, may still have it")
    func passing() {
        var verdicts = HostVerdicts()
        verdicts.lost("one", loss)
        verdicts.lost("two", loss)
        verdicts.failed("one")
        #expect(verdicts.loss(of: ["one", "two"]) == nil)
        verdicts.lost("one", loss)
        verdicts.serves("two")
        #expect(verdicts.loss(of: ["one", "two"]) == nil)
    }
}

@Suite("What a pipeline needs when it starts again")
struct StreamNeedsTests {
    @Test("parts of transactions that are half in the warehouse count, whatever mark they bear")
    func parts() throws {
        let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
        let part = RecordedPart("\(uuid):7", first: 0, end: 5).recorded
        let recovery = BatchLog.Recovery(
            checkpoint: Checkpoint(acknowledged: 3, position: "\(uuid):1-5"),
            unacknowledged: [BatchDefinition(number: 4, kind: .stream, position: "\(uuid):6", parts: [part])],
            acknowledgedParts: [part],
            completeAt: 0,
            isNew: false,
            epoch: 1
        )
        #expect(try StreamNeeds(recovery, isFromNow: false).seen == GTIDSet(parsing: "\(uuid):1-7"))
    }
}
