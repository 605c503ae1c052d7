/// How the cells of a column are written into the text that both servers hash.
///
/// A row's text is the texts of its cells, one after the other. Each cell says itself where it ends, and NULL is `N`,
/// which no other cell begins with; so two rows have the same text only if they hold the same values.
public enum CanonicalForm: Hashable, Sendable {
    /// Texts without a comma (numbers, dates, times): the text and a comma.
    case delimited
    /// Strings that a row has room for (CHAR, VARCHAR, BINARY, VARBINARY, ENUM, SET and the TINY ones): the length in
    /// bytes, a colon, the bytes.
    case sized
    /// TEXT and BLOB: as ``sized`` up to ``longBytes``; beyond, `#` and the SHA-256 of the bytes in lower-case
    /// hexadecimal digits. So a row's text stays far below MySQL's `max_allowed_packet`, above which CONCAT gives NULL.
    case long
    /// JSON and spatial values, whose texts say where they end: the text and a comma, beyond ``longBytes`` as ``long``.
    case longDelimited
    /// FLOAT and DOUBLE: the IEEE bits as an unsigned number, and a comma. MySQL cannot give the bits, and its text of
    /// a value differs from ClickHouse's, so Leat reads these columns and hashes them itself.
    case floating

    /// Longer values are replaced by their own hash.
    public static let longBytes = 65_536

    /// Strings that a row has room for, or ones that it has not.
    ///
    /// - Parameter columnType: as `information_schema` spells it.
    static func ofString(columnType: String) -> CanonicalForm {
        // Together these fit into a row of 65 535 bytes; TEXT and BLOB are stored apart from it.
        let isShort = ["char", "varchar", "varbinary", "tinytext", "tinyblob"].contains { columnType.hasPrefix($0) }
        return isShort ? .sized : .long
    }
}
