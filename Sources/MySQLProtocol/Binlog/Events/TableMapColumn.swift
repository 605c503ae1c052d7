/// One column of a table map.
public struct TableMapColumn: Equatable, Sendable {
    /// nil with `binlog_row_metadata=MINIMAL`.
    public internal(set) var name: String?
    /// What the column holds; nil where the metadata does not suffice to say: for ENUM and SET with `MINIMAL`, which
    /// leaves out their members, and for text of a collation that is not known.
    public internal(set) var type: MySQLType?
    public let isNullable: Bool
    /// INVISIBLE columns are in row images like all others.
    public internal(set) var isVisible = true
    /// How values are laid out. ENUM and SET, which the wire shows as strings, are shown as what they are.
    public let wireType: WireColumnType
    /// Parameters of the layout: maximal bytes of strings (prefixes are 2 bytes above 255), bytes of a length prefix of
    /// BLOBs, JSON and the like, digits of fraction of temporal types, precision << 8 | scale, bits of BIT, bytes of
    /// ENUM and SET.
    public let metadata: Int
}
