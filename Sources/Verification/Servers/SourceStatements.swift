import MySQLProtocol
import MySQLSchema

/// The statements for MySQL (5.7 and later) and MariaDB. They need a session set up by ``SourceReader``.
///
/// All strings are made binary, so that neither character sets nor collations meet in CONCAT, and text is in utf8mb4
/// before that. SHA2 is used where one thinks of MD5 first: since 9.6 MySQL has MD5 only in a component that is not
/// installed (https://dev.mysql.com/doc/refman/9.6/en/legacy-hashing-component.html).
struct SourceStatements {
    private let table: ComparedTable
    private let row: String
    private let key: String
    /// ` WHERE …`, or nothing where all rows are meant.
    private let condition: String
    private let bucket: (String) -> String

    /// - Parameter span: the rows that are meant.
    init(_ table: ComparedTable, span: KeySpan = .all) {
        self.table = table
        row = table.alias("leat_row")
        key = table.alias("leat_key")
        condition = Self.condition(span, table)
        bucket = { span.slices == 1 ? "CRC32(\($0))" : "CRC32(\($0)) DIV \(span.slices)" }
    }

    /// For each of `count` parts that the rows fall into by the CRC-32 of their key: the part's number, its rows, how
    /// many of them have no text since it would exceed `max_allowed_packet`, the sum over the others.
    func buckets(_ count: Int) -> String {
        """
        SELECT /*+ MERGE(t) */ \(bucket(key)) % \(count), COUNT(*), COUNT(*) - COUNT(\(row)), \(hashSum) \
        FROM (SELECT \(keyText) AS \(key), \(rowText) AS \(row) FROM \(table.source)\(condition)) AS t \
        GROUP BY \(bucket(key)) % \(count)
        """
    }

    /// The rows of some of these parts: the key's text in hexadecimal digits, then the columns in their order, each as
    /// the beginning of the SHA-256 of its cell, or as the number's text where it is floating.
    func rows(ofBuckets buckets: [Int], of count: Int) -> String {
        let cells = table.columns.map { column in
            column.form == .floating ? Self.value(column) : "LEFT(SHA2(CONCAT(\(Self.cell(column))), 256), 16)"
        }
        let list = buckets.map(String.init).joined(separator: ", ")
        return """
            SELECT HEX(\(keyText)), \(cells.joined(separator: ", ")) FROM \(table.source)\(condition) \
            \(condition.isEmpty ? "WHERE" : "AND") \(bucket(keyText)) % \(count) IN (\(list))
            """
    }

    /// What Leat hashes itself: the key's text, and the texts of the floating columns.
    var floatingRows: String {
        let numbers = table.floating.map(Self.value)
        return "SELECT \(([keyText] + numbers).joined(separator: ", ")) FROM \(table.source)\(condition)"
    }

    /// The end of a span of `rows` rows after `lower`: the text of the ordered column; nothing if fewer remain.
    func upperBound(above lower: String?, rows: Int) -> String? {
        guard let column = table.orderedColumn else { return nil }
        let quoted = TableName.quote(column.name)
        let bound = column.type.descriptor.holdsBytes ? "HEX(\(quoted))" : Self.value(column)
        let condition = Self.condition(KeySpan(lower: lower), table)
        return """
            SELECT \(bound) FROM \(table.source)\(condition) ORDER BY \(quoted) LIMIT 1 OFFSET \(max(0, rows - 1))
            """
    }

    /// The storage engine's estimate of the table's rows, in the column `rows`.
    var estimate: String { "EXPLAIN FORMAT=TRADITIONAL SELECT 1 FROM \(table.source)" }

    /// Columns of some rows as text, after the key's text in hexadecimal digits.
    func texts(of columns: [ComparedTable.Column], keys: [String]) -> String {
        let values = columns.map(Self.value)
        let list = keys.map { "'\($0)'" }.joined(separator: ", ")
        return """
            SELECT \((["HEX(\(keyText))"] + values).joined(separator: ", ")) FROM \(table.source)\(condition) \
            \(condition.isEmpty ? "WHERE" : "AND") HEX(\(keyText)) IN (\(list))
            """
    }

    private static func condition(_ span: KeySpan, _ table: ComparedTable) -> String {
        var terms: [String] = []
        if let column = table.orderedColumn {
            let quoted = TableName.quote(column.name)
            if let lower = span.lower {
                terms.append("\(quoted) > \(column.type.descriptor.sourceLiteral(ofBoundary: lower))")
            }
            if let upper = span.upper {
                terms.append("\(quoted) <= \(column.type.descriptor.sourceLiteral(ofBoundary: upper))")
            }
        }
        if span.slices > 1 { terms.append("CRC32(\(text(table.key))) % \(span.slices) = \(span.slice)") }
        if let keys = span.firstKeys, let column = table.textColumn {
            // Literals, which give way to the column's collation, so that its index is used.
            let introducer = column.type.descriptor.holdsBytes ? "" : "_utf8mb4 "
            let list = keys.map { "\(introducer)x'\($0)'" }.joined(separator: ", ")
            terms.append("\(TableName.quote(column.name)) IN (\(list))")
        }
        if let filter = span.filter { terms.append("(\(filter))") }
        return terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ")
    }

    // MARK: Parts

    // ClickHouse keeps sums in 64 bits; MySQL's are decimals that do not overflow.
    private var hashSum: String {
        "COALESCE(SUM(CAST(CONV(LEFT(SHA2(\(row), 256), 16), 16, 10) AS UNSIGNED)), 0) % 18446744073709551616"
    }

    private var rowText: String { Self.text(table.hashedByServers) }
    private var keyText: String { Self.text(table.key) }

    private static func text(_ columns: [ComparedTable.Column]) -> String {
        columns.isEmpty ? "''" : "CONCAT(\(columns.map(cell).joined(separator: ", ")))"
    }

    /// A cell, as arguments of CONCAT.
    private static func cell(_ column: ComparedTable.Column) -> String {
        let value = value(column)
        let quoted = TableName.quote(column.name)
        switch column.form {
        case .delimited, .floating:
            return column.isNullable ? "IFNULL(\(value), 'N'), ','" : "\(value), ','"
        case .sized:
            let sized = "LENGTH(\(value)), ':', \(value)"
            return column.isNullable ? "IFNULL(CONCAT(\(sized)), 'N')" : sized
        case .long, .longDelimited:
            let short = column.form == .long ? "LENGTH(\(value)), ':', \(value)" : "\(value), ','"
            let cell = """
                IF(LENGTH(\(value)) > \(CanonicalForm.longBytes), CONCAT('#', SHA2(\(value), 256)), CONCAT(\(short)))
                """
            // Not IFNULL: a text that is too long would pass for a NULL.
            return column.isNullable ? "IF(\(quoted) IS NULL, 'N', \(cell))" : cell
        }
    }

    /// A column's canonical text.
    private static func value(_ column: ComparedTable.Column) -> String {
        column.type.descriptor.sourceText(TableName.quote(column.name), column.traits)
    }
}
