extension SQLParser {
    enum TableOption {
        case charset(String)
        case collation(String)
        case engine(String)
        /// Changes neither rows nor how values read.
        case other
        /// Decides where the rows are: `UNION`, `CONNECTION`.
        case rows
    }

    /// A table option, if one comes next:
    /// https://dev.mysql.com/doc/refman/9.4/en/create-table.html#create-table-options
    mutating func tableOption() throws -> TableOption? {
        let start = position
        let isDefault = try accept("DEFAULT")
        if try accept(["CHARACTER", "SET"]) || accept(["CHAR", "SET"]) || accept("CHARSET") {
            return .charset(CharsetName.normalized(try stringOrIdentifier()))
        }
        if try accept("COLLATE") { return .collation(CharsetName.normalizedCollation(try stringOrIdentifier())) }
        if isDefault {
            rewind(to: start)
            return nil
        }
        if try accept(anyOf: ["ENGINE", "TYPE"]) { return .engine(try stringOrIdentifier()) }
        if try accept("UNION") {
            _ = try accept(symbol: "=")
            try skipOne()
            return .rows
        }
        if try accept("CONNECTION") {
            _ = try accept(symbol: "=")
            try skipOne()
            return .rows
        }
        if try accept(["DATA", "DIRECTORY"]) || accept(["INDEX", "DIRECTORY"]) || accept(anyOf: Self.simpleOptions) {
            _ = try accept(symbol: "=")
            guard try !isAtEnd(), try !isAt(symbol: ",") else { throw SQLSyntaxError("an option without a value") }
            try skipOne()
            return .other
        }
        if try accept("TABLESPACE") {
            _ = try accept(symbol: "=")
            _ = try identifier()
            if try accept("STORAGE") { try skipOne() }
            return .other
        }
        return nil
    }

    private static let simpleOptions = [
        "AUTOEXTEND_SIZE", "AUTO_INCREMENT", "AVG_ROW_LENGTH", "CHECKSUM", "COMMENT", "COMPRESSION", "DELAY_KEY_WRITE",
        "ENCRYPTED", "ENCRYPTION", "ENCRYPTION_KEY_ID", "ENGINE_ATTRIBUTE", "INSERT_METHOD", "KEY_BLOCK_SIZE",
        "MAX_ROWS",
        "MIN_ROWS", "PACK_KEYS", "PAGE_CHECKSUM", "PAGE_COMPRESSED", "PAGE_COMPRESSION_LEVEL", "PASSWORD", "ROW_FORMAT",
        "SECONDARY_ENGINE", "SECONDARY_ENGINE_ATTRIBUTE", "STATS_AUTO_RECALC", "STATS_PERSISTENT", "STATS_SAMPLE_PAGES",
        "TABLE_CHECKSUM", "TRANSACTIONAL",
    ]
}
