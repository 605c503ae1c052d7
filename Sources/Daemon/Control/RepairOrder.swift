/// What `leat repair` asks the running process to do.
package struct RepairOrder: Codable {
    /// Rows of one table.
    package struct Table: Codable {
        /// `shop.orders`, as the source calls it.
        package var name: String
        /// The keys of the rows, a value for each of the key's columns.
        package var keys: [[[UInt8]]]
        /// Versions of these rows that Leat has not written.
        package var foreignVersions: [UInt64]

        package init(name: String, keys: [[[UInt8]]], foreignVersions: [UInt64]) {
            self.name = name
            self.keys = keys
            self.foreignVersions = foreignVersions
        }
    }

    /// A measurement, and the spans in which it differs: pairs of nanoseconds since 1970.
    package struct Measurement: Codable {
        package var name: String
        package var spans: [[Int64]]

        package init(name: String, spans: [[Int64]]) {
            self.name = name
            self.spans = spans
        }
    }

    /// The pipeline.
    package var source: String
    package var tables: [Table] = []
    /// Tables to copy again: those without a key, of which no single row can be asked for.
    package var copies: [String]?
    package var measurements: [Measurement]?

    package init(
        source: String,
        tables: [Table] = [],
        copies: [String]? = nil,
        measurements: [Measurement]? = nil
    ) {
        self.source = source
        self.tables = tables
        self.copies = copies
        self.measurements = measurements
    }
}
