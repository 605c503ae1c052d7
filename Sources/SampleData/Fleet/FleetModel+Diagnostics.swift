/// What devices say of themselves.
extension FleetModel {
    struct Diagnostics {
        /// Seconds since the last restart.
        let uptime: Int
        /// Tenths of a percent.
        let cpu: Int
        /// Bytes; rises until the next restart.
        let memory: Int
        /// Messages that wait to be sent.
        let queue: Int
        let isCharging: Bool
        /// Index in `FleetVocabulary.logs`; nil for most points.
        let log: Int?
    }

    func diagnostics(_ device: FleetDevice, _ time: Int) -> Diagnostics {
        let uptime = (time &- lastRestart(device, time)) / FleetClock.second
        let load = FleetClock.noise(device.name ^ 32, at: time, span: 12 &* FleetClock.minute, amplitude: 130)
        let jitter = RowRandom.mix(device.name ^ UInt64(truncatingIfNeeded: time) &+ 3)
        let boot = uptime < 300 ? 420 &- uptime : 0
        let leak = Int(device.name & 0x3FF) &+ 60
        let pages = FleetClock.noise(device.name ^ 33, at: time, span: 9 &* FleetClock.minute, amplitude: 24)
        let crowd = FleetClock.noise(device.name ^ 34, at: time, span: 45 &* FleetClock.minute, amplitude: 160) &- 90
        let log: Int? =
            uptime < 120
            ? Int(jitter &>> 40 & 1)
            : jitter &>> 32 & 0xFF < 4 ? 2 &+ Int(jitter &>> 41) % (FleetVocabulary.logs.count &- 2) : nil
        return Diagnostics(
            uptime: uptime,
            cpu: min(max(160 &+ load &+ boot &+ Int(jitter & 31), 5), 1000),
            memory: min(196_608 &+ leak &* (uptime / 3600) &+ pages &* 512 &+ Int(jitter &>> 8 & 0xFF) &* 16, 1 &<< 20),
            queue: max(crowd, 0) &+ Int(jitter &>> 16 & 3) &* Int(jitter &>> 18 & 1),
            isCharging: battery(device, time).isCharging,
            log: log
        )
    }

    /// One restart at a random moment of each interval.
    private func lastRestart(_ device: FleetDevice, _ time: Int) -> Int {
        let cell = FleetClock.quotient(time, device.restartInterval)
        let inThis = restart(device, cell)
        return inThis <= time ? inThis : restart(device, cell &- 1)
    }

    private func restart(_ device: FleetDevice, _ cell: Int) -> Int {
        var random = RowRandom(
            seed: device.name,
            place: FleetPlace.restart,
            key: UInt64(truncatingIfNeeded: cell)
        )
        return cell &* device.restartInterval &+ random.next(below: device.restartInterval)
    }
}
