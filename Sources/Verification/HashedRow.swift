/// A row as far as comparing it needs: its key, and a hash of each cell.
struct HashedRow: Hashable, Sendable {
    /// The key's text in hexadecimal digits.
    var key: String
    /// In the columns' order: the beginning of the SHA-256, or a floating number's bits. Empty where the row is too long
    /// for the server to write its text.
    var cells: [String]

    init(key: String, cells: [String]) {
        self.key = key
        self.cells = cells
    }

    /// From a row of the answer to `rows(ofBuckets:of:)`.
    init(answer row: [String?], columns: Int) throws(UnexpectedAnswer) {
        guard row.count == columns + 1, let key = row[0] else { throw UnexpectedAnswer() }
        self.init(key: key, cells: row.dropFirst().map { $0 ?? "" })
    }
}
