import ColumnarBytes
import InfluxProtocol
import Testing

@testable import SampleData

@Suite("The fleet's lines")
struct FleetGeneratorTests {
    @Test("lines rendered by 1, 2 and 8 workers are the same bytes")
    func determinism() async {
        let generator = FleetGenerator(seed: 42, rows: 30_000, disorder: .all)
        let alone = await FleetGeneratorTests.checksums(generator, workers: 1)
        #expect(alone.count >= 3 * 40)
        for workers in [2, 8] {
            let isSame = await FleetGeneratorTests.checksums(generator, workers: workers) == alone
            #expect(isSame, "\(workers) workers")
        }
        let other = FleetGenerator(seed: 43, rows: 30_000, disorder: .all)
        #expect(await FleetGeneratorTests.checksums(other, workers: 2) != alone)
    }

    /// CRC-32 of every piece, made by workers that take the pieces in turn, the last piece first.
    private static func checksums(_ generator: FleetGenerator, workers: Int) async -> [FleetChunk: UInt32] {
        let chunks = FleetMeasurement.allCases.flatMap { generator.chunks($0) }.reversed()
        return await withTaskGroup(of: [FleetChunk: UInt32].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    let out = GrowableBytes()
                    var sums: [FleetChunk: UInt32] = [:]
                    for (index, chunk) in chunks.enumerated() where index % workers == worker {
                        out.removeAll()
                        generator.render(chunk, into: out)
                        sums[chunk] = CRC32.checksum(out.bytes)
                    }
                    return sums
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        }
    }

    @Test("the lines of a seed never change: whoever has loaded them can continue, and expect the same sums")
    func golden() {
        let generator = FleetGenerator(seed: 1, rows: 5000, disorder: .all)
        let out = GrowableBytes()
        for measurement in FleetMeasurement.allCases {
            for chunk in generator.chunks(measurement) { generator.render(chunk, into: out) }
        }
        #expect(CRC32.checksum(out.bytes) == 3_551_719_316)
    }

    @Test(
        "each measurement gets the points that were asked for, and not many more",
        arguments: [100, 1000, 20_000, 100_000],
        [FleetDisorder.none, .standard, .all]
    )
    func size(rows: Int, disorder: FleetDisorder) {
        for seed in UInt64(1)...3 {
            let generator = FleetGenerator(seed: seed, rows: rows, disorder: disorder)
            for measurement in FleetMeasurement.allCases {
                let points = generator.counts(measurement).reduce(0, +)
                #expect(points >= rows, "\(measurement) \(seed)")
                #expect(points <= rows * 11 / 10 + 22 * generator.scale.devices, "\(measurement) \(seed)")
            }
        }
    }

    @Test("the fleet grows with its size, up to a site for each of the shop's warehouses")
    func scale() {
        #expect(FleetScale(rows: 1).rows == 100)
        #expect(FleetScale(rows: 100).devices == 4 && FleetScale(rows: 100).sites == 1)
        let usual = FleetScale()
        #expect(usual.rows == 100_000 && usual.devices == 80 && usual.sites == 20 && usual.meters == 60)
        #expect(FleetScale(rows: 10_000_000).devices == 792)
        #expect(FleetScale(rows: 1_000_000_000).sites == 20)
        #expect(FleetSite.all.count == FleetScale.sitesMax)
        #expect(Set(FleetSite.all.map(\.name)).count == FleetScale.sitesMax)
    }

    @Test("all that was due before the end is there, and nothing due later", arguments: FleetMeasurement.allCases)
    func span(measurement: FleetMeasurement) {
        let generator = FleetGenerator(seed: 5, rows: 2000, disorder: .all)
        let span = generator.span(measurement)
        var latest = Int64.min
        generator.forEachPoint(measurement) { point, member in
            #expect(span.contains(point.time))
            var skew = 0
            if case .device(let device) = member { skew = device.skew }
            let made = point.time - Int64(skew) * 1_000_000
            latest = max(latest, made)
            #expect(made < generator.endNanoseconds + 256_000_000)
        }
        #expect(latest > generator.endNanoseconds - Int64(2 * measurement.interval) * 1_000_000)
    }

    @Test("histories that end at different times agree where they overlap")
    func overlap() {
        let later = FleetGenerator.defaultEnd + 3_600_000_000_000
        let first = FleetLines(FleetGenerator(seed: 2, rows: 3000), .readings).points
        let second = FleetLines(FleetGenerator(seed: 2, rows: 3000, end: later), .readings).points
        let shared = first.keys.filter { second[$0] != nil }
        #expect(shared.count > first.count / 2 && shared.count < first.count)
        for key in shared { #expect(first[key]?.fields == second[key]?.fields) }
    }

    @Test("ends are rounded down to a minute, and kept within what timestamps hold")
    func ends() {
        let end = FleetGenerator.defaultEnd
        #expect(FleetGenerator(seed: 1, end: end + 59_999_999_999).endNanoseconds == end)
        #expect(FleetGenerator(seed: 1, end: .max).endNanoseconds == FleetGenerator.allowedEnds.upperBound)
        #expect(FleetGenerator(seed: 1, end: .min).endNanoseconds == FleetGenerator.allowedEnds.lowerBound)
        let last = FleetGenerator(seed: 1, rows: 1000, end: .max)
        #expect(FleetLines(last, .meters).points.count >= 1000)
    }

    @Test("every line is read back by the parser with its tags and fields", arguments: FleetMeasurement.allCases)
    func lines(measurement: FleetMeasurement) {
        let generator = FleetGenerator(seed: 9, rows: 20_000, disorder: .all)
        let lines = FleetLines(generator, measurement)
        #expect(lines.points.count >= 20_000)
        #expect(lines.lines > lines.points.count)
        let names = Set(measurement.fields.map(\.name))
        var seen: Set<String> = []
        var types: Set<String> = []
        for point in lines.points.values {
            #expect(point.tags.keys.sorted() == measurement.tags)
            #expect(names.isSuperset(of: point.fields.keys))
            #expect(point.fields[measurement.fields[0].name] != nil, "the first field is in every point")
            seen.formUnion(point.fields.keys)
            types.formUnion(point.fields.map { "\($0.key) \($0.value.fieldType)" })
        }
        #expect(seen == names)
        #expect(types == Set(measurement.fields.map { "\($0.name) \($0.type)" }))
    }

    @Test("names and texts that line protocol must escape come back as they were")
    func awkwardTexts() {
        let generator = FleetGenerator(seed: 1, rows: 100_000)
        let sites = FleetLines(generator, .meters).points.values.compactMap { $0.tags["site"] }
        #expect(Set(sites) == Set(FleetSite.all.map(\.name)))
        #expect(sites.contains("Rotterdam Dock=7") && sites.contains("Köln, Nord"))
        let logs = FleetLines(generator, .diagnostics).points.values.compactMap { $0.fields["log"] }
        #expect(Set(logs) == Set(FleetVocabulary.logs.map { .string($0) }))
    }
}
