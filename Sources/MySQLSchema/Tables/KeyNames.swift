/// The names that a server gives to keys that are defined without one (sql/sql_table.cc, make_unique_key_name): the
/// first column's, then with `_2`, `_3` … appended.
struct KeyNames {
    private var taken: Set<String> = []

    /// Takes the key's name, in the order in which the keys are defined.
    mutating func name(of key: KeyDefinition) -> String {
        let name = key.name ?? chosen(for: key.parts.first?.column ?? "functional_index")
        taken.insert(name.lowercased())
        return name
    }

    private func chosen(for column: String) -> String {
        let folded = column.lowercased()
        if folded != "primary", !taken.contains(folded) { return column }
        var number = 2
        while taken.contains("\(folded)_\(number)") { number += 1 }
        return "\(column)_\(number)"
    }
}
