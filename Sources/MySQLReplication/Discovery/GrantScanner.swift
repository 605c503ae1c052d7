/// Reads one line of `SHOW GRANTS`: words, names in backticks, and punctuation.
struct GrantScanner {
    private var rest: Substring

    init(_ line: String) { rest = line[...] }

    var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

    private mutating func skipBlanks() { rest = rest.drop(while: \.isWhitespace) }

    /// Whether a word or a sign comes next.
    func peeks(_ text: String) -> Bool {
        let next = rest.drop(while: \.isWhitespace)
        guard next.uppercased().hasPrefix(text) else { return false }
        guard text.last?.isLetter ?? false else { return true }
        return next.dropFirst(text.count).first.map { !$0.isLetter && $0 != "_" } ?? true
    }

    /// Takes it if it does.
    mutating func take(_ text: String) -> Bool {
        guard peeks(text) else { return false }
        skipBlanks()
        rest = rest.dropFirst(text.count)
        return true
    }

    /// A name in backticks, with doubled ones undone.
    mutating func quotedName() -> String? {
        skipBlanks()
        guard rest.first == "`" else { return nil }
        rest = rest.dropFirst()
        var name = ""
        while let character = rest.popFirst() {
            if character == "`" {
                guard rest.first == "`" else { return name }
                rest = rest.dropFirst()
            }
            name.append(character)
        }
        return name
    }

    /// The words of a privilege, in capital letters, up to a sign or ` ON `.
    mutating func words() -> String {
        var words: [String] = []
        while true {
            skipBlanks()
            if peeks("ON") { break }
            let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if word.isEmpty { break }
            words.append(word.uppercased())
            rest = rest.dropFirst(word.count)
        }
        if words.isEmpty { rest = rest.dropFirst() }
        return words.joined(separator: " ")
    }

    /// Names in backticks with commas between them, and what ends them.
    mutating func names(upTo end: String) -> [String] {
        var names: [String] = []
        while let name = quotedName() {
            names.append(name)
            if !take(",") { break }
        }
        _ = take(end)
        return names
    }
}
