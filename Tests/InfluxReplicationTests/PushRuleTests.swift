import LeatState
import Testing

@testable import InfluxReplication

@Suite("Which pushed points are written from their push")
struct PushRuleTests {
    private static let minute: Int64 = 60_000_000_000
    private static let hour = 60 * minute
    /// For tests whose points are of 1970.
    static let any = PushRule(lookback: .max, ageMax: .max)

    @Test("within the look-back they are, older ones and those far in the future are only read")
    func lookback() {
        let rule = PushRule(lookback: 15 * Self.minute)
        let now = 1000 * Self.hour
        #expect(rule.allows(now, at: now))
        #expect(rule.allows(now - 15 * Self.minute, at: now))
        #expect(!rule.allows(now - 15 * Self.minute - 1, at: now))
        #expect(rule.allows(now + 10 * Self.minute, at: now))
        #expect(!rule.allows(now + 10 * Self.minute + 1, at: now))
    }

    @Test("however long the look-back, none is older than the shortest retention that the source can have been given")
    func retention() {
        let rule = PushRule(lookback: 30 * 24 * Self.hour)
        let now = 1000 * Self.hour
        #expect(rule.allows(now - 45 * Self.minute, at: now))
        #expect(!rule.allows(now - 46 * Self.minute, at: now))
    }
}

@Suite("Windows of points that are only read")
struct HeldWindowsTests {
    @Test("each window counts once; more than can be kept become everything from the first on")
    func limit() {
        var held = HeldWindows()
        #expect(held.isEmpty)
        for _ in 0..<3 { held.insert(7) }
        #expect(held.windows == [7])
        for window in 0...Int64(HeldWindows.countMax) { held.insert(100 + window) }
        #expect(held.windows.isEmpty)
        #expect(held.start == 7)
        held.insert(-5)
        held.insert(50)
        #expect(held.start == -5)
        #expect(!held.isEmpty)
    }
}

@Suite("From when on both sides hold points")
struct RetentionBoundTests {
    private static let minute: Int64 = 60_000_000_000
    private static let hour = 60 * minute

    @Test("a retention of an hour leaves 54 minutes to compare, longer ones all but their last hour")
    func margin() {
        let now = 1000 * Self.hour
        func oldest(_ retention: Int64?, _ timeToLive: Int64? = nil) -> Int64 {
            RetentionBound(retention: retention, timeToLive: timeToLive).oldest(at: now, window: Self.minute)
        }
        #expect(oldest(Self.hour) == now - 54 * Self.minute)
        #expect(oldest(24 * Self.hour) == now - 23 * Self.hour)
        #expect(oldest(24 * Self.hour, 10 * Self.hour) == now - 9 * Self.hour)
        #expect(oldest(nil) == TimeRange.earliest)
    }

    @Test("the bound is never earlier than the age allows: it is rounded towards the present")
    func rounding() {
        let bound = RetentionBound(retention: Self.hour, timeToLive: nil)
        #expect(bound.oldest(at: 1000 * Self.hour + 1, window: Self.minute) == 1000 * Self.hour - 53 * Self.minute)
    }
}
