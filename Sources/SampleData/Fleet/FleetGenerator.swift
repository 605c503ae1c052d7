import ColumnarBytes

/// The history of a fleet as line protocol: a pure function of seed, size, disorder and the moment at which it ends.
///
/// The life of a device depends on seed and time alone, so histories that end at different times agree where they
/// overlap. Chunks can be rendered by any number of workers in any order and give the same bytes.
package struct FleetGenerator: Sendable {
    package let seed: UInt64
    package let scale: FleetScale
    package let disorder: FleetDisorder
    /// Milliseconds since 1970, whole minutes: the history holds what was due before.
    let end: Int
    let model: FleetModel

    /// When a history ends that is asked for without saying when: 2026-01-01, as the shop's does.
    package static let defaultEnd: Int64 = ShopTimeline.end * 1000

    /// - Parameters:
    ///   - rows: see `FleetScale`.
    ///   - end: nanoseconds since 1970, rounded down to a minute; from 2023 to 2200.
    package init(
        seed: UInt64,
        rows: Int = FleetScale.defaultRows,
        end: Int64 = FleetGenerator.defaultEnd,
        disorder: FleetDisorder = .standard
    ) {
        self.seed = seed
        scale = FleetScale(rows: rows)
        self.disorder = disorder
        let milliseconds =
            Int(min(max(end, FleetGenerator.allowedEnds.lowerBound), FleetGenerator.allowedEnds.upperBound)) / 1_000_000
        self.end = milliseconds - milliseconds % FleetClock.minute
        model = FleetModel(seed: seed, scale: scale, skewedShare: disorder.skewed)
    }

    /// Ends that can be asked for, in nanoseconds since 1970: 2023-01-01 to 2200-01-01.
    package static let allowedEnds: ClosedRange<Int64> = 1_672_531_200_000_000_000...7_258_118_400_000_000_000

    /// When the history ends, in nanoseconds since 1970.
    package var endNanoseconds: Int64 { Int64(end) * 1_000_000 }

    func stream(_ measurement: FleetMeasurement) -> FleetStream {
        FleetStream(model, measurement, disorder: disorder)
    }

    /// The ticks of a measurement's history, of every member alike.
    func ticks(_ measurement: FleetMeasurement) -> Range<Int> {
        // A tick's points come within the interval after it.
        let last = end / measurement.interval
        return last - scale.ticks(of: measurement, kept: disorder.kept)..<last
    }

    /// The pieces of a measurement in the order in which they are written: member by member, some of them late.
    package func chunks(_ measurement: FleetMeasurement) -> [FleetChunk] {
        let ticks = ticks(measurement)
        var chunks: [FleetChunk] = []
        for member in 1...scale.members(of: measurement) { chunks += self.chunks(measurement, member: member, ticks) }
        guard disorder.lateBatches > 0 else { return chunks }
        var late: [FleetChunk] = []
        chunks.removeAll { chunk in
            var random = RowRandom(
                seed: seed,
                place: FleetPlace.chunk,
                key: UInt64(chunk.member),
                version: UInt64(truncatingIfNeeded: chunk.ticks.lowerBound)
            )
            let isLate = random.chance(Int(disorder.lateBatches * 1000))
            if isLate { late.append(chunk) }
            return isLate
        }
        return chunks + late
    }

    private func chunks(_ measurement: FleetMeasurement, member: Int, _ ticks: Range<Int>) -> [FleetChunk] {
        stride(from: ticks.lowerBound, to: ticks.upperBound, by: FleetChunk.ticksMax).map {
            FleetChunk(
                measurement: measurement,
                member: member,
                ticks: $0..<min($0 + FleetChunk.ticksMax, ticks.upperBound)
            )
        }
    }

    /// Appends a chunk's lines: what comes in time, then what comes late, then repeats and corrections.
    @discardableResult
    package func render(_ chunk: FleetChunk, into out: GrowableBytes) -> FleetRendering {
        let stream = stream(chunk.measurement)
        let member = stream.member(chunk.member)
        var writer = FleetLineWriter(stream)
        let late = GrowableBytes()
        let again = GrowableBytes()
        var done = FleetRendering()
        for tick in chunk.ticks {
            guard let fate = stream.fate(member, tick) else { continue }
            let sent = stream.sent(member, tick, fate)
            writer.write(sent.first, of: member, to: fate.delay > 0 ? late : out)
            done.points += 1
            done.lines += 1
            if fate.isRepeated || fate.isCorrected {
                writer.write(sent.correction ?? sent.first, of: member, to: again)
                done.lines += 1
            }
        }
        out.append(late.bytes)
        out.append(again.bytes)
        return done
    }

    /// Calls `body` with each point of a measurement as a database holds it in the end.
    func forEachPoint(_ measurement: FleetMeasurement, _ body: (FleetPoint, FleetStream.Member) -> Void) {
        let stream = stream(measurement)
        let ticks = ticks(measurement)
        for number in 1...scale.members(of: measurement) {
            let member = stream.member(number)
            for tick in ticks {
                guard let fate = stream.fate(member, tick) else { continue }
                body(stream.sent(member, tick, fate).last, member)
            }
        }
    }

    /// How many points each member of a measurement has, the first member's first.
    func counts(_ measurement: FleetMeasurement) -> [Int] {
        let stream = stream(measurement)
        let ticks = ticks(measurement)
        return (1...scale.members(of: measurement)).map { number in
            let member = stream.member(number)
            return ticks.reduce(0) { stream.fate(member, $1) == nil ? $0 : $0 + 1 }
        }
    }

    /// A span of time that holds all points of a measurement, clocks that are wrong included; nanoseconds since 1970.
    func span(_ measurement: FleetMeasurement) -> Range<Int64> {
        let first = ticks(measurement).lowerBound * measurement.interval - FleetDevice.skewMax
        return Int64(first) * 1_000_000..<Int64(end + measurement.interval + FleetDevice.skewMax) * 1_000_000
    }
}
