import MySQLProtocol

extension ColumnDefinition {
    /// What changed in how this column's values are read, or what may have changed the values that are there; `nil` if
    /// nothing did.
    ///
    /// A lossy change (a shorter VARCHAR, fewer ENUM members) fails in strict mode and silently rewrites rows without
    /// it; either way no row event shows it, so it counts as a change.
    func change(to newer: ColumnDefinition) -> String? {
        // The warehouse's column carries the name as it was.
        if name != newer.name { return "column \(name) was renamed to \(newer.name)" }
        if !canHoldAll(of: newer) {
            return "column \(name) changed from \(columnType)\(charsetNote) to \(newer.columnType)\(newer.charsetNote)"
        }
        if isNullable != newer.isNullable {
            return newer.isNullable ? "column \(name) now allows NULL" : "column \(name) no longer allows NULL"
        }
        // A virtual column's values are computed again by its new expression, without row events.
        let isKnown = generation != .unknown && newer.generation != .unknown
        if isKnown, generation != newer.generation { return "column \(name) changed how its values are computed" }
        if let old = generationExpression, let new = newer.generationExpression, old != new {
            return "column \(name) is computed by another expression"
        }
        return nil
    }

    /// Whether every value of this column is the same value in `newer`, which has more of them, so that ClickHouse can
    /// convert what is there.
    func isWidened(to newer: ColumnDefinition) -> Bool {
        guard name == newer.name, newer.isNullable || !isNullable, generation == newer.generation,
            generationExpression == newer.generationExpression
        else { return false }
        if canHoldAll(of: newer) { return true }
        if !isUnsigned, newer.isUnsigned { return false }
        switch (type, newer.type) {
        case (.integer(let bytes, let isUnsigned), .integer(let newBytes, let isNewUnsigned)):
            return isUnsigned == isNewUnsigned ? newBytes >= bytes : newBytes > bytes
        case (.decimal(let precision, let scale), .decimal(let newPrecision, let newScale)):
            return newScale >= scale && newPrecision - newScale >= precision - scale
        case (.bit(let bits), .bit(let newBits)): return newBits >= bits
        case (.dateTime(let fraction), .dateTime(let newFraction)),
            (.timestamp(let fraction), .timestamp(let newFraction)):
            return newFraction >= fraction
        default: return false
        }
    }

    private var charsetNote: String { charset.map { " (\($0))" } ?? "" }

    /// Whether every value of this column is still the same value in `newer`.
    private func canHoldAll(of newer: ColumnDefinition) -> Bool {
        // Without strict mode negative values become zero.
        if !isUnsigned, newer.isUnsigned { return false }
        switch (type, newer.type) {
        case (.text, .text):
            guard let charset, let newCharset = newer.charset else { return false }
            return CharsetName.isExtended(charset, by: newCharset)
                && TextSize(columnType).fits(into: TextSize(newer.columnType))
        case (.bytes, .bytes): return TextSize(columnType).fits(into: TextSize(newer.columnType))
        // Members keep their numbers and their order, in which a SET's text names them.
        case (.enumeration(let old), .enumeration(let new)), (.set(let old), .set(let new)):
            return new.starts(with: old)
        // FLOAT(M,D) rounds to D digits.
        case (.float, .float), (.double, .double): return newer.hasAllDigits || sameShape(as: newer)
        // POINT takes no other geometry.
        case (.geometry, .geometry): return newer.columnType == "geometry" || columnType == newer.columnType
        case (nil, nil): return columnType == newer.columnType && charset == newer.charset
        case (let old, let new): return old == new
        }
    }

    private var isUnsigned: Bool { columnType.hasSuffix(" unsigned") || columnType.hasSuffix(" unsigned zerofill") }

    private var hasAllDigits: Bool { !columnType.contains("(") }

    /// The same type but for its sign and padding.
    private func sameShape(as newer: ColumnDefinition) -> Bool {
        columnType.split(separator: " ").first == newer.columnType.split(separator: " ").first
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
