/// The text of a `param_name`, which the server reads as its placeholder's type reads `TabSeparated` text.
///
/// Rules: https://clickhouse.com/docs/interfaces/http#tabs-in-url-parameters
enum QueryParameter {
    /// Escapes a scalar; `Array`, `Tuple` and `Map` are read in their own notation, in which strings are quoted, so
    /// their text must stay as it is.
    static func encode(_ value: String?, for name: String, in sql: String) -> String {
        guard let value else { return "\\N" }
        return isContainer(name, in: sql) ? value : TabSeparated.escape(value)
    }

    /// Whether the query's `{name:Type}` names a type with elements.
    private static func isContainer(_ name: String, in sql: String) -> Bool {
        var rest = sql[...]
        while let open = rest.firstIndex(of: "{") {
            rest = rest[rest.index(after: open)...]
            var placeholder = rest.drop { $0.isWhitespace }
            guard placeholder.hasPrefix(name) else { continue }
            placeholder = placeholder.dropFirst(name.count).drop { $0.isWhitespace }
            guard placeholder.first == ":" else { continue }
            let type = placeholder.dropFirst().drop { $0.isWhitespace }
            return ["Array(", "Tuple(", "Map("].contains { type.hasPrefix($0) }
        }
        return false
    }
}
