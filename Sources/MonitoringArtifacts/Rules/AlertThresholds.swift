/// From where on something is bad. Durations are in seconds, shares from 0 to 1.
package enum AlertThresholds {
    package static let lagWarning = 5.0
    package static let lagCritical = 60.0
    package static let heartbeatAgeMax = 60.0
    /// Half a working day to react, then an hour.
    package static let runwayWarning = 6 * 3600.0
    package static let runwayCritical = 3600.0
    package static let verifiedAgeMax = 24 * 3600.0
    /// Failed comparisons in an hour: one or two are a server that was away for a moment.
    package static let verificationFailuresMax = 2.0
    package static let queueFillMax = 0.9
    package static let backPressureMax = 0.5
    package static let reconnectsMax = 5.0
    package static let restartsMax = 2.0
    /// Ten times what Leat takes while it copies.
    package static let memoryMax = 1_073_741_824.0
    package static let connectionsMax = 0.85
    package static let replicaLagMax = 60.0
    /// Of the number at which ClickHouse refuses inserts.
    package static let partsMax = 0.5
    package static let diskFreeWarning = 0.1
    package static let diskFreeCritical = 0.03
    package static let homeFreeWarning = 5_368_709_120.0
    package static let homeFreeCritical = 1_073_741_824.0
}
