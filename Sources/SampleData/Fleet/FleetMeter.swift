/// A meter of a site, and all about it that does not change.
struct FleetMeter: Sendable {
    enum Kind: Int, CaseIterable, Sendable {
        case electricity
        case water
        case heat

        var name: String {
            switch self {
            case .electricity: "electricity"
            case .water: "water"
            case .heat: "heat"
            }
        }

        /// What is used in each hour of the day, relative.
        var hours: [Int] {
            switch self {
            case .electricity:
                [22, 20, 19, 19, 20, 26, 44, 70, 88, 94, 96, 95, 84, 90, 95, 92, 84, 70, 52, 44, 38, 34, 29, 25]
            case .water: [3, 2, 2, 2, 3, 12, 38, 66, 74, 60, 52, 50, 62, 54, 46, 44, 48, 52, 40, 30, 22, 16, 9, 5]
            case .heat:
                [58, 58, 60, 62, 66, 78, 96, 98, 90, 78, 66, 58, 52, 48, 46, 48, 54, 62, 68, 70, 68, 64, 60, 58]
            }
        }
    }

    let number: Int
    /// Index in `FleetSite.all`.
    let site: Int
    let kind: Kind
    let name: UInt64
    /// When in an interval it reports, in 65536ths.
    let phase: Int
    /// Used on a mean day, in thousandths of a kWh or m³.
    let daily: Int
    /// What is used by the beginning of each hour of a day, and on all of it in the end.
    let cumulative: [Int]

    /// The value of the tag `meter_id`.
    var id: String {
        let digits = String(number)
        return "mtr-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    init(_ number: Int, seed: UInt64, sites: Int) {
        self.number = number
        kind = Kind(rawValue: (number &- 1) % 3) ?? .electricity
        site = (number &- 1) / 3 % sites
        var random = RowRandom(seed: seed, place: FleetPlace.meter, key: UInt64(number))
        name = random.next()
        phase = random.next(below: 1 << 16)
        daily = random.next(in: 20_000...400_000) / (kind == .water ? 10 : 1)
        var sum = 0
        cumulative =
            [0]
            + kind.hours.map {
                sum += $0
                return sum
            }
    }
}

extension FleetModel {
    /// - Parameter number: from 1.
    func meter(_ number: Int) -> FleetMeter { FleetMeter(number, seed: seed, sites: scale.sites) }

    /// The counter in thousandths, which never falls, and what is used per hour in hundredths.
    func consumption(_ meter: FleetMeter, _ time: Int) -> (reading: Int, rate: Int, isNight: Bool) {
        let local = time &+ FleetSite.all[meter.site].solarOffset &- FleetClock.epoch
        let day = FleetClock.quotient(local, FleetClock.day)
        let hour = FleetClock.phase(local, FleetClock.day) &* 24
        let index = min(hour >> 16, 23)
        let before = total(meter, day)
        let used = total(meter, day &+ 1) &- before
        let whole = meter.cumulative[24]
        let weight = meter.cumulative[index &+ 1] &- meter.cumulative[index]
        let place = meter.cumulative[index] &<< 16 &+ weight &* (hour & 0xFFFF)
        return (
            before &+ ((used &* place) / whole) >> 16,
            used &* weight / whole / 10,
            index < 6 || index >= 22
        )
    }

    /// The counter at the beginning of a day: days differ, but by less than a mean day's use.
    private func total(_ meter: FleetMeter, _ day: Int) -> Int {
        let bits = RowRandom.mix(meter.name &+ UInt64(truncatingIfNeeded: day) &* 0x9E37_79B9_7F4A_7C15)
        let span = meter.daily &* 2 / 3
        return day &* meter.daily &+ Int(bits &>> 40) &* span >> 24
    }
}
