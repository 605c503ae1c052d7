/// Firmware: a release every six days for each model, taken up by the devices one after another within four.
extension FleetModel {
    private static let cadence = 6 * FleetClock.day

    /// The release that a device runs; rises with time.
    func release(_ device: FleetDevice, _ time: Int) -> Int {
        let age = time &- FleetClock.epoch &- device.model.rawValue &* 37 &* FleetClock.hour
        let latest = FleetClock.quotient(age, FleetModel.cadence)
        var random = RowRandom(
            seed: device.name,
            place: FleetPlace.rollOut,
            key: UInt64(truncatingIfNeeded: latest)
        )
        // Few at first, most in the middle, some stragglers.
        let share = random.next(below: 1000) + random.next(below: 1000)
        let delay = 4 &* FleetClock.day / 2000 &* share
        return FleetClock.remainder(age, FleetModel.cadence) >= delay ? latest : latest &- 1
    }

    /// The value of the tag `firmware`.
    static func firmware(_ release: Int) -> String {
        let number = max(release, 0)
        return "\(1 + number / 100).\(number / 10 % 10).\(number % 10)"
    }
}
