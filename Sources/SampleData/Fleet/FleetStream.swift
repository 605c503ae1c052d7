/// The points of one measurement at a regular interval, and what becomes of each of them on its way.
///
/// A point is named by its member and its tick; tick n lies at n × interval since 1970, plus the member's phase.
struct FleetStream: Sendable {
    let model: FleetModel
    let measurement: FleetMeasurement
    /// Milliseconds.
    let interval: Int
    private let rates: Rates
    private let seed: UInt64

    /// Chances as 16-bit thresholds, of episodes per 64 ticks.
    private struct Rates {
        let missing, late, veryLate, duplicates, corrections, missingFields: Int
        let gaps, stuck, batches: Int

        init(_ disorder: FleetDisorder) {
            func share(_ value: Double) -> Int { Int(value * 65_536 + 0.5) }
            missing = share(disorder.missing)
            late = share(disorder.late)
            veryLate = share(disorder.veryLate)
            duplicates = share(disorder.duplicates)
            corrections = share(disorder.corrections)
            missingFields = share(disorder.missingFields)
            gaps = share(disorder.gaps * 64 / FleetStream.episodeMean)
            stuck = share(disorder.stuck * 64 / FleetStream.episodeMean)
            batches = share(disorder.lateBatches * 64 / FleetStream.episodeMean)
        }
    }

    /// Episodes last 8…39 ticks.
    private static let episodeMean = 23.5

    /// - Parameter interval: milliseconds, at least 1000; nil: that of the history.
    init(_ model: FleetModel, _ measurement: FleetMeasurement, disorder: FleetDisorder, interval: Int? = nil) {
        self.model = model
        self.measurement = measurement
        self.interval = interval ?? measurement.interval
        rates = Rates(disorder)
        seed = RowRandom.mix(model.seed ^ UInt64(measurement.rawValue) &<< 32 ^ UInt64(self.interval))
    }

    /// Whether any of its points come late.
    var hasLate: Bool { rates.late + rates.veryLate + rates.batches > 0 }

    // MARK: Members

    /// A device or a meter.
    enum Member {
        case device(FleetDevice)
        case meter(FleetMeter)

        var number: Int {
            switch self {
            case .device(let device): device.number
            case .meter(let meter): meter.number
            }
        }

        /// Index in `FleetSite.all`.
        var site: Int {
            switch self {
            case .device(let device): device.site
            case .meter(let meter): meter.site
            }
        }

        var phase: Int {
            switch self {
            case .device(let device): device.phase
            case .meter(let meter): meter.phase
            }
        }
    }

    /// - Parameter number: from 1.
    func member(_ number: Int) -> Member {
        measurement == .meters ? .meter(model.meter(number)) : .device(model.device(number))
    }

    /// When a tick is due, in milliseconds since 1970.
    @inline(__always)
    func due(_ member: Member, _ tick: Int) -> Int {
        // The two measurements of a device do not share their moments.
        let phase = measurement == .diagnostics ? member.phase ^ 0x8000 : member.phase
        return tick &* interval &+ (phase &* interval) >> 16
    }

    // MARK: Fate

    /// What becomes of a point.
    struct Fate: Equatable {
        /// How much later than it was made it is sent, in milliseconds.
        var delay = 0
        /// It comes again as it is.
        var isRepeated = false
        /// It comes again with other values.
        var isCorrected = false
        /// Fields that it lacks, as bits.
        var lost: UInt8 = 0
        /// When the value was sensed, in milliseconds; earlier than the point where a sensor is stuck.
        var sensed: Int
    }

    /// - Returns: nil for a point that never comes.
    func fate(_ member: Member, _ tick: Int) -> Fate? {
        let key = UInt64(truncatingIfNeeded: member.number)
        var random = RowRandom(
            seed: seed,
            place: FleetPlace.point,
            key: key,
            version: UInt64(truncatingIfNeeded: tick)
        )
        let bits = random.next()
        if Int(bits & 0xFFFF) < rates.missing { return nil }
        if rates.gaps > 0, episode(FleetPlace.gap, key, tick, rates.gaps) != nil { return nil }
        var fate = Fate(sensed: due(member, tick))
        if rates.stuck > 0, let stuck = episode(FleetPlace.stuck, key, tick, rates.stuck) {
            fate.sensed = due(member, stuck.lowerBound)
        }
        let lateness = Int(bits &>> 16 & 0xFFFF)
        if rates.batches > 0, let batch = episode(FleetPlace.batch, key, tick, rates.batches) {
            // All that was kept goes out when the connection is back.
            fate.delay = (batch.upperBound &- tick) &* interval
        } else if lateness < rates.veryLate {
            fate.delay = random.next(in: 16 &* FleetClock.minute...40 &* FleetClock.minute)
        } else if lateness < rates.veryLate &+ rates.late {
            fate.delay = random.next(in: 20 &* FleetClock.second...11 &* FleetClock.minute)
        }
        let repeats = Int(bits &>> 32 & 0xFFFF)
        fate.isCorrected = repeats < rates.corrections
        fate.isRepeated = !fate.isCorrected && repeats < rates.corrections &+ rates.duplicates
        if Int(bits &>> 48) < rates.missingFields {
            let mask = random.next()
            // Never the first field; each other with a chance of a quarter, and at least one.
            fate.lost = UInt8(truncatingIfNeeded: mask & mask &>> 8) & 0xFE
            if fate.lost & UInt8(truncatingIfNeeded: 1 &<< measurement.fields.count &- 1) == 0 { fate.lost = 0b10 }
        }
        return fate
    }

