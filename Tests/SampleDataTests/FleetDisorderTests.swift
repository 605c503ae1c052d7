import Testing

@testable import SampleData

@Suite("What goes wrong with the fleet's points")
struct FleetDisorderTests {
    /// What happened to the points of a fleet, as shares.
    private struct Shares {
        var ticks = 0
        var lost = 0
        var late = 0
        var veryLate = 0
        var repeated = 0
        var corrected = 0
        var incomplete = 0
        var stuck = 0

        init(_ disorder: FleetDisorder) {
            let generator = FleetGenerator(seed: 3, rows: 200_000, disorder: disorder)
            let stream = generator.stream(.readings)
            for number in 1...generator.scale.devices {
                let member = stream.member(number)
                for tick in generator.ticks(.readings) {
                    ticks += 1
                    guard let fate = stream.fate(member, tick) else {
                        lost += 1
                        continue
                    }
                    late += fate.delay > 0 && fate.delay < 15 * FleetClock.minute ? 1 : 0
                    veryLate += fate.delay >= 15 * FleetClock.minute ? 1 : 0
                    repeated += fate.isRepeated ? 1 : 0
                    corrected += fate.isCorrected ? 1 : 0
                    incomplete += fate.lost != 0 ? 1 : 0
                    stuck += fate.sensed != stream.due(member, tick) ? 1 : 0
                }
            }
        }

        func isAbout(_ count: Int, _ rate: Double) -> Bool {
            abs(Double(count) / Double(ticks) - rate) <= rate * 0.1
        }
    }

    @Test(
        "each rate comes about, within a tenth of it",
        arguments: [
            "missing", "gaps", "late", "very-late", "late-batches", "duplicates", "corrections", "missing-fields",
            "stuck",
        ],
        [0.1, 0.25]
    )
    func rates(name: String, rate: Double) throws {
        let disorder = try #require(FleetDisorder(parsing: "\(name)=\(rate)"))
        let shares = Shares(disorder)
        switch name {
        case "missing", "gaps": #expect(shares.isAbout(shares.lost, rate), "\(shares)")
        case "late": #expect(shares.isAbout(shares.late, rate), "\(shares)")
        case "very-late": #expect(shares.isAbout(shares.veryLate, rate), "\(shares)")
        case "late-batches": #expect(shares.isAbout(shares.late + shares.veryLate, rate), "\(shares)")
        case "duplicates": #expect(shares.isAbout(shares.repeated, rate), "\(shares)")
        case "corrections": #expect(shares.isAbout(shares.corrected, rate), "\(shares)")
        case "missing-fields": #expect(shares.isAbout(shares.incomplete, rate), "\(shares)")
        // The first point of a stuck sensor is right.
        default: #expect(shares.isAbout(shares.stuck, rate * 22.5 / 23.5), "\(shares)")
        }
    }

    @Test("without disorder nothing happens to any point")
    func none() {
        let shares = Shares(.none)
        let sum = shares.lost + shares.late + shares.veryLate + shares.repeated + shares.corrected
        #expect(sum + shares.incomplete + shares.stuck == 0)
    }

    @Test("points of a late batch come together")
    func batches() throws {
        let generator = FleetGenerator(
            seed: 3,
            rows: 50_000,
            disorder: try #require(FleetDisorder(parsing: "late-batches=0.1"))
        )
        let stream = generator.stream(.readings)
        let member = stream.member(7)
        var arrivals: [Int: Int] = [:]
        for tick in generator.ticks(.readings) {
            guard let fate = stream.fate(member, tick), fate.delay > 0 else { continue }
            arrivals[stream.due(member, tick) + fate.delay, default: 0] += 1
        }
        #expect(arrivals.count > 1)
        #expect(arrivals.values.allSatisfy { $0 <= 39 } && arrivals.values.contains { $0 >= 8 })
    }

