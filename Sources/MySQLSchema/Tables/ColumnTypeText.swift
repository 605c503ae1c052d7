/// The types of text whose stored form depends on the column's character set.
enum ColumnTypeText {
    /// What the server makes of a declared type: TEXT(n) is the smallest one that holds n characters, a VARCHAR that is
    /// too long for a row becomes a TEXT (without strict mode; with it the statement fails), and text in the character
    /// set `binary` is the binary type of the same size. ENUM and SET stay what they are.
    static func stored(_ columnType: String, charset: String) -> String {
        if charset == "binary" { return binary(columnType) }
        let bytesPerCharacter = CharsetName.bytesPerCharacterMax(charset)
        if let length = length(of: "text", in: columnType) { return sized("text", bytes: length * bytesPerCharacter) }
        if let length = length(of: "varchar", in: columnType), length * bytesPerCharacter > 65_535 {
            return sized("text", bytes: length * bytesPerCharacter)
        }
        return columnType
    }

    /// The smallest of the four types that holds this many bytes.
    static func sized(_ type: String, bytes: Int) -> String {
        switch bytes {
        case 0: type
        case ...255: "tiny" + type
        case ...65_535: type
        case ...16_777_215: "medium" + type
        default: "long" + type
        }
    }

    private static func binary(_ columnType: String) -> String {
        if let length = length(of: "text", in: columnType) { return sized("blob", bytes: length) }
        if let length = length(of: "varchar", in: columnType) {
            return length > 65_535 ? sized("blob", bytes: length) : "varbinary(\(length))"
        }
        if let length = length(of: "char", in: columnType) { return "binary(\(length))" }
        return columnType.hasSuffix("text") ? columnType.dropLast(4) + "blob" : columnType
    }

    /// The n of `type(n)`.
    private static func length(of type: String, in columnType: String) -> Int? {
        guard columnType.hasPrefix(type + "("), columnType.hasSuffix(")") else { return nil }
        return Int(columnType.dropFirst(type.utf8.count + 1).dropLast())
    }
}
