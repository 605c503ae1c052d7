/// Which devices report how often to reach a rate: pure.
///
/// A slow rate slows the fleet's devices down, a faster one speeds them up to a point each second; beyond that, more
/// devices of the same kind join them.
struct FleetTrafficPlan: Sendable {
    struct Source: Sendable {
        let stream: FleetStream
        /// Numbers of the devices or meters are 1…`members`.
        let members: Int
    }

    let sources: [Source]

    /// The shares of the measurements in all lines.
    private static let shares: [(measurement: FleetMeasurement, share: Double)] = [
        (.readings, 0.6), (.diagnostics, 0.35), (.meters, 0.05),
    ]

    /// - Parameter rate: lines per second in all, more than 0.
    init(_ model: FleetModel, disorder: FleetDisorder, rate: Double) {
        // What is lost is not sent, what is repeated is sent twice.
        let linesPerTick = disorder.kept * (1 + disorder.duplicates + disorder.corrections)
        sources = FleetTrafficPlan.shares.map { measurement, share in
            let ticksPerSecond = rate * share / linesPerTick
            let members = max(model.scale.members(of: measurement), Int(ticksPerSecond.rounded(.up)))
            let interval = min(max(Double(members) / ticksPerSecond * 1000, 1000), 86_400_000)
            return Source(
                stream: FleetStream(model, measurement, disorder: disorder, interval: Int(interval)),
                members: members
            )
        }
    }
}