    @Test("a stuck sensor repeats temperature and humidity, and continues with the rest")
    func stuck() throws {
        let generator = FleetGenerator(
            seed: 3,
            rows: 50_000,
            disorder: try #require(FleetDisorder(parsing: "stuck=0.1"))
        )
        let stream = generator.stream(.readings)
        let member = stream.member(1)
        var episodes: [Int: Set<Int64>] = [:]
        var strengths: Set<Int64> = []
        for tick in generator.ticks(.readings) {
            guard let fate = stream.fate(member, tick), fate.sensed != stream.due(member, tick) else { continue }
            let point = stream.sent(member, tick, fate).first
            episodes[fate.sensed, default: []].insert(point.values[1] &* 10_000 &+ point.values[2])
            strengths.insert(point.values[0])
        }
        #expect(episodes.count > 1 && episodes.values.allSatisfy { $0.count == 1 })
        #expect(strengths.count > 3)
    }

    @Test("clocks are wrong by seconds, minutes or hours, of as many devices as asked for")
    func skew() {
        let model = FleetModel(seed: 1, scale: FleetScale(), skewedShare: 0.3)
        let skews = (1...2000).map { model.device($0).skew }
        let wrong = skews.filter { $0 != 0 }
        #expect(abs(Double(wrong.count) / 2000 - 0.3) < 0.03)
        #expect(wrong.allSatisfy { abs($0) < FleetDevice.skewMax })
        #expect(wrong.contains { $0 > 0 } && wrong.contains(-FleetClock.hour) && wrong.contains(-2 * FleetClock.hour))
        let right = FleetModel(seed: 1, scale: FleetScale(), skewedShare: 0)
        #expect((1...2000).allSatisfy { right.device($0).skew == 0 })
        // A device stays what it is, whatever its clock does.
        #expect(right.device(5).name == model.device(5).name && right.device(5).drainTime == model.device(5).drainTime)
    }

    @Test("what is corrected was wrong at first, and right in the end")
    func corrections() throws {
        let orderly = FleetGenerator(seed: 8, rows: 20_000, disorder: .none)
        let corrected = FleetGenerator(
            seed: 8,
            rows: 20_000,
            disorder: try #require(FleetDisorder(parsing: "corrections=0.2"))
        )
        for measurement in FleetMeasurement.allCases {
            let (stream, other) = (orderly.stream(measurement), corrected.stream(measurement))
            let member = stream.member(3)
            var count = 0
            for tick in corrected.ticks(measurement) {
                guard let fate = other.fate(member, tick), fate.isCorrected, let plain = stream.fate(member, tick)
                else {
                    continue
                }
                let sent = other.sent(member, tick, fate)
                let truth = stream.sent(member, tick, plain).last
                let fields = measurement.fields.indices
                #expect(fields.contains { sent.first.values[$0] != truth.values[$0] && sent.first.has($0) })
                // A log line may be added; all else is the truth.
                #expect(fields.allSatisfy { !truth.has($0) || sent.last.values[$0] == truth.values[$0] })
                #expect(sent.last.time == truth.time && truth.present & ~sent.last.present == 0)
                count += 1
            }
            #expect(count > 20)
        }
    }

    @Test(
        "rates are read from text",
        arguments: [
            ("none", FleetDisorder.none), ("default", .standard), ("all", .all),
            ("late=0.2", FleetDisorder(late: 0.2)), ("missing=0,very-late=0.01", FleetDisorder(veryLate: 0.01)),
        ]
    )
    func parsing(text: String, expected: FleetDisorder) {
        #expect(FleetDisorder(parsing: text) == expected)
    }

    @Test("settings follow a word and change it")
    func settings() throws {
        let disorder = try #require(FleetDisorder(parsing: "all,gaps=0,late=0.5"))
        #expect(disorder.gaps == 0 && disorder.late == 0.5 && disorder.stuck == FleetDisorder.all.stuck)
        for name in FleetDisorder.rateNames { #expect(FleetDisorder(parsing: "\(name)=0.1") != FleetDisorder.none) }
    }

    @Test(
        "what is not a rate is refused",
        arguments: [
            "", "some", "late", "late=", "late=2", "late=-0.1", "late=x", "gaps=0.9", "late=0.1,all", "late=0.1,",
            "late=nan",
        ]
    )
    func refused(text: String) {
        #expect(FleetDisorder(parsing: text) == nil)
    }
}
