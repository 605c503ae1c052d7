import ColumnarBytes

/// The members of a plan that share a connection: which of their points are due, step by step. No clock of its own.
///
/// Time goes in steps of 100 ms. What is to be sent later is kept, by the step in which it is due, as a few numbers;
/// its values are computed when it is sent.
struct FleetTrafficLane {
    /// Milliseconds.
    static let step = 100
    /// Points made this much earlier than traffic began may still come late.
    private static let lookBack = 41 * FleetClock.minute

    private struct Delivery {
        let source: UInt8
        let isAgain: Bool
        let isLate: Bool
        let member: Int32
        let tick: Int
    }

    private let plan: FleetTrafficPlan
    /// Members of each source.
    private let members: [[FleetStream.Member]]
    private var writers: [FleetLineWriter]
    /// By step.
    private var kept: [Int: [Delivery]] = [:]
    /// The next step, in `step`s since 1970.
    private var next: Int

    /// - Parameters:
    ///   - index: which of `count` lanes this is.
    ///   - start: milliseconds since 1970.
    init(_ plan: FleetTrafficPlan, index: Int, of count: Int, start: Int) {
        self.plan = plan
        members = plan.sources.map { source in
            stride(from: index + 1, through: source.members, by: count).map { source.stream.member($0) }
        }
        writers = plan.sources.map { FleetLineWriter($0.stream) }
        next = start / FleetTrafficLane.step
        for source in plan.sources.indices where plan.sources[source].stream.hasLate {
            schedule(source, from: start - FleetTrafficLane.lookBack, to: next * FleetTrafficLane.step)
        }
    }

    /// When the next step is over, in milliseconds since 1970.
    var due: Int { (next + 1) * FleetTrafficLane.step }

    /// Appends the lines of the next step.
    mutating func advance(into lines: GrowableBytes) -> FleetTrafficStatistics {
        let begin = next * FleetTrafficLane.step
        for source in plan.sources.indices { schedule(source, from: begin, to: begin + FleetTrafficLane.step) }
        var statistics = FleetTrafficStatistics()
        for delivery in kept.removeValue(forKey: next) ?? [] { send(delivery, lines, &statistics) }
        next += 1
        return statistics
    }

    /// Keeps what was made in a span of time, but for what was due before the next step.
    private mutating func schedule(_ source: Int, from begin: Int, to end: Int) {
        let stream = plan.sources[source].stream
        for (place, member) in members[source].enumerated() {
            let offset = stream.due(member, 0)
            var tick = FleetClock.quotient(begin - offset + stream.interval - 1, stream.interval)
            while case let made = stream.due(member, tick), made < end {
                if let fate = stream.fate(member, tick) {
                    let due = made + stream.jitter(member, due: made) + fate.delay
                    keep(source, place, tick, due, isLate: fate.delay > FleetClock.second, isAgain: false)
                    if fate.isRepeated || fate.isCorrected {
                        // Up to a minute later.
                        let pause = 1000 + (due &* 7919 &+ member.number &* 104_729) % 59_000
                        keep(source, place, tick, due + pause, isLate: false, isAgain: true)
                    }
                }
                tick += 1
            }
        }
    }

    private mutating func keep(_ source: Int, _ place: Int, _ tick: Int, _ due: Int, isLate: Bool, isAgain: Bool) {
        let step = due / FleetTrafficLane.step
        guard step >= next else { return }
        kept[step, default: []].append(
            Delivery(source: UInt8(source), isAgain: isAgain, isLate: isLate, member: Int32(place), tick: tick)
        )
    }

    private mutating func send(
        _ delivery: Delivery,
        _ lines: GrowableBytes,
        _ statistics: inout FleetTrafficStatistics
    ) {
        let source = Int(delivery.source)
        let stream = plan.sources[source].stream
        let member = members[source][Int(delivery.member)]
        guard let fate = stream.fate(member, delivery.tick) else { return }
        let sent = stream.sent(member, delivery.tick, fate)
        if !delivery.isAgain {
            statistics.points += 1
            statistics.late += delivery.isLate ? 1 : 0
            writers[source].write(sent.first, of: member, to: lines)
        } else if let correction = sent.correction {
            statistics.corrected += 1
            writers[source].write(correction, of: member, to: lines)
        } else {
            statistics.repeated += 1
            writers[source].write(sent.first, of: member, to: lines)
        }
    }
}
