/// Which measurement: InfluxDB has one of a name for each retention policy.
public struct MeasurementKey: Sendable, Hashable, Comparable {
    public var name: String
    /// `nil` for the database's default one.
    public var retentionPolicy: String?

    public init(name: String, retentionPolicy: String? = nil) {
        self.name = name
        self.retentionPolicy = retentionPolicy
    }

    /// What its table is called in ClickHouse: `readings`, `readings__week`.
    public var tableName: String { retentionPolicy.map { "\(name)__\($0)" } ?? name }

    public static func < (left: Self, right: Self) -> Bool {
        (left.name, left.retentionPolicy ?? "") < (right.name, right.retentionPolicy ?? "")
    }
}
