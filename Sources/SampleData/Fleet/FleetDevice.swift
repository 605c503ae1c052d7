/// A device, and all about it that does not change: a pure function of the fleet's seed and the device's number.
///
/// Temperatures in hundredths of a degree, times in milliseconds.
struct FleetDevice: Sendable {
    let number: Int
    /// Index in `FleetSite.all`.
    let site: Int
    let model: DeviceModel
    /// Names the device's own noise.
    let name: UInt64
    /// When in an interval it reports, in 65536ths.
    let phase: Int

    /// The temperature that its surroundings are kept at, where they are.
    let setPoint: Int
    /// What its sensor was off by when it was new, and what is added each year until it is calibrated.
    let offset: Int
    let driftPerYear: Int
    /// Tenths of a percent.
    let baseHumidity: Int
    /// dBm
    let baseRSSI: Int
    /// Where it stands, or around which it moves, in millionths of a degree.
    let latitude: Int
    let longitude: Int

    /// How long the battery lasts and how long charging takes.
    let drainTime: Int
    let chargeTime: Int
    /// The level at which it is charged, in tenths of a percent.
    let lowLevel: Int
    /// When it was put to use.
    let installed: Int
    /// The mean time between two restarts.
    let restartInterval: Int
    /// How much later (earlier) than the truth its clock is; 0 for most.
    let skew: Int

    /// Others hang on mains power and report no battery.
    var hasBattery: Bool { model != .cold }

    /// The value of the tag `device_id`.
    var id: String { FleetDevice.id(number) }

    static func id(_ number: Int) -> String {
        let digits = String(number)
        return "dev-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    init(_ number: Int, seed: UInt64, sites: Int, skewedShare: Double) {
        self.number = number
        site = (number &- 1) % sites
        var random = RowRandom(seed: seed, place: FleetPlace.device, key: UInt64(number))
        name = random.next()
        // Sites have all models: one after another, and more of the cheap ones at random.
        let place = (number &- 1) / sites
        model = DeviceModel(rawValue: place % 4) ?? .hall
        phase = random.next(below: 1 << 16)
        let home = FleetSite.all[site]
        setPoint =
            switch model {
            case .weather: home.meanTemperature
            case .hall: random.next(in: 1750...2150)
            case .cold: random.chance(500) ? random.next(in: 300...600) : random.next(in: -2100...(-1800))
            case .tracker: 1500
            }
        offset = random.next(in: -40...40)
        driftPerYear = random.next(in: -60...120)
        baseHumidity = model == .cold ? random.next(in: 700...860) : random.next(in: 430...620)
        baseRSSI = 0 &- random.next(in: 52...92)
        let radius = model == .tracker ? 60_000 : 4_000
        latitude = home.latitude &+ random.next(in: -radius...radius)
        longitude = home.longitude &+ random.next(in: -radius...radius)
        let hours = random.next(in: 0...200)
        drainTime = (model == .tracker ? 9 &+ hours / 6 : 30 &+ hours) &* FleetClock.hour
        chargeTime = random.next(in: 80...240) &* FleetClock.minute
        lowLevel = random.next(in: 60...280)
        installed = FleetClock.epoch &+ random.next(in: 365...1600) &* FleetClock.day
        restartInterval = random.next(in: 20...240) &* FleetClock.hour
        skew = FleetDevice.skew(&random, share: skewedShare)
    }

    /// More than any clock is off by.
    static let skewMax = 3 * FleetClock.hour

    /// Seconds or minutes for a clock that was never set right, whole hours for one in the wrong time zone.
    private static func skew(_ random: inout RowRandom, share: Double) -> Int {
        let isSkewed = Double(random.next() &>> 11) * 0x1p-53 < share
        switch random.next(below: 4) {
        case _ where !isSkewed: return 0
        case 0: return random.next(in: 500...90_000)
        case 1: return 0 &- random.next(in: 2_000...120_000)
        case 2: return 0 &- random.next(in: 150...420) &* FleetClock.second
        default: return 0 &- random.next(in: 1...2) &* FleetClock.hour
        }
    }
}

/// Keeps the randomness of different things of the fleet apart: see `RowRandom`.
enum FleetPlace {
    static let device: UInt64 = 0x40 &<< 56
    static let weather: UInt64 = 0x41 &<< 56
    static let rollOut: UInt64 = 0x42 &<< 56
    static let meter: UInt64 = 0x43 &<< 56
    static let restart: UInt64 = 0x44 &<< 56
    static let incident: UInt64 = 0x45 &<< 56
    static let point: UInt64 = 0x46 &<< 56
    static let gap: UInt64 = 0x47 &<< 56
    static let stuck: UInt64 = 0x48 &<< 56
    static let batch: UInt64 = 0x49 &<< 56
    static let chunk: UInt64 = 0x4A &<< 56
    static let tracker: UInt64 = 0x4B &<< 56
}
