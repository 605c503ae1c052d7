import MySQLProtocol

extension ColumnDefinition {
    /// What changed in how this column's values are read, or what may have changed the values that are there; `nil` if
    /// nothing did.
    ///
    /// A lossy change (a shorter VARCHAR, fewer ENUM members) fails in strict mode and rewrites rows in silence without
    /// it; either way no row event tells, so it counts as a change.
    func change(to newer: ColumnDefinition) -> String? {
        // The warehouse's column carries the name as it was.
        if name != newer.name { return "column \(name) was renamed to \(newer.name)" }
        if !canHoldAll(of: newer) {
            return "column \(name) changed from \(columnType)\(charsetNote) to \(newer.columnType)\(newer.charsetNote)"
        }
        if isNullable != newer.isNullable {
            return newer.isNullable ? "column \(name) now allows NULL" : "column \(name) no longer allows NULL"
        }
        // A virtual column's values are computed anew by its new expression, without row events.
        if generation != newer.generation { return "column \(name) changed how its values are computed" }
        if let old = generationExpression, let new = newer.generationExpression, old != new {
            return "column \(name) is computed by another expression"
        }
        return nil
    }

    private var charsetNote: String { charset.map { " (\($0))" } ?? "" }

    /// Whether every value of this column is still the same value in `newer`.
    private func canHoldAll(of newer: ColumnDefinition) -> Bool {
        switch (type, newer.type) {
        case (.text(let old), .text(let new)):
            guard old == new || new == .utf8 else { return false }
            return TextSize(columnType).fits(into: TextSize(newer.columnType))
        case (.bytes, .bytes): return TextSize(columnType).fits(into: TextSize(newer.columnType))
        case (.enumeration(let old), .enumeration(let new)), (.set(let old), .set(let new)):
            return Set(new).isSuperset(of: old)
        case (nil, nil): return columnType == newer.columnType && charset == newer.charset
        case (let old, let new): return old == new
        }
    }

    /// How much a text or byte string type holds.
    private struct TextSize {
        /// CHAR drops trailing spaces on reading.
        let isPadded: Bool
        /// The declared length, in characters or bytes; `nil` for the TEXT and BLOB types.
        let length: Int?
        /// The most bytes a value can take, whatever the character set.
        let bytesMax: Int

        init(_ columnType: String) {
            var parser = SQLParser(Array(columnType.utf8), defaultDatabase: "", dialect: SQLDialect())
            let name = ((try? parser.identifier()) ?? "").lowercased()
            let length = (try? parser.numbers())?.first
            isPadded = name == "char"
            switch name {
            case "tinytext", "tinyblob": (self.length, bytesMax) = (nil, 255)
            case "text", "blob": (self.length, bytesMax) = (nil, 65_535)
            case "mediumtext", "mediumblob": (self.length, bytesMax) = (nil, 16_777_215)
            case "longtext", "longblob": (self.length, bytesMax) = (nil, 4_294_967_295)
            case "varbinary": (self.length, bytesMax) = (length ?? 0, length ?? 0)
            default: (self.length, bytesMax) = (length ?? 1, (length ?? 1) * 4)
            }
        }

        func fits(into other: TextSize) -> Bool {
            if other.isPadded, !isPadded { return false }
            if let length, let otherLength = other.length { return length <= otherLength }
            // From TEXT to VARCHAR counts bytes against characters: a character takes one byte at least.
            if let otherLength = other.length { return bytesMax <= otherLength }
            return bytesMax <= other.bytesMax
        }
    }
}
