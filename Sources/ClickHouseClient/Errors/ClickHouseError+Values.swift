extension ClickHouseError {
    /// The same without values of rows: an insert's exception can quote what it could not take, and errors are logged.
    ///
    /// What stands in quotes becomes `'…'`, and the list of values of a violated constraint goes.
    func hidingValues() -> ClickHouseError {
        guard let server else { return self }
        var hidden = self
        hidden.message = Self.hidingValues(in: message)
        hidden.server?.text = Self.hidingValues(in: server.text)
        return hidden
    }

    static func hidingValues(in text: String) -> String {
        var rest = text[...]
        // Numbers in it are not quoted.
        if let values = rest.firstRange(of: "Column values:") { rest = rest[..<values.lowerBound] + "Column values: …" }
        var result = ""
        while let open = rest.firstIndex(where: { $0 == "'" || $0 == "\"" }) {
            let quote = rest[open]
            result += rest[...open]
            rest = rest[rest.index(after: open)...]
            result += "…"
            var isEscaped = false
            let close = rest.firstIndex { character in
                if isEscaped {
                    isEscaped = false
                    return false
                }
                isEscaped = character == "\\"
                return character == quote
            }
            // Cut off before its end.
            guard let close else { return result }
            result.append(quote)
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
