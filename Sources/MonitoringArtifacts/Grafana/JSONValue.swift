/// JSON to be written, its members in the order in which they are given.
enum JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])

    init(stringLiteral text: String) { self = .string(text) }
    init(integerLiteral number: Int) { self = .integer(number) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral values: JSONValue...) { self = .array(values) }
    init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(members.map { ($0.0, $0.1) }) }

    /// Two spaces a level, a line break at the end.
    var text: String {
        var text = ""
        append(to: &text, indent: "")
        return text + "\n"
    }

    private func append(to text: inout String, indent: String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += Query.text(of: value)
        case .string(let value): Self.append(value, to: &text)
        case .array(let values):
            Self.append(values.map { (nil, $0) }, between: ("[", "]"), to: &text, indent: indent)
        case .object(let members):
            Self.append(members.map { ($0.name, $0.value) }, between: ("{", "}"), to: &text, indent: indent)
        }
    }

    private static func append(
        _ members: [(name: String?, value: JSONValue)],
        between brackets: (open: String, close: String),
        to text: inout String,
        indent: String
    ) {
        text += brackets.open
        for (index, member) in members.enumerated() {
            text += (index == 0 ? "\n" : ",\n") + indent + "  "
            if let name = member.name {
                append(name, to: &text)
                text += ": "
            }
            member.value.append(to: &text, indent: indent + "  ")
        }
        if !members.isEmpty { text += "\n" + indent }
        text += brackets.close
    }

    private static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\u{0}"..."\u{1F}":
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
