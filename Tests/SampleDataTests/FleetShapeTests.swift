import Testing

@testable import SampleData

/// What the data looks like: statements that hold for real devices.
@Suite("The fleet's shape")
struct FleetShapeTests {
    private static let orderly = FleetGenerator(seed: 11, rows: 100_000, disorder: .none)

    /// The points of a device in the order of time.
    private static func points(_ number: Int, _ measurement: FleetMeasurement = .readings) -> [FleetPoint] {
        let stream = orderly.stream(measurement)
        let member = stream.member(number)
        return orderly.ticks(measurement).compactMap { tick in
            stream.fate(member, tick).map { stream.sent(member, tick, $0).last }
        }
    }

    private static func values(_ points: [FleetPoint], _ field: Int) -> [Double] {
        points.map { Double($0.values[field]) }
    }

    private static func correlation(_ first: some Collection<Double>, _ second: some Collection<Double>) -> Double {
        let count = Double(first.count)
        let (meanOfFirst, meanOfSecond) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
        var (product, firstSquares, secondSquares) = (0.0, 0.0, 0.0)
        for (one, other) in zip(first, second) {
            product += (one - meanOfFirst) * (other - meanOfSecond)
            firstSquares += (one - meanOfFirst) * (one - meanOfFirst)
            secondSquares += (other - meanOfSecond) * (other - meanOfSecond)
        }
        return product / (firstSquares * secondSquares).squareRoot()
    }

    @Test("temperature changes slowly: neighbours correlate with at least 0.9")
    func autocorrelation() {
        for number in 1...80 {
            let temperatures = FleetShapeTests.values(FleetShapeTests.points(number), 1)
            #expect(FleetShapeTests.correlation(temperatures.dropLast(), temperatures.dropFirst()) >= 0.9, "\(number)")
        }
    }

    @Test("outdoors it is warm in the afternoon and cold before dawn, by the sun and not by UTC", arguments: 0..<20)
    func days(site: Int) {
        let model = FleetShapeTests.orderly.model
        var hours = [Int](repeating: 0, count: 24)
        for day in 0..<60 {
            for hour in 0..<24 {
                let solar = FleetShapeTests.orderly.end - day * FleetClock.day + hour * FleetClock.hour
                hours[hour] += model.weather(at: site, solar - FleetSite.all[site].solarOffset) / 60
            }
        }
        #expect(abs((hours.firstIndex(of: hours.max() ?? 0) ?? 0) - 15) <= 1)
        #expect(abs((hours.firstIndex(of: hours.min() ?? 0) ?? 0) - 3) <= 1)
        #expect((hours.max() ?? 0) - (hours.min() ?? 0) > 300)
    }

    @Test("July is warmer than January in the north, and the other way round in the south")
    func seasons() {
        let model = FleetShapeTests.orderly.model
        for (site, place) in FleetSite.all.enumerated() where abs(place.seasonSwing) > 300 {
            func mean(_ day: Int) -> Int {
                (0..<40).reduce(0) { sum, index in
                    let time = FleetClock.epoch + 6 * FleetClock.year + (day + index) * FleetClock.day
                    return sum + model.weather(at: site, time) / 40
                }
            }
            #expect((mean(185) > mean(0)) == (place.latitude > 0), "\(place.name)")
        }
    }

    @Test("a sensor inside follows the weather later and less")
    func lag() throws {
        let model = FleetShapeTests.orderly.model
        let devices = (1...80).map { model.device($0) }
        let outside = try #require(devices.first { $0.model == .weather })
        let inside = try #require(devices.first { $0.site == outside.site && $0.model == .hall })
        // The hottest and coldest moments of many days, by the time of the day.
        var swings = (outside: 0, inside: 0)
        var peaks = (outside: 0, inside: 0)
        for day in 0..<40 {
            func course(of device: FleetDevice) -> (swing: Int, peak: Int) {
                let values = (0..<144).map {
                    model.climate(device, FleetClock.epoch + day * FleetClock.day + $0 * 600_000).temperature
                }
                let top = values.max() ?? 0
                return (top - (values.min() ?? 0), values.firstIndex(of: top) ?? 0)
            }
            let (first, second) = (course(of: outside), course(of: inside))
            swings = (swings.outside + first.swing, swings.inside + second.swing)
            peaks = (peaks.outside + first.peak, peaks.inside + second.peak)
        }
        #expect(swings.inside < swings.outside / 2)
        #expect(peaks.inside > peaks.outside)
    }

    @Test("humidity falls where temperature rises")
    func humidity() {
        var sum = 0.0
        var count = 0.0
        for number in 1...80 where FleetShapeTests.orderly.model.device(number).model == .weather {
            let points = FleetShapeTests.points(number)
            sum += FleetShapeTests.correlation(FleetShapeTests.values(points, 1), FleetShapeTests.values(points, 2))
            count += 1
        }
        #expect(sum / count < -0.6, "\(sum / count)")
    }

    @Test("batteries drain, are recharged, and hold less as they age")
    func batteries() throws {
        let model = FleetShapeTests.orderly.model
        let device = try #require((1...80).map { model.device($0) }.first { $0.model == .tracker })
        func top(from begin: Int) -> Int {
            (0..<720).map { model.battery(device, begin + $0 * 600_000).level }.max() ?? 0
        }
        var charging = 0
        var previous: (level: Int, isCharging: Bool)?
        for step in 0..<2000 {
            let battery = model.battery(device, device.installed + step * 300_000)
            #expect((0...1000).contains(battery.level))
            if let previous, previous.isCharging == battery.isCharging {
                #expect(battery.isCharging ? battery.level >= previous.level - 1 : battery.level <= previous.level)
            }
            charging += battery.isCharging ? 1 : 0
            previous = battery
        }
        #expect(charging > 50 && charging < 1000)
        let new = top(from: device.installed)
        let old = top(from: device.installed + 3 * FleetClock.year)
        #expect(old < new - 70 && old > new - 130)
    }

