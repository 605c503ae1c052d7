import InfluxProtocol

/// A measurement as the source has it now.
package struct DiscoveredMeasurement: Sendable, Hashable {
    package var key: MeasurementKey
    /// By name.
    package var tags: [String]
    /// The types of each field. More than one if shards disagree.
    package var fields: [String: Set<FieldType>]

    package init(key: MeasurementKey, tags: [String], fields: [String: Set<FieldType>]) {
        self.key = key
        self.tags = tags
        self.fields = fields
    }

    /// What must be added to a schema so that it holds this measurement.
    package struct Growth: Sendable, Hashable {
        package var tags: [String] = []
        package var fields: [MeasurementSchema.Field] = []

        package var isEmpty: Bool { tags.isEmpty && fields.isEmpty }
    }

    /// The schema of a measurement that is new to us: tags and fields by name.
    package func schema() throws(MeasurementRefusal) -> MeasurementSchema {
        let empty = MeasurementSchema(name: key.name, retentionPolicy: key.retentionPolicy, tags: [], fields: [])
        let growth = try growth(of: empty)
        return MeasurementSchema(
            name: key.name,
            retentionPolicy: key.retentionPolicy,
            tags: growth.tags,
            fields: growth.fields
        )
    }

    /// `schema` with what it lacks.
    package func schema(extending schema: MeasurementSchema?) throws(MeasurementRefusal) -> MeasurementSchema {
        guard var extended = schema else { return try self.schema() }
        let growth = try growth(of: extended)
        extended.laterTags += growth.tags
        extended.fields += growth.fields
        return extended
    }

    /// What it has that `schema` lacks. What `schema` has and the source no longer does stays.
    package func growth(of schema: MeasurementSchema) throws(MeasurementRefusal) -> Growth {
        var growth = Growth()
        let sourceNames = Set(tags + fields.keys)
        var taken = Set(schema.allTags + tags + schema.fields.map(\.column) + ["time"])
        for (name, types) in fields.sorted(by: { $0.key < $1.key }) {
            var known = schema.fields.filter { $0.name == name }
            for type in FieldType.byPrecedence where types.contains(type) && !known.contains(where: { $0.type == type })
            {
                // The first type has the field's own name, unless a tag has it.
                let first = taken.contains(name) ? "\(name)_field" : name
                var column = known.isEmpty ? first : "\(name)_\(type.rawValue)"
                while taken.contains(column) || (column != name && sourceNames.contains(column)) { column += "_" }
                taken.insert(column)
                let field = MeasurementSchema.Field(name: name, type: type, column: column)
                known.append(field)
                growth.fields.append(field)
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

extension FieldType {
    /// The order in which InfluxDB prefers one type to another where a field has several.
    static let byPrecedence: [FieldType] = [.float, .integer, .unsigned, .string, .boolean]
}
