/// What `leat repair` asks the running process to do.
struct RepairOrder: Codable {
    struct Table: Codable {
        /// `shop.orders`, as the source calls it.
        var name: String
        /// The keys of the rows, a value for each of the key's columns.
        var keys: [[[UInt8]]]
        /// Versions of these rows that Leat has not written.
        var foreignVersions: [UInt64]
    }

    /// A measurement, and the spans in which it differs: pairs of nanoseconds since 1970.
    struct Measurement: Codable {
        var name: String
        var spans: [[Int64]]
    }

    /// The pipeline.
    var source: String
    var tables: [Table] = []
    var measurements: [Measurement]?
}
