extension TableToVerify {
    /// The values of a row's key, a value for each of the key's columns: numbers, dates and times as text, strings in
    /// UTF-8.
    ///
    /// - Parameter row: as in ``DifferentRow``.
    /// - Returns: `nil` if the table's key is not what it was when the row was checked.
    package func keyValues(of row: DifferentRow) -> [[UInt8]]? {
        guard let table = try? ComparedTable(self), table.hasTextualKey else { return nil }
        return DifferenceFinder(table: table).keyValues(of: row.key)
    }
}
