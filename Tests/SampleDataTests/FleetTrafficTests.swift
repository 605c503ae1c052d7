import ColumnarBytes
import Testing

@testable import SampleData

@Suite("What the fleet's traffic sends")
struct FleetTrafficTests {
    /// 2026-01-10.
    private static let start = 1_768_003_200_000

    private static func model(skewed: Double = 0) -> FleetModel {
        FleetModel(seed: 1, scale: FleetScale(rows: 1000), skewedShare: skewed)
    }

    /// What lanes send in `seconds` seconds, and when: seconds since the start.
    private static func lines(
        _ disorder: FleetDisorder,
        rate: Double,
        seconds: Int,
        lanes: Int = 1
    ) -> (sent: [(second: Double, text: String)], statistics: FleetTrafficStatistics) {
        let plan = FleetTrafficPlan(model(skewed: disorder.skewed), disorder: disorder, rate: rate)
        var sent: [(Double, String)] = []
        var statistics = FleetTrafficStatistics()
        for index in 0..<lanes {
            var lane = FleetTrafficLane(plan, index: index, of: lanes, start: start)
            while lane.due <= start + seconds * 1000 {
                let second = Double(lane.due - start) / 1000
                let out = GrowableBytes()
                statistics.add(lane.advance(into: out))
                let text = String(decoding: out.bytes, as: UTF8.self)
                // Line feeds stand in strings too: a line ends with its time.
                for line in text.split(separator: "000000\n") { sent.append((second, String(line) + "000000")) }
            }
        }
        return (sent, statistics)
    }

    private static func time(_ line: String) -> Int {
        Int(line.split(separator: " ").last ?? "").map { $0 / 1_000_000 } ?? 0
    }

    @Test(
        "the rate comes about with any disorder",
        arguments: [20.0, 300, 2000],
        [FleetDisorder.none, .standard, .all]
    )
    func rate(rate: Double, disorder: FleetDisorder) {
        let seconds = rate < 100 ? 600 : 40
        let (sent, statistics) = FleetTrafficTests.lines(disorder, rate: rate, seconds: seconds)
        #expect(sent.count == statistics.lines)
        let expected = rate * Double(seconds)
        // The first repeats and corrections are due after a second.
        #expect(abs(Double(sent.count) - expected) <= expected * 0.1, "\(sent.count) of \(expected)")
    }

    @Test("three measurements in their shares")
    func shares() {
        let (sent, _) = FleetTrafficTests.lines(.standard, rate: 1000, seconds: 20)
        for (name, share) in [("readings", 0.6), ("diagnostics", 0.35), ("meters", 0.05)] {
            let count = sent.count { $0.text.hasPrefix(name + ",") }
            #expect(abs(Double(count) / Double(sent.count) - share) < 0.02, "\(name)")
        }
    }

    @Test("without disorder every point is sent once, in the order of its device, within 0.4 s of its time")
    func order() {
        let (sent, statistics) = FleetTrafficTests.lines(.none, rate: 400, seconds: 30)
        #expect(statistics.late + statistics.repeated + statistics.corrected == 0)
        #expect(Set(sent.map(\.text)).count == sent.count)
        var latest: [String: Int] = [:]
        for (second, line) in sent {
            let time = FleetTrafficTests.time(line)
            let delay = FleetTrafficTests.start + Int(second * 1000) - time
            #expect((0...400).contains(delay), "\(delay) ms")
            let series = String(line.prefix { $0 != " " })
            #expect(latest[series, default: 0] < time)
            latest[series] = time
        }
    }

    @Test("late points come minutes late from the first second on, and a few beyond any usual look-back")
    func late() {
        let (sent, statistics) = FleetTrafficTests.lines(.all, rate: 1000, seconds: 30)
        let delays = sent.map { FleetTrafficTests.start + Int($0.second * 1000) - FleetTrafficTests.time($0.text) }
        let rate = Double(statistics.late) / Double(statistics.points)
        #expect(rate > 0.08 && rate < 0.18, "\(rate)")
        let minutes = delays.count { $0 > FleetClock.minute && $0 < 15 * FleetClock.minute }
        let beyond = delays.count { $0 > 15 * FleetClock.minute && $0 < 41 * FleetClock.minute }
        #expect(minutes > sent.count / 25 && minutes < sent.count / 5)
        #expect(beyond > sent.count / 1000 && beyond < sent.count / 20)
        let first = sent.filter { $0.second <= 1 }.count {
            FleetTrafficTests.start - FleetTrafficTests.time($0.text) > 60_000
        }
        #expect(first > 10)
    }

    @Test("repeats and corrections follow what they repeat within a minute")
    func repeats() {
        let (sent, statistics) = FleetTrafficTests.lines(.all, rate: 300, seconds: 150)
        #expect(statistics.repeated > 1000 && statistics.corrected > 500)
        var seen: [String: Double] = [:]
        var repeated = 0
        for (second, line) in sent {
            if let earlier = seen[line] {
                repeated += 1
                #expect(second - earlier >= 0.9 && second - earlier < 60.2)
            }
            seen[line] = second
        }
        // Some repeat what was sent before the beginning.
        #expect(repeated > statistics.repeated / 2)
    }

    @Test("the same is sent whatever the number of connections, and depends on the seed alone")
    func lanes() {
        let alone = FleetTrafficTests.lines(.all, rate: 200, seconds: 20).sent.map(\.text).sorted()
        for lanes in [2, 5] {
            let together = FleetTrafficTests.lines(.all, rate: 200, seconds: 20, lanes: lanes).sent.map(\.text).sorted()
            let isSame = together == alone
            #expect(isSame, "\(lanes) lanes")
        }
    }

    @Test("a slow rate slows the fleet down, a fast one brings more devices")
    func plan() {
        let slow = FleetTrafficPlan(FleetTrafficTests.model(), disorder: .none, rate: 1)
        #expect(slow.sources.map(\.members) == [8, 8, 6])
        #expect(slow.sources[0].stream.interval == 13_333)
        let fast = FleetTrafficPlan(FleetTrafficTests.model(), disorder: .none, rate: 5000)
        #expect(fast.sources.map(\.members) == [3000, 1750, 250])
        #expect(fast.sources.allSatisfy { $0.stream.interval == 1000 })
    }
}
