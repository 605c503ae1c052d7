/// A row as far as comparing it needs: its key, and a hash of each cell.
struct HashedRow: Hashable, Sendable {
    /// The key's text in hexadecimal digits.
    var key: String
    /// In the columns' order: the beginning of the SHA-256, or a floating number's bits. Empty where the row is too
    /// long for the server to write its text.
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

/// A version of a row in the raw table.
struct RowVersionSeen: Hashable, Sendable {
    /// Of a tombstone only the key says something.
    var row: HashedRow
    var version: UInt64
    var isTombstone: Bool
}

extension RowVersionSeen {
    /// From a row of the answer to ``WarehouseStatements/versions(ofBuckets:of:from:)``.
    init(answer row: [String?], columns: Int) throws(UnexpectedAnswer) {
        guard row.count == columns + 3, let version = row[1].flatMap({ UInt64($0) }), let deleted = row[2] else {
            throw UnexpectedAnswer()
        }
        self.version = version
        isTombstone = deleted == "1"
        self.row = try HashedRow(answer: [row[0]] + row.dropFirst(3), columns: columns)
    }
}
