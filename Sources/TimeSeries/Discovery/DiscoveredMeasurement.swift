import InfluxClient

/// A measurement as the source has it now.
public struct DiscoveredMeasurement: Sendable, Hashable {
    public var key: MeasurementKey
    /// By name.
    public var tags: [String]
    /// The types of each field. More than one if shards disagree.
    public var fields: [String: Set<FieldType>]

    public init(key: MeasurementKey, tags: [String], fields: [String: Set<FieldType>]) {
        self.key = key
        self.tags = tags
        self.fields = fields
    }

    /// What must be added to a schema so that it holds this measurement.
    public struct Growth: Sendable, Hashable {
        public var tags: [String] = []
        public var fields: [MeasurementSchema.Field] = []

        public var isEmpty: Bool { tags.isEmpty && fields.isEmpty }
    }

    /// The schema of a measurement that is new to us: tags and fields by name.
    public func schema() throws(MeasurementRefusal) -> MeasurementSchema {
        let empty = MeasurementSchema(name: key.name, retentionPolicy: key.retentionPolicy, tags: [], fields: [])
        let growth = try growth(of: empty)
        return MeasurementSchema(
            name: key.name,
            retentionPolicy: key.retentionPolicy,
            tags: growth.tags,
            fields: growth.fields
        )
    }

    /// What it has that `schema` lacks. What `schema` has and the source no longer does stays.
    public func growth(of schema: MeasurementSchema) throws(MeasurementRefusal) -> Growth {
        var growth = Growth()
        let known = Dictionary(schema.fields.map { ($0.name, $0.type) }) { first, _ in first }
        for (name, types) in fields.sorted(by: { $0.key < $1.key }) {
            guard types.count == 1, let type = types.first else {
                let list = types.map(\.rawValue).sorted().joined(separator: ", ")
                throw MeasurementRefusal(
                    cause: "the field `\(name)` has several types in InfluxDB: \(list)",
                    remedy:
                        "write the points of one type into another field or measurement; leat then goes on by itself"
                )
            }
            guard let before = known[name] else {
                growth.fields.append(.init(name: name, type: type))
                continue
            }
            guard before == type else {
                throw MeasurementRefusal(
                    cause:
                        "the field `\(name)` was of type \(before.rawValue) and is now of type \(type.rawValue) in InfluxDB",
                    remedy: "drop `\(key.tableName)` and `\(key.tableName)` in the raw database in ClickHouse; "
                        + "they are then made and copied anew"
                )
            }
        }
        growth.tags = tags.filter { !schema.allTags.contains($0) }.sorted()
        for name in tags + fields.keys where name.isEmpty || name.unicodeScalars.contains("\0") {
            throw MeasurementRefusal(
                cause: "a tag or field has a name that ClickHouse cannot have",
                remedy: "write it under another name"
            )
        }
        return growth
    }
}
