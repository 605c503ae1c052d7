/// ClickHouse's text of an array of strings or numbers, as `toString(array)` prints it: `['it\\'s','b']`, `[1,2]`.
///
/// Elements that are arrays or tuples themselves are not read. Works on Unicode scalars: a quote and the combining mark
/// after it are one `Character`.
enum ArrayLiteral {
    /// - Returns: nil for what is no such array.
    static func elements(_ text: String) -> [String]? {
        var rest = Substring(text).unicodeScalars
        guard rest.popFirst() == "[" else { return nil }
        if rest.elementsEqual(["]"]) { return [] }
        var elements: [String] = []
        while true {
            guard let element = rest.first == "'" ? quoted(&rest) : bare(&rest) else { return nil }
            elements.append(element)
            switch rest.popFirst() {
            case ",": continue
            case "]": return rest.isEmpty ? elements : nil
            default: return nil
            }
        }
    }

    private static func bare(_ rest: inout Substring.UnicodeScalarView) -> String? {
        let element = rest.prefix { $0 != "," && $0 != "]" }
        guard !element.isEmpty, !element.contains(where: { "[('\"".unicodeScalars.contains($0) }) else { return nil }
        rest = rest.dropFirst(element.count)
        return String(element)
    }

    private static func quoted(_ rest: inout Substring.UnicodeScalarView) -> String? {
        rest.removeFirst()
        var element = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "'": return String(element)
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                element.append(unescaped(escaped))
            default: element.append(scalar)
            }
        }
        return nil
    }

    private static func unescaped(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "b": "\u{8}"
        case "f": "\u{C}"
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case "0": "\0"
        default: scalar
        }
    }
}
