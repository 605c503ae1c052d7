import InfluxClient

/// What a measurement consists of, as far as Leat has seen.
public struct MeasurementSchema: Sendable, Hashable, Codable {
    /// A field and its one type.
    public struct Field: Sendable, Hashable, Codable {
        public var name: String
        public var type: FieldType

        public init(name: String, type: FieldType) {
            self.name = name
            self.type = type
        }
    }

    public var name: String
    /// `nil` for the database's default retention policy.
    public var retentionPolicy: String?
    /// Tags in the order of the sorting key, before the time.
    public var tags: [String]
    /// Tags that appeared later, in the order of the sorting key, behind the time.
    public var laterTags: [String]
    /// Fields in the order of the columns.
    public var fields: [Field]

    public init(
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

    /// All tags, earlier and later ones.
    public var allTags: [String] { tags + laterTags }
}
