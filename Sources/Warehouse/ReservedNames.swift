/// Columns of a source whose names Leat or ClickHouse needs in raw tables. There they have one underscore more, as have
/// those that look like the result; the view shows each under its own name.
package enum ReservedNames {
    /// What is left of such a name without the underscores that it begins with.
    private static let stems: Set<String> = [
        // Leat's own, also those of change logs.
        "version", "deleted", "sign", "op", "committed_at",
        // ClickHouse's, which a table must not have.
        "row_exists", "block_number", "block_offset",
    ]

    private static func isConcerned(_ name: String) -> Bool {
        name.hasPrefix("_") && stems.contains(String(name.drop { $0 == "_" }))
    }

    /// The name in the raw table.
    package static func rawName(of name: String) -> String { isConcerned(name) ? "_" + name : name }

    /// The name at the source and in the view.
    package static func shownName(of raw: String) -> String {
        raw.hasPrefix("__") && isConcerned(raw) ? String(raw.dropFirst()) : raw
    }
}
