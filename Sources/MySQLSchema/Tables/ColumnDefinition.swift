import MySQLProtocol

/// A column of a source table, as `information_schema.COLUMNS` describes it or a DDL statement defines it.
public struct ColumnDefinition: Hashable, Sendable {
    public var name: String
    /// The type as `information_schema.COLUMNS.COLUMN_TYPE` prints it: `decimal(12,2) unsigned`, `enum('a','b')`.
    public let columnType: String
    public var isNullable: Bool
    public var defaultValue: ColumnDefault
    public var generation: ColumnGeneration
    /// The expression of a generated column as `information_schema` prints it; `nil` from a DDL statement.
    public var generationExpression: String?
    /// `SELECT *` leaves the column out.
    public var isInvisible: Bool
    /// The character set of a text, ENUM or SET column. `nil` for every other type, and in a column that a DDL
    /// statement defines without one: then it is the table's default.
    public let charset: String?
    public let collation: String?
    /// What the column holds; `nil` where Leat knows no exact way to carry the type over, and for text whose character
    /// set is not known yet.
    public let type: MySQLType?

    public var isGenerated: Bool { generation != .none }

    public init(
        name: String,
        columnType: String,
        isNullable: Bool,
        defaultValue: ColumnDefault = .none,
        generation: ColumnGeneration = .none,
        generationExpression: String? = nil,
        isInvisible: Bool = false,
        charset: String? = nil,
        collation: String? = nil
    ) {
        self.name = name
        self.columnType = columnType
        self.isNullable = isNullable
        self.defaultValue = defaultValue
        self.generation = generation
        self.generationExpression = generationExpression
        self.isInvisible = isInvisible
        self.charset = charset
        self.collation = collation
        type = MySQLType(columnType: columnType, charset: charset)
    }

    /// The same column with the table's default character set where a DDL statement named none.
    public func withDefaultCharset(_ tableCharset: String, collation tableCollation: String? = nil) -> ColumnDefinition
    {
        guard charset == nil, Self.hasCharset(columnType) else { return self }
        return ColumnDefinition(
            name: name,
            columnType: columnType,
            isNullable: isNullable,
            defaultValue: defaultValue,
            generation: generation,
            generationExpression: generationExpression,
            isInvisible: isInvisible,
            charset: tableCharset,
            collation: collation ?? tableCollation
        )
    }

    static func hasCharset(_ columnType: String) -> Bool {
        for prefix in ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"]
        where columnType.hasPrefix(prefix) {
            return true
        }
        return false
    }
}
