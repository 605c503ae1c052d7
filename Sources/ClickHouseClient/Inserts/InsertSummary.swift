/// What the server says it wrote for an insert (`X-ClickHouse-Summary`).
package struct InsertSummary: Sendable, Hashable {
    /// Rows written to the table and to the targets of its materialized views together. A block that the server
    /// recognises by its token and drops counts nevertheless (seen on 25.8).
    package var writtenRows: Int
    /// Uncompressed bytes of those rows.
    package var writtenBytes: Int
    package var queryID: String

    package init(writtenRows: Int, writtenBytes: Int, queryID: String) {
        self.writtenRows = writtenRows
        self.writtenBytes = writtenBytes
        self.queryID = queryID
    }

    /// Finds a number in the summary, which is flat JSON with numbers as strings: `{"written_rows":"3", …}`.
    static func number(_ key: String, in summary: String) -> Int? {
        guard let place = summary.lastRange(of: "\"\(key)\":") else { return nil }
        let value = summary[place.upperBound...].drop { $0 == "\"" || $0 == " " }
        return Int(value.prefix { $0.isASCII && $0.isNumber })
    }
}
