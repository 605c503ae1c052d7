import Testing

@testable import Verification

@Suite("Spans of time and their windows") struct SeriesSpanTests {
    private static let day: Int64 = 86_400_000_000_000

    @Test("every time of a span is in one window, whatever the span's length")
    func windows() {
        let span = SeriesSpan(100, 1100, windowsMax: 64)
        #expect(span.window == 16)
        #expect(span.count == 63)
        #expect(span.index(of: 100) == 0)
        #expect(span.index(of: 115) == 0)
        #expect(span.index(of: 116) == 1)
        #expect(span.index(of: 1099) == 62)
        #expect(span.part(1...2) == SeriesSpan(116, 148, window: 16))
        #expect(span.part(62...62) == SeriesSpan(1092, 1100, window: 16))
        let all = SeriesSpan(.min + 2, .max - 1, windowsMax: 4096)
        #expect(all.length == UInt64.max - 3)
        #expect(all.count == 4096)
        #expect(all.index(of: .min + 2) == 0)
        #expect(all.index(of: .max - 2) == 4095)
        #expect(all.part(4095...4095).end == .max - 1)
        #expect(all.part(0...4095).length == all.length)
    }

    @Test("a part's windows are the span's")
    func parts() {
        let span = SeriesSpan(-5000, 5001, windowsMax: 100)
        for first in stride(from: 0, to: span.count, by: 7) {
            let part = span.part(first...min(first + 3, span.count - 1))
            for time in stride(from: part.start, to: part.end, by: 13) {
                #expect(span.index(of: time) == first + part.index(of: time))
            }
        }
    }

    @Test("the plan covers the range without a hole or an overlap, with points spread evenly")
    func plan() {
        let days: [(start: Int64, rows: UInt64)] =
            [(0, 200_000), (Self.day, 400_000), (2 * Self.day, 5_000_000), (500 * Self.day, 10), (501 * Self.day, 10)]
        let plan = SeriesSpan.plan(from: .min + 2, to: 502 * Self.day - 7, days: days)
        #expect(plan.first?.start == .min + 2)
        #expect(plan.last?.end == 502 * Self.day - 7)
        for (one, next) in zip(plan, plan.dropFirst()) { #expect(one.end == next.start) }
        #expect(plan.allSatisfy { $0.length > 0 && $0.count <= 4096 })
        #expect(plan.contains { $0.start == 0 && $0.end == 2 * Self.day })
        #expect(plan.filter { $0.start >= 2 * Self.day && $0.end <= 3 * Self.day }.count == 10)
        #expect(plan.contains { $0.start == 3 * Self.day && $0.end == 500 * Self.day })
    }

    @Test("a warehouse without points is compared all the same")
    func empty() {
        #expect(SeriesSpan.plan(from: 5, to: 9, days: []) == [SeriesSpan(5, 9, windowsMax: 4096)])
        #expect(SeriesSpan.plan(from: 9, to: 9, days: []) == [])
    }
}
