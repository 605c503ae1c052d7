/// One block of a query's result.
public struct DecodedBlock: Sendable {
    /// The columns in the order of the query, all with ``rows`` rows.
    public let columns: [DecodedColumn]
    public let rows: Int

    init(columns: [DecodedColumn], rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// The first column called `name`.
    public subscript(name: String) -> DecodedColumn? { columns.first { $0.name == name } }
}