    @Test("trackers move by small steps within their region; the others stay where they are")
    func positions() {
        for number in 1...80 {
            let device = FleetShapeTests.orderly.model.device(number)
            let home = FleetSite.all[device.site]
            let points = FleetShapeTests.points(number)
            let latitudes = points.map { Int($0.values[4]) }
            let span = (latitudes.max() ?? 0) - (latitudes.min() ?? 0)
            #expect(latitudes.allSatisfy { abs($0 - home.latitude) < 130_000 })
            #expect(points.allSatisfy { abs(Int($0.values[5]) - home.longitude) < 130_000 })
            #expect(zip(latitudes, latitudes.dropFirst()).allSatisfy { abs($0 - $1) < 3000 })
            #expect(device.model == .tracker ? span > 5000 : span <= 200, "\(device.model) \(span)")
        }
    }

    @Test("meters never count backwards, and are used at all hours that their kind is")
    func meters() {
        for number in 1...60 {
            let points = FleetShapeTests.points(number, .meters)
            for (earlier, later) in zip(points, points.dropFirst()) where later.values[0] < earlier.values[0] {
                Issue.record("meter \(number) fell from \(earlier) to \(later)")
                return
            }
            let used = (points.last?.values[0] ?? 0) - (points.first?.values[0] ?? 0)
            let days = Double((points.last?.time ?? 0) - (points.first?.time ?? 0)) / 86_400_000_000_000
            let daily = Double(FleetShapeTests.orderly.model.meter(number).daily)
            #expect(abs(Double(used) / days / daily - 1) < 0.1, "meter \(number)")
        }
    }

    @Test("firmware rolls out over days: releases only rise, and never all at once")
    func rollOuts() {
        let model = FleetShapeTests.orderly.model
        let devices = (1...80).map { model.device($0) }
        var mixed = 0
        var previous = devices.map { model.release($0, FleetShapeTests.orderly.end) }
        for hour in 1...240 {
            let time = FleetShapeTests.orderly.end + hour * FleetClock.hour
            let present = devices.map { model.release($0, time) }
            #expect(zip(previous, present).allSatisfy { $0 <= $1 && $1 <= $0 + 1 })
            if Set(zip(devices, present).filter { $0.0.model == .hall }.map(\.1)).count > 1 { mixed += 1 }
            previous = present
        }
        #expect(mixed > 60 && mixed < 240)
        #expect(FleetModel.firmware(364) == "4.6.4")
        // In the history too, a device's series changes.
        let changed = (1...80).count { number in Set(FleetShapeTests.points(number).map(\.release)).count > 1 }
        #expect(changed > 10)
    }

    @Test("uptime counts seconds from the last restart, and memory leaks until then")
    func diagnostics() {
        var restarts = 0
        for number in 1...20 {
            let points = FleetShapeTests.points(number, .diagnostics)
            for (earlier, later) in zip(points, points.dropFirst()) {
                let passed = (later.time - earlier.time) / 1_000_000_000
                if later.values[0] > earlier.values[0] {
                    #expect(abs(later.values[0] - earlier.values[0] - passed) <= 2)
                } else {
                    restarts += 1
                    #expect(later.values[0] <= passed + 1)
                    #expect(later.has(5), "what happened is logged")
                }
            }
        }
        #expect(restarts > 5)
    }

    @Test("devices are fine mostly, and everything else happens too")
    func statuses() {
        var counts = [Int](repeating: 0, count: DeviceStatus.allCases.count)
        for number in 1...80 {
            for point in FleetShapeTests.points(number) {
                counts[Int(point.values[6])] += 1
                #expect(Int(point.values[7]) == DeviceStatus(rawValue: Int(point.values[6]))?.errorCode)
            }
        }
        let total = Double(counts.reduce(0, +))
        #expect(Double(counts[DeviceStatus.ok.rawValue]) / total > 0.6)
        for status in [DeviceStatus.charging, .lowBattery, .sensorFault, .doorOpen] {
            #expect(Double(counts[status.rawValue]) / total > 0.002, "\(status)")
        }
        #expect(Double(counts[DeviceStatus.doorOpen.rawValue]) / total < 0.05)
        #expect(Double(counts[DeviceStatus.sensorFault.rawValue]) / total < 0.03)
    }

    @Test("the sine is a sine, and noise is smooth and bounded")
    func arithmetic() {
        #expect(FleetClock.sine(0, amplitude: 10_000) == 0)
        #expect(FleetClock.sine(16_384, amplitude: 10_000) == 10_000)
        #expect(FleetClock.sine(49_152, amplitude: 10_000) == -10_000)
        #expect(abs(FleetClock.sine(5461, amplitude: 10_000) - 5000) < 20)
        #expect(FleetClock.quotient(-1, 10) == -1 && FleetClock.remainder(-1, 10) == 9)
        var (low, high) = (Int.max, Int.min)
        var previous = FleetClock.noise(7, at: -5_000_000, span: 60_000, amplitude: 1000)
        for time in stride(from: -5_000_000, through: 5_000_000, by: 500) {
            let value = FleetClock.noise(7, at: time, span: 60_000, amplitude: 1000)
            #expect(abs(value - previous) <= 30)
            (low, high, previous) = (min(low, value), max(high, value), value)
        }
        #expect(low < -700 && low >= -1000 && high > 700 && high <= 1000)
    }
}
