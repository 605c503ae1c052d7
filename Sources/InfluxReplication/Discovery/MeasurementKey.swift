/// Which measurement: InfluxDB has one of a name for each retention policy.
package struct MeasurementKey: Sendable, Hashable, Comparable {
    package var name: String
    /// `nil` for the database's default one.
    package var retentionPolicy: String?

    package init(name: String, retentionPolicy: String? = nil) {
        self.name = name
        self.retentionPolicy = retentionPolicy
    }

    /// What its table is called in ClickHouse: `readings`, `readings__week`.
    package var tableName: String { retentionPolicy.map { "\(name)__\($0)" } ?? name }

    package static func < (left: Self, right: Self) -> Bool {
        (left.name, left.retentionPolicy ?? "") < (right.name, right.retentionPolicy ?? "")
    }
}