    /// The episode that a tick lies in: at most one in each 64 ticks.
    private func episode(_ place: UInt64, _ key: UInt64, _ tick: Int, _ chance: Int) -> Range<Int>? {
        let cell = tick &>> 6
        var random = RowRandom(seed: seed, place: place, key: key, version: UInt64(truncatingIfNeeded: cell))
        let bits = random.next()
        guard Int(bits & 0xFFFF) < chance else { return nil }
        let length = 8 &+ Int(bits &>> 16 & 31)
        let start = cell &<< 6 &+ Int(bits &>> 24 & 0xFFFF) % (64 &- length)
        return tick >= start && tick < start &+ length ? start..<start &+ length : nil
    }

    // MARK: Points

    /// A point as it is sent, and what is sent later in place of some of its values.
    struct Sent {
        var first: FleetPoint
        var correction: FleetPoint?

        /// What a database holds in the end.
        var last: FleetPoint { correction.map { first.merged(with: $0) } ?? first }
    }

    func sent(_ member: Member, _ tick: Int, _ fate: Fate) -> Sent {
        var point = point(member, tick, sensed: fate.sensed)
        guard fate.isCorrected else {
            point.present &= ~fate.lost
            return Sent(first: point)
        }
        // The truth comes second, also for fields that the point lacked at first.
        var wrong = point
        let correction = spoil(&wrong)
        wrong.present &= ~fate.lost
        return Sent(first: wrong, correction: correction)
    }

    private func point(_ member: Member, _ tick: Int, sensed: Int) -> FleetPoint {
        let time = due(member, tick)
        var point: FleetPoint
        switch member {
        case .device(let device):
            let stamp = Int64(time &+ jitter(member, due: time) &+ device.skew) &* 1_000_000
            point = FleetPoint(time: stamp, release: model.release(device, time))
            if measurement == .readings {
                readings(device, time, sensed: sensed, &point)
            } else {
                diagnostics(device, time, &point)
            }
        case .meter(let meter):
            point = FleetPoint(time: Int64(time &+ jitter(member, due: time)) &* 1_000_000, release: 0)
            let consumption = model.consumption(meter, time)
            point.set(0, consumption.reading)
            point.set(1, consumption.rate)
            point.set(2, consumption.isNight ? 1 : 0)
        }
        return point
    }

    /// The milliseconds that pass until a member gets round to its point: 0…255.
    func jitter(_ member: Member, due: Int) -> Int {
        Int(RowRandom.mix(seed ^ UInt64(truncatingIfNeeded: due &+ member.number)) & 0xFF)
    }

    private func readings(_ device: FleetDevice, _ time: Int, sensed: Int, _ point: inout FleetPoint) {
        let climate = model.climate(device, sensed)
        let battery = model.battery(device, time)
        let position = model.position(device, time)
        let status = model.status(
            device,
            time,
            level: battery.level,
            isCharging: battery.isCharging,
            temperature: climate.temperature
        )
        point.set(0, model.rssi(device, time))
        point.set(1, device.model == .hall ? FleetStream.rounded(climate.temperature, 10) : climate.temperature)
        point.set(2, climate.humidity)
        if device.hasBattery {
            point.set(3, device.model == .weather ? battery.level : FleetStream.rounded(battery.level, 10))
        }
        let step = device.model == .tracker ? 1 : 100
        point.set(4, FleetStream.rounded(position.latitude, step))
        point.set(5, FleetStream.rounded(position.longitude, step))
        point.set(6, status.rawValue)
        point.set(7, status.errorCode)
    }

    private func diagnostics(_ device: FleetDevice, _ time: Int, _ point: inout FleetPoint) {
        let values = model.diagnostics(device, time)
        point.set(0, values.uptime)
        point.set(1, values.cpu)
        point.set(2, values.memory)
        point.set(3, values.queue)
        point.set(4, values.isCharging ? 1 : 0)
        if let log = values.log { point.set(5, log) }
    }

    /// To a multiple of `step`, halves away from zero.
    @inline(__always)
    private static func rounded(_ value: Int, _ step: Int) -> Int {
        (value &+ (value < 0 ? 0 &- step / 2 : step / 2)) / step &* step
    }

    /// Puts wrong values in place of some of the point's.
    ///
    /// - Returns: the right ones of these fields.
    private func spoil(_ point: inout FleetPoint) -> FleetPoint {
        var right = FleetPoint(time: point.time, release: point.release)
        let bits = Int(truncatingIfNeeded: RowRandom.mix(UInt64(bitPattern: point.time) ^ seed) &>> 1)
        func replace(_ field: Int, by value: Int) {
            right.set(field, Int(point.values[field]))
            point.set(field, value)
        }
        switch measurement {
        case .readings:
            replace(1, by: Int(point.values[1]) &+ 10 &* (20 &+ bits % 60))
            if bits & 0x100 != 0 { replace(2, by: max(Int(point.values[2]) &- 20 &- bits % 30, 0)) }
            if bits & 0x200 != 0 {
                replace(6, by: DeviceStatus.sensorFault.rawValue)
                replace(7, by: DeviceStatus.sensorFault.errorCode)
            }
        case .diagnostics:
            replace(3, by: 50 &+ bits % 50)
            if bits & 0x100 != 0, !point.has(5) { right.set(5, bits &>> 9 % FleetVocabulary.logs.count) }
            if bits & 0x200 != 0 { replace(4, by: Int(point.values[4]) ^ 1) }
        case .meters:
            replace(1, by: Int(point.values[1]) &+ 100 &+ bits % 100)
            if bits & 0x100 != 0 { replace(2, by: Int(point.values[2]) ^ 1) }
        }
        return right
    }
}
