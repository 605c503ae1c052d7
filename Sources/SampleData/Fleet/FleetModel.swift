/// The fleet as pure functions of seed, member and time: no state, so that any worker can ask for any moment.
///
/// Times are milliseconds since 1970. What is slow in reality (walks, counters, batteries) is in closed form.
struct FleetModel: Sendable {
    let seed: UInt64
    let scale: FleetScale
    let skewedShare: Double
    private let weather: [UInt64]

    init(seed: UInt64, scale: FleetScale, skewedShare: Double = 0) {
        self.seed = seed
        self.scale = scale
        self.skewedShare = skewedShare
        weather = (0..<FleetScale.sitesMax).map {
            var random = RowRandom(seed: seed, place: FleetPlace.weather, key: UInt64($0))
            return random.next()
        }
    }

    /// - Parameter number: from 1; also beyond `scale.devices`, for traffic that needs more of them.
    func device(_ number: Int) -> FleetDevice {
        FleetDevice(number, seed: seed, sites: scale.sites, skewedShare: skewedShare)
    }

    // MARK: Weather

    /// The temperature outside, in hundredths of a degree.
    func weather(at site: Int, _ time: Int) -> Int {
        let place = FleetSite.all[site]
        let name = weather[site]
        // Warmest in the middle of July and at three in the afternoon.
        let season = FleetClock.sine(
            FleetClock.phase(time &- 105 &* FleetClock.day, FleetClock.year),
            amplitude: place.seasonSwing
        )
        let clouds = FleetClock.noise(name ^ 1, at: time, span: 20 &* FleetClock.hour, amplitude: place.daySwing / 2)
        let day = FleetClock.sine(
            FleetClock.phase(time &+ place.solarOffset &- 9 &* FleetClock.hour, FleetClock.day),
            amplitude: place.daySwing &- clouds
        )
        let front = FleetClock.noise(name ^ 2, at: time, span: 40 &* FleetClock.hour, amplitude: 420)
        let breeze = FleetClock.noise(name ^ 3, at: time, span: 100 &* FleetClock.minute, amplitude: 60)
        return place.meanTemperature &+ season &+ day &+ front &+ breeze
    }

    /// What is usual at a site at that time of the year.
    private func usual(at site: Int, _ time: Int) -> Int {
        let place = FleetSite.all[site]
        return place.meanTemperature
            &+ FleetClock.sine(
                FleetClock.phase(time &- 105 &* FleetClock.day, FleetClock.year),
                amplitude: place.seasonSwing
            )
    }

    // MARK: Sensors

    /// Temperature (hundredths of a degree) and relative humidity (tenths of a percent) as a device measures them.
    func climate(_ device: FleetDevice, _ time: Int) -> (temperature: Int, humidity: Int) {
        let model = device.model
        let outside = weather(at: device.site, time &- model.lag)
        let base = model == .weather ? usual(at: device.site, time) : device.setPoint
        var temperature = base &+ ((outside &- base) &* model.exposure) >> 8
        if model == .cold {
            // The compressor runs for a third of the time and cools twice as fast as the store warms up again.
            let cycle = FleetClock.phase(time &+ device.phase &* 100, 34 &* FleetClock.minute)
            temperature &+= cycle < 21_845 ? 65 &- cycle / 168 : (cycle &- 21_845) / 336 &- 65
            // Somebody leaves the door open now and then.
            let visits = FleetClock.noise(device.name ^ 8, at: time, span: 70 &* FleetClock.minute, amplitude: 1500)
            temperature &+= max(0, visits &- 1050)
        }
        temperature &+= FleetClock.noise(device.name ^ 4, at: time, span: 25 &* FleetClock.minute, amplitude: 26)
        let sinceCalibration = FleetClock.remainder(time &- device.installed, FleetClock.year)
        temperature &+= device.offset &+ device.driftPerYear &* (sinceCalibration / FleetClock.hour) / 8766
        // Warm air takes more water: relative humidity falls where temperature rises.
        let warmth =
            temperature &- (model == .weather || model == .tracker ? usual(at: device.site, time) : device.setPoint)
        let slope = model == .cold ? 6 : 24
        let humidity =
            device.baseHumidity &- warmth &* slope / 100
            &+ FleetClock.noise(device.name ^ 5, at: time, span: 3 &* FleetClock.hour, amplitude: 45)
        let jitter = RowRandom.mix(device.name ^ UInt64(truncatingIfNeeded: time))
        return (
            temperature &+ Int(jitter & 7) &- 3,
            min(max(humidity &+ Int(jitter &>> 8 & 7) &- 3, 40), 1000)
        )
    }

