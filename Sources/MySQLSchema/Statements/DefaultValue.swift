/// A DEFAULT clause as it is written; ``ColumnDefault`` is what it means for a column's type.
package enum DefaultValue: Hashable, Sendable {
    case null
    case literal(SQLLiteral)
    case expression(String)
}

/// A constant in a statement.
package struct SQLLiteral: Hashable, Sendable {
    /// What follows DEFAULT.
    package enum Value: Hashable, Sendable {
        /// A string without its quotes and escapes.
        case text(String)
        /// A number as it is written, without a plus sign.
        case number(String)
        /// `x'41'`, `0x41`, `b'1000001'`: the highest byte first.
        case bytes([UInt8])
        /// A string whose meaning depends on a character set that its introducer names (`_latin1'é'`).
        case unknown
    }

    package var value: Value
    /// As the statement spells it.
    package var written: String

    package init(_ value: Value, written: String) {
        self.value = value
        self.written = written
    }
}
