/// How large a fleet is: **each measurement gets at least `rows` points**, whatever the disorder loses.
///
/// Devices and the length of their history grow alike, with the square root of `rows`: 80 devices at 20 sites over two
/// days by default, 792 over three weeks at 10 million. Meters report more rarely and go back further.
package struct FleetScale: Sendable, Hashable {
    /// At least this many points in each measurement by default.
    package static let defaultRows = 100_000
    /// Sizes that can be asked for.
    package static let allowedRows = 100...1_000_000_000
    /// Sites of a fleet that is not tiny: as many as the shop has warehouses.
    static let sitesMax = ShopScale.warehouses

    /// What was asked for, brought into `allowedRows`.
    package let rows: Int
    /// Devices; numbered from 1.
    package let devices: Int
    /// Sites; numbered from 0.
    package let sites: Int
    /// Meters; numbered from 1.
    package let meters: Int

    /// - Parameter rows: see the type; values outside `allowedRows` are brought to its ends.
    package init(rows: Int = FleetScale.defaultRows) {
        self.rows = min(max(rows, FleetScale.allowedRows.lowerBound), FleetScale.allowedRows.upperBound)
        var root = 0
        var step = 1 << 14
        while step > 0 {
            if (root + step) * (root + step) <= self.rows / 16 { root += step }
            step /= 2
        }
        devices = max(4, (root + 3) / 4 * 4)
        sites = min(FleetScale.sitesMax, devices / 4)
        meters = devices * 3 / 4
    }

    /// Devices or meters, which a measurement's points come from.
    func members(of measurement: FleetMeasurement) -> Int { measurement == .meters ? meters : devices }

    /// How many intervals the history of a measurement spans.
    ///
    /// - Parameter kept: the share of points that the disorder leaves.
    func ticks(of measurement: FleetMeasurement, kept: Double) -> Int {
        let needed = Double(rows) / Double(members(of: measurement)) / max(kept, 0.01)
        // Losses vary: a few of a hundred, more where there are few points.
        return Int(needed * 1.03) + 20
    }
}
