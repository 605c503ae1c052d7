/// From where on something is bad. Durations are in seconds, shares from 0 to 1.
public enum AlertThresholds {
    public static let lagWarning = 5.0
    public static let lagCritical = 60.0
    public static let heartbeatAgeMax = 60.0
    /// Half a working day to react, then an hour.
    public static let runwayWarning = 6 * 3600.0
    public static let runwayCritical = 3600.0
    public static let verifiedAgeMax = 24 * 3600.0
    /// Failed comparisons in an hour: one or two are a server that was away for a moment.
    public static let verificationFailuresMax = 2.0
    public static let queueFillMax = 0.9
    public static let backPressureMax = 0.5
    public static let reconnectsMax = 5.0
    public static let restartsMax = 2.0
    /// Ten times what Leat takes while it copies.
    public static let memoryMax = 1_073_741_824.0
    public static let connectionsMax = 0.85
    public static let replicaLagMax = 60.0
    /// Of the number at which ClickHouse refuses inserts.
    public static let partsMax = 0.5
    public static let diskFreeWarning = 0.1
    public static let diskFreeCritical = 0.03
    public static let homeFreeWarning = 5_368_709_120.0
    public static let homeFreeCritical = 1_073_741_824.0
}
