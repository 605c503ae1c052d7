/// One block of a query's result.
package struct DecodedBlock: Sendable {
    /// The columns in the order of the query, all with ``rows`` rows.
    package let columns: [DecodedColumn]
    package let rows: Int

    init(columns: [DecodedColumn], rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// The first column called `name`.
    package subscript(name: String) -> DecodedColumn? { columns.first { $0.name == name } }
}
