import MySQLClient
import MySQLProtocol
import Testing

@testable import MySQLReplication

@Suite("How late a pipeline is")
struct FreshnessTests {
    private static let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

    private func set(_ last: Int) throws -> GTIDSet {
        last == 0 ? GTIDSet() : try GTIDSet(parsing: "\(Self.uuid):1-\(last)")
    }

    @Test("it is not late at all while everything that the host has executed is applied")
    func idle() throws {
        var freshness = SourceFreshness(completeAt: 100)
        for second in stride(from: 100.0, to: 200, by: 0.5) {
            freshness.sighted(try set(5), applied: try set(5), at: second)
            #expect(freshness.lag(at: second + 0.4) == 0)
        }
    }

    @Test("it is as late as the last moment at which everything was there, not as the last transaction is old")
    func behind() throws {
        var freshness = SourceFreshness(completeAt: 0)
        freshness.sighted(try set(5), applied: try set(5), at: 1000)
        // One new transaction after an idle hour.
        freshness.sighted(try set(6), applied: try set(5), at: 1000.5)
        #expect(freshness.lag(at: 1003) == 3)
        freshness.sighted(try set(9), applied: try set(5), at: 1001)
        freshness.update(applied: try set(6))
        #expect(freshness.lag(at: 1003) == 2.5)
        freshness.update(applied: try set(9))
        #expect(freshness.lag(at: 1003.1) > 2, "what the host has done since it was asked is not known")
        freshness.sighted(try set(9), applied: try set(9), at: 1003)
        #expect(freshness.lag(at: 1003.1) == 0)
    }

    @Test("it rises while the host does not answer, and while nothing is applied, however long")
    func rising() throws {
        var freshness = SourceFreshness(completeAt: 0)
        freshness.sighted(try set(1), applied: try set(1), at: 10)
        #expect(freshness.lag(at: 15) == 5)
        #expect(freshness.lag(at: 60) == 50)
        for step in 0..<5000 { freshness.sighted(try set(2 + step), applied: try set(1), at: 60 + Double(step)) }
        #expect(freshness.lag(at: 5060) == 5050)
        // What is thinned out makes it look later by a little, never earlier.
        freshness.update(applied: try set(4001))
        #expect(freshness.lag(at: 5060) >= 1001)
        #expect(freshness.lag(at: 5060) < 1100)
    }

    @Test("a source's clock that is fast does not hide that nothing comes")
    func fastClock() throws {
        var freshness = SourceFreshness(completeAt: 0)
        freshness.sighted(try set(9), applied: try set(1), at: 100)
        freshness.applied(committedAt: 9999, now: 100)
        #expect(freshness.lag(at: 110) == 10)
    }

    @Test("another host does not have to have what the last one had")
    func hostChanged() throws {
        var freshness = SourceFreshness(completeAt: 100)
        freshness.sighted(try set(9), applied: try set(5), at: 100)
        freshness.hostChanged()
        freshness.sighted(try set(5), applied: try set(5), at: 101)
        #expect(freshness.lag(at: 101) == 0)
    }

    @Test("a replica is late by what it says, and ever later once its replication has stopped")
    func replica() {
        var replica = ReplicaFreshness()
        #expect(replica.lag(at: 10) == 0)
        replica.observe(.init(isReceiving: true, isApplying: true, secondsBehind: 3), at: 10)
        #expect(replica.lag(at: 11) == 3)
        replica.observe(.init(isReceiving: true, isApplying: false, secondsBehind: nil), at: 12)
        #expect(replica.lag(at: 12) == 5)
        #expect(replica.lag(at: 42) == 35)
        replica.observe(.init(isReceiving: true, isApplying: true, secondsBehind: 0), at: 43)
        #expect(replica.lag(at: 43) == 0)
        // Stopped when it was first seen: since when is not known, but it continues.
        var stopped = ReplicaFreshness()
        stopped.observe(.init(isReceiving: false, isApplying: true, secondsBehind: nil), at: 5)
        #expect(stopped.lag(at: 9) == 4)
        // It was made a primary.
        stopped.observe(nil, at: 10)
        #expect(stopped.lag(at: 90) == 0)
    }

    @Test("the runway is what the host keeps less the lag, and 0 once something that is needed is gone")
    func runway() throws {
        var runway = BinlogRunway()
        #expect(runway.seconds(applied: try set(1), lag: 5, at: 0) == .infinity)
        runway.retention = 3600
        runway.sighted(executed: try set(100), purged: try set(10), at: 0)
        #expect(runway.seconds(applied: try set(50), lag: 600, at: 1) == 3000)
        #expect(runway.seconds(applied: try set(50), lag: 6000, at: 1) == 0)
        #expect(runway.seconds(applied: try set(5), lag: 1, at: 1) == 0)
    }

    @Test("a host that purges earlier than it is set to has the runway that it was seen to leave, for as long")
    func earlyPurge() throws {
        var runway = BinlogRunway()
        runway.retention = 86_400
        for step in 0...60 {
            runway.sighted(executed: try set(100 + step), purged: try set(10), at: Double(step) * 10)
        }
        // What was executed by 300 is purged at 600, so five minutes are kept.
        runway.sighted(executed: try set(170), purged: try set(130), at: 600)
        #expect(runway.seconds(applied: try set(170), lag: 0, at: 601) == 300)
        #expect(runway.seconds(applied: try set(170), lag: 100, at: 601) == 200)
        // Nobody does it again: it was a single time.
        #expect(runway.seconds(applied: try set(170), lag: 0, at: 1000) == 86_400)
    }
}
