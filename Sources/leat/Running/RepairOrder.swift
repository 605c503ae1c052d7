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

    /// The pipeline.
    var source: String
    var tables: [Table]
}
