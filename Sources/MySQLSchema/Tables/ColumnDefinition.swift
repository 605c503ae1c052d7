import MySQLProtocol

/// A column of a source table, as `information_schema.COLUMNS` describes it or a DDL statement defines it.
package struct ColumnDefinition: Hashable, Sendable {
    package var name: String
    /// The type as `information_schema.COLUMNS.COLUMN_TYPE` prints it: `decimal(12,2) unsigned`, `enum('a','b')`.
    package let columnType: String
    package var isNullable: Bool
    package var defaultValue: ColumnDefault
    package var generation: ColumnGeneration
    /// The expression of a generated column as `information_schema` prints it; `nil` from a DDL statement.
    package var generationExpression: String?
    /// `SELECT *` leaves the column out.
    package var isInvisible: Bool
    /// Rows get consecutive numbers, also those that are there when the column is added.
    package var isAutoIncrement: Bool
    /// The character set of a text, ENUM or SET column. `nil` for every other type, and in a column that a DDL
    /// statement defines without one: then it is the table's default.
    package let charset: String?
    package let collation: String?
    /// What the column holds; `nil` where Leat knows no exact way to carry the type over, and for text whose character
    /// set is not known yet.
    package let type: MySQLType?
    /// It holds dates that ClickHouse cannot, or may: its values are carried as text. Not of the definition, but of the
    /// table in ClickHouse.
    package var isDateText = false

    /// ``type``, or the text that stands for it.
    package var carriedType: MySQLType? { isDateText ? type?.asDateText ?? type : type }

    /// Known to be computed.
    package var isGenerated: Bool { generation == .virtual || generation == .stored }

    package init(
        name: String,
        columnType: String,
        isNullable: Bool,
        defaultValue: ColumnDefault = .none,
        generation: ColumnGeneration = .none,
        generationExpression: String? = nil,
        isInvisible: Bool = false,
        isAutoIncrement: Bool = false,
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
        self.isAutoIncrement = isAutoIncrement
        self.charset = charset
        self.collation = collation
        type = MySQLType(columnType: columnType, charset: charset)
    }

    /// The same column with the table's default character set where a DDL statement named none.
    package func withDefaultCharset(_ tableCharset: String, collation tableCollation: String? = nil) -> ColumnDefinition
    {
        guard charset == nil, Self.hasCharset(columnType) else { return self }
        return with(charset: CharsetName.normalized(tableCharset), collation: collation ?? tableCollation)
    }

    /// The same text column in a character set that decides what its type is and what its default can hold.
    func with(charset: String, collation: String?) -> ColumnDefinition {
        let type = ColumnTypeText.stored(columnType, charset: charset)
        let isText = Self.hasCharset(type)
        var column = ColumnDefinition(
            name: name,
            columnType: type,
            isNullable: isNullable,
            defaultValue: defaultValue.inCharset(charset),
            generation: generation,
            generationExpression: generationExpression,
            isInvisible: isInvisible,
            isAutoIncrement: isAutoIncrement,
            charset: isText ? charset : nil,
            collation: isText ? collation : nil
        )
        if !isText, case .constant(let text) = defaultValue {
            let literal = SQLLiteral(.text(text), written: "'\(text)'")
            column.defaultValue = ColumnDefault(.literal(literal), columnType: type, charset: nil)
        }
        return column
    }

    static func hasCharset(_ columnType: String) -> Bool {
        for prefix in ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"]
        where columnType.hasPrefix(prefix) {
            return true
        }
        return false
    }
}
