/// When things happen in the shop: two years of history with a daily, weekly and yearly rhythm, then the simulated
/// present in which traffic continues.
///
/// Times are microseconds since 1970 in UTC. The n-th order's time grows with n. Integer arithmetic only.
struct ShopTimeline: Sendable {
    /// 2024-01-01 00:00:00.
    static let start: Int64 = 1_704_067_200_000_000
    /// 2026-01-01 00:00:00: the initial data shows the shop as it stood then.
    static let end: Int64 = 1_767_225_600_000_000
    /// Orders placed after `end` follow each other at this distance.
    static let trafficInterval: Int64 = 100_000

    static let second: Int64 = 1_000_000
    static let minute: Int64 = 60 * second
    static let hour: Int64 = 60 * minute
    static let day: Int64 = 24 * hour
    /// 731: 2024 was a leap year.
    static let days = Int((end - start) / day)

    /// Orders per hour of the day, relative.
    private static let hours: [UInt64] = [
        14, 8, 5, 4, 4, 7, 15, 30, 48, 62, 72, 78, 80, 74, 68, 66, 70, 82, 96, 110, 118, 104, 70, 34,
    ]
    /// Monday to Sunday.
    private static let weekdays: [UInt64] = [96, 92, 94, 98, 104, 118, 124]

    private let cumulative: [UInt64]
    /// First hour to examine for each 1/16384 of the whole.
    private let guide: [UInt32]
    private let step: UInt64
    private let count: Int

    /// - Parameter count: how many orders the history holds.
    init(count: Int) {
        precondition(count >= 1)
        self.count = count
        step = UInt64.max / UInt64(count)
        var cumulative: [UInt64] = [0]
        cumulative.reserveCapacity(ShopTimeline.days * 24 + 1)
        for day in 0..<ShopTimeline.days {
            // 2024-01-01 was a Monday. The shop grows by half over the two years; the end of the year is busy.
            let yearDay = day % 366
            let season: UInt64 = yearDay >= 325 && yearDay < 358 ? 170 : yearDay >= 180 && yearDay < 230 ? 85 : 100
            let trend = UInt64(1000 + day * 500 / ShopTimeline.days)
            for hour in 0..<24 {
                let weight = ShopTimeline.hours[hour] * ShopTimeline.weekdays[day % 7] * season * trend / 4096
                cumulative.append(cumulative[cumulative.count - 1] + weight << 11)
            }
        }
        self.cumulative = cumulative
        var guide: [UInt32] = []
        var place = 0
        for bucket in 0..<16384 {
            let target = (cumulative[cumulative.count - 1] >> 14) * UInt64(bucket)
            while cumulative[place + 1] <= target { place += 1 }
            guide.append(UInt32(place))
        }
        self.guide = guide
    }

    /// When order `index` (0 the first) was placed.
    ///
    /// - Parameter bits: the order's own randomness; it moves the order within its place in the sequence.
    func placed(index: Int, bits: UInt64) -> Int64 {
        if index >= count {
            let place = Int64(index &- count) &* ShopTimeline.trafficInterval
            return ShopTimeline.end &+ place &+ Int64(bits % UInt64(ShopTimeline.trafficInterval))
        }
        let fraction = UInt64(index) &* step &+ bits.multipliedFullWidth(by: step).high
        let total = cumulative[cumulative.count - 1]
        let target = fraction.multipliedFullWidth(by: total).high
        var hour = Int(guide[min(Int(target / (total >> 14)), 16383)])
        while cumulative[hour + 1] <= target { hour += 1 }
        let weight = cumulative[hour + 1] - cumulative[hour]
        let within = Int64((target - cumulative[hour]) * UInt64(ShopTimeline.hour) / weight)
        return ShopTimeline.start &+ Int64(hour) &* ShopTimeline.hour &+ within
    }
}
