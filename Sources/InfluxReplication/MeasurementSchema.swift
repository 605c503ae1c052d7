import InfluxProtocol

/// What a measurement consists of, as far as Leat has seen.
package struct MeasurementSchema: Sendable, Hashable, Codable {
    /// A field and one of its types: a field that has several, by shard, has a column for each.
    package struct Field: Sendable, Hashable, Codable {
        package var name: String
        package var type: FieldType
        /// Nil where it is the name.
        private var columnName: String?

        /// What its column is called in ClickHouse.
        package var column: String { columnName ?? name }

        package init(name: String, type: FieldType, column: String? = nil) {
            self.name = name
            self.type = type
            columnName = column == name ? nil : column
        }
    }

    package var name: String
    /// `nil` for the database's default retention policy.
    package var retentionPolicy: String?
    /// Tags in the order of the sorting key, before the time.
    package var tags: [String]
    /// Tags that appeared later, in the order of the sorting key, after the time.
    package var laterTags: [String]
    /// Fields in the order of the columns.
    package var fields: [Field]

    package init(
        name: String,
        retentionPolicy: String? = nil,
        tags: [String],
        laterTags: [String] = [],
        fields: [Field]
    ) {
        self.name = name
        self.retentionPolicy = retentionPolicy
        self.tags = tags
        self.laterTags = laterTags
        self.fields = fields
    }

    /// Fields that the source has with several types: `SELECT *` shows only one of them.
    package var mixedFields: Set<String> {
        var seen: Set<String> = []
        return Set(fields.map(\.name).filter { !seen.insert($0).inserted })
    }

    /// Whether `SELECT *` gives the columns as they are called in ClickHouse, each value with its own type.
    package var isPlain: Bool { fields.allSatisfy { $0.column == $0.name } && mixedFields.isEmpty }

    /// What to select for the columns of the table, of all points with `GROUP BY *`.
    ///
    /// `*` where that will do: a column that has just appeared shows, then. `name::type` gives the values of one type;
    /// of a field with whole and other numbers either type gives all of them, converted.
    package var selection: String {
        if isPlain { return "*" }
        return fields.map { "\(Self.cast($0)) AS \(InfluxQL.quote(identifier: $0.column))" }.joined(separator: ", ")
    }

    static func cast(_ field: Field) -> String { "\(InfluxQL.quote(identifier: field.name))::\(field.type.rawValue)" }

    /// All tags, earlier and later ones.
    package var allTags: [String] { tags + laterTags }
}
