/// A piece of a statement's text: what it is, and where.
struct SQLToken: Equatable {
    enum Kind: Equatable {
        /// An unquoted keyword, identifier or number.
        case word
        /// An identifier in backticks (or `"` under `ANSI_QUOTES`).
        case quotedName
        /// A string literal.
        case string
        /// Any other single byte.
        case symbol(UInt8)
    }

    var kind: Kind
    /// The token in the text, quotes included.
    var range: Range<Int>
}
