/// Names and texts within InfluxQL.
public enum InfluxQL {
    /// `"name"`, whatever is in it.
    public static func quote(identifier: String) -> String { quote(identifier, with: "\"") }

    /// `'text'`, whatever is in it.
    public static func quote(literal: String) -> String { quote(literal, with: "'") }

    private static func quote(_ text: String, with mark: Unicode.Scalar) -> String {
        var quoted = String.UnicodeScalarView()
        quoted.append(mark)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": quoted.append(contentsOf: "\\n".unicodeScalars)
            case "\\", mark:
                quoted.append("\\")
                quoted.append(scalar)
            default: quoted.append(scalar)
            }
        }
        quoted.append(mark)
        return String(quoted)
    }
}