    /// The battery's level in tenths of a percent, and whether it is being charged.
    func battery(_ device: FleetDevice, _ time: Int) -> (level: Int, isCharging: Bool) {
        // Cells lose about 3 % of their capacity a year.
        let top = 1000 &- (time &- device.installed) / FleetClock.day / 12
        guard device.hasBattery else { return (1000, false) }
        if device.model == .weather {
            // The sun charges it from six in the morning, most around noon; clouds delay when it is full.
            let sun = FleetClock.phase(
                time &+ FleetSite.all[device.site].solarOffset &- 6 &* FleetClock.hour,
                FleetClock.day
            )
            let clouds = FleetClock.noise(device.name ^ 6, at: time, span: 2 &* FleetClock.day, amplitude: 60)
            let swing = 160 &+ clouds
            let full = 22_000 &+ 60 &* clouds
            if sun >= full { return (top &- 20 &- (sun &- full) &* swing / (65_536 &- full), false) }
            let share = sun &<< 12 / full
            let charged = (share &* share &* (3 &* 4096 &- 2 &* share)) &>> 24
            return (top &- 20 &- swing &+ swing &* charged / 4096, sun > 1500)
        }
        let cycle = device.drainTime &+ device.chargeTime
        let place = FleetClock.remainder(time &+ device.phase &* 7919, cycle)
        if place < device.drainTime {
            // A little faster towards the end.
            let share = place &<< 12 / device.drainTime
            let used = (share &* (3 &* 4096 &+ share)) &>> 14
            return (top &- (top &- device.lowLevel) &* used / 4096, false)
        }
        // Fast at first, then ever slower.
        let rest = 4096 &- ((place &- device.drainTime) &<< 12) / device.chargeTime
        return (top &- (top &- device.lowLevel) &* ((rest &* rest) &>> 12) / 4096, true)
    }

    /// dBm: worse when it moves away, never outside −120…−30.
    func rssi(_ device: FleetDevice, _ time: Int) -> Int {
        let slow = FleetClock.noise(device.name ^ 9, at: time, span: 80 &* FleetClock.minute, amplitude: 900)
        let jitter = Int(RowRandom.mix(device.name ^ UInt64(truncatingIfNeeded: time) &+ 1) & 0x3FF)
        return min(max(device.baseRSSI &+ (slow &+ jitter &- 512) / 100, -120), -30)
    }

    /// Millionths of a degree: a walk that stays within some kilometres, or a receiver's scatter around one place.
    func position(_ device: FleetDevice, _ time: Int) -> (latitude: Int, longitude: Int) {
        let jitter = RowRandom.mix(device.name ^ UInt64(truncatingIfNeeded: time) &+ 2)
        let north = Int(jitter & 63) &- 32
        let east = Int(jitter &>> 8 & 63) &- 32
        guard device.model == .tracker else { return (device.latitude &+ north, device.longitude &+ east) }
        func walk(_ axis: UInt64) -> Int {
            FleetClock.noise(device.name ^ axis, at: time, span: 5 &* FleetClock.hour, amplitude: 42_000)
                &+ FleetClock.noise(device.name ^ axis ^ 1, at: time, span: 50 &* FleetClock.minute, amplitude: 7_000)
        }
        return (device.latitude &+ walk(16) &+ north, device.longitude &+ walk(18) &+ east)
    }

    /// What ails a device: for some dozen minutes now and then, else nothing.
    func status(_ device: FleetDevice, _ time: Int, level: Int, isCharging: Bool, temperature: Int) -> DeviceStatus {
        let span = 40 &* FleetClock.minute
        let cell = FleetClock.quotient(time &+ device.phase, span)
        var random = RowRandom(
            seed: device.name,
            place: FleetPlace.incident,
            key: UInt64(truncatingIfNeeded: cell)
        )
        if random.chance(8) { return .sensorFault }
        if device.model == .cold, temperature > device.setPoint &+ 300 { return .doorOpen }
        if temperature > 4200 { return .overTemperature }
        if isCharging { return .charging }
        return level < 200 ? .lowBattery : .ok
    }
}
