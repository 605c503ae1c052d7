/// What is known of MySQL's character sets by their names.
enum CharsetName {
    /// The name as MySQL 8.0.30 and later print it: `utf8` is an alias of `utf8mb3`.
    static func normalized(_ name: String) -> String {
        let name = name.lowercased()
        return name == "utf8" ? "utf8mb3" : name
    }

    static func normalizedCollation(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasPrefix("utf8_") ? "utf8mb3_" + name.dropFirst(5) : name
    }

    /// The character set of a collation: the first part of its name.
    static func ofCollation(_ collation: String) -> String {
        let name = normalizedCollation(collation)
        return name.firstIndex(of: "_").map { String(name[..<$0]) } ?? name
    }

    /// The most bytes that a character takes (`information_schema.CHARACTER_SETS.MAXLEN`).
    static func bytesPerCharacterMax(_ name: String) -> Int {
        switch normalized(name) {
        case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030": 4
        case "utf8mb3", "ujis", "eucjpms": 3
        case "ucs2", "big5", "gbk", "gb2312", "euckr", "sjis", "cp932": 2
        default: 1
        }
    }

    /// Whether every text in `old` is the same bytes in `new`.
    static func isExtended(_ old: String, by new: String) -> Bool {
        let (old, new) = (normalized(old), normalized(new))
        if old == new { return true }
        let order = ["ascii", "utf8mb3", "utf8mb4"]
        guard let from = order.firstIndex(of: old), let to = order.firstIndex(of: new) else { return false }
        return from < to
    }

    /// Whether a string that is written in UTF-8 surely exists in the character set.
    static func holds(_ text: String, in name: String) -> Bool {
        switch normalized(name) {
        case "utf8mb4": true
        case "utf8mb3": text.unicodeScalars.allSatisfy { $0.value <= 0xFFFF }
        // The one that lacks some of ASCII.
        case "swe7": false
        // What else the others have is not looked up.
        default: text.unicodeScalars.allSatisfy(\.isASCII)
        }
    }
}
