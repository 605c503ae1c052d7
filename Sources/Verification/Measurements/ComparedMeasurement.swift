import InfluxProtocol

/// A measurement whose columns are known on both sides: what the statements and texts are made from.
///
/// A point's text is the texts of its cells one after the other: the tags by name, the time, the fields by name. Each
/// cell says itself where it ends: a tag and a string are their length in bytes, a colon and the bytes; a time is a
/// number of nanoseconds and a comma; another field is its 64 bits as an unsigned number, or 0 or 1, and a comma. NULL
/// is `N`, for fields that are not strings with a comma. A tag that is not set is the empty string. So two points have
/// the same text only if they hold the same values.
struct ComparedMeasurement: Sendable, Hashable {
    struct Field: Sendable, Hashable {
        var name: String
        var type: FieldType
    }

    /// Why a measurement cannot be compared.
    struct Refusal: Error, Hashable {
        var reason: String
    }

    let measurement: MeasurementToVerify
    /// By name. What one side lacks is absent in all of its points.
    let tags: [String]
    /// By name.
    let fields: [Field]

    /// - Parameter shown: the view's columns and their types in ClickHouse.
    init(_ measurement: MeasurementToVerify, shown: [(name: String, type: String)]) throws(Refusal) {
        self.measurement = measurement
        var tags = Set(measurement.tags)
        var fields: [String: FieldType] = [:]
        for (name, types) in measurement.fields {
            guard let type = types.first, types.count == 1 else {
                let list = types.map(\.rawValue).sorted().joined(separator: ", ")
                throw Refusal(reason: "the field `\(name)` has several types at the source: \(list)")
            }
            fields[name] = type
        }
        for (name, type) in shown where name != "time" {
            if type == "String" || type == "LowCardinality(String)" {
                tags.insert(name)
                continue
            }
            guard let found = Self.fieldType(ofColumn: type) else {
                throw Refusal(reason: "the column `\(name)` has the type \(type), which is not compared")
            }
            guard let expected = fields[name] else {
                fields[name] = found
                continue
            }
            guard expected == found else {
                throw Refusal(
                    reason:
                        "the field `\(name)` is of type \(expected.rawValue) at the source, and \(type) in the warehouse"
                )
            }
        }
        if let name = tags.sorted().first(where: { fields[$0] != nil }) {
            throw Refusal(reason: "a tag and a field are both called `\(name)`")
        }
        self.tags = tags.sorted()
        self.fields = fields.map { Field(name: $0.key, type: $0.value) }.sorted { $0.name < $1.name }
    }

    /// What the stream from the source is decoded into; the cells of a point's text in their order.
    var columns: [SeriesColumn] {
        tags.map { .tag($0) } + [.time] + fields.map { .field($0.name, $0.type) }
    }

    /// Names the tags and the time of a point in a report.
    static func fieldType(ofColumn type: String) -> FieldType? {
        switch type {
        case "Nullable(Float64)": .float
        case "Nullable(Int64)": .integer
        case "Nullable(UInt64)": .unsigned
        case "Nullable(Bool)": .boolean
        case "Nullable(String)": .string
        default: nil
        }
    }

    /// `name`, or a name like it that no column has.
    func alias(_ name: String) -> String {
        var alias = name
        while tags.contains(alias) || fields.contains(where: { $0.name == alias }) { alias += "_" }
        return alias
    }
}
