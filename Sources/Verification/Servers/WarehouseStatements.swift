import ClickHouseClient
import MySQLProtocol

/// The statements for ClickHouse: the same texts and the same sums as ``SourceStatements``.
struct WarehouseStatements {
    /// What the statements rely on, whatever the user's profile says.
    static let settings = [
        "session_timezone": "UTC",
        "short_circuit_function_evaluation": "enable",
        "aggregate_functions_null_for_empty": "0",
        "max_query_size": "16777216",
        "max_execution_time": "0",
        // A copy of the rows in memory is not needed for any of this; grouping spills to disk.
        "max_bytes_before_external_group_by": "268435456",
    ]

    private let table: ComparedTable
    private let span: KeySpan
    private let row: String
    private let key: String
    private let bucket: String

    /// - Parameter span: the rows that are meant.
    init(_ table: ComparedTable, span: KeySpan = .all) {
        self.table = table
        self.span = span
        row = table.alias("leat_row")
        key = table.alias("leat_key")
        bucket = table.alias("leat_bucket")
    }

    /// As ``SourceStatements/buckets(_:)``; every row has a text here.
    func buckets(_ count: Int) -> String {
        """
        SELECT \(hash(key)) % \(count) AS \(bucket), count(), 0, \(hashSum) \
        FROM (SELECT \(keyText) AS \(key), \(rowText) AS \(row) FROM \(table.view)\(condition)) GROUP BY \(bucket)
        """
    }

    /// As ``SourceStatements/rows(ofBuckets:of:)``, with a floating number's bits as they stand in its cell.
    func rows(ofBuckets buckets: [Int], of count: Int) -> String {
        let cells = table.columns.map(Self.cellHash)
        return """
            SELECT hex(\(keyText)), \(cells.joined(separator: ", ")) FROM \(table.view)\(condition) \
            \(condition.isEmpty ? "WHERE" : "AND") \(hash(keyText)) % \(count) IN (\(Self.list(buckets)))
            """
    }

    /// The row versions of some parts from `version` on: the key's text in hexadecimal digits, `_version`, whether it
    /// is a tombstone, and the columns as in ``rows(ofBuckets:of:)``.
    func versions(ofBuckets buckets: [Int], of count: Int, from version: UInt64) -> String {
        let raw = WarehouseStatements(table.ofRaw, span: span)
        let cells = raw.table.columns.map(Self.cellHash)
        return """
            SELECT hex(\(raw.keyText)), toString(_version), toString(_deleted), \(cells.joined(separator: ", ")) \
            FROM \(table.raw)\(raw.place) \(raw.place.isEmpty ? "WHERE" : "AND") _version >= \(version) \
            AND \(hash(raw.keyText)) % \(count) IN (\(Self.list(buckets)))
            """
    }

    /// All versions that some rows have: the key's text in hexadecimal digits, `_version`, whether it is a tombstone.
    func history(keys: [String]) -> String {
        let raw = WarehouseStatements(table.ofRaw, span: span)
        return """
            SELECT hex(\(raw.keyText)), toString(_version), toString(_deleted) FROM \(table.raw)\(raw.place) \
            \(raw.place.isEmpty ? "WHERE" : "AND") hex(\(raw.keyText)) IN (\(keys.map { "'\($0)'" }.joined(separator: ", ")))
            """
    }

    /// Columns of some rows as text, after the key's text in hexadecimal digits.
    func texts(of columns: [ComparedTable.Column], keys: [String]) -> String {
        let values = columns.map(Self.value)
        return """
            SELECT \((["hex(\(keyText))"] + values).joined(separator: ", ")) FROM \(table.view)\(condition) \
            \(condition.isEmpty ? "WHERE" : "AND") hex(\(keyText)) IN (\(keys.map { "'\($0)'" }.joined(separator: ", ")))
            """
    }

    /// For each part, the two sums over the texts of key and floating columns, as ``FloatingSums`` makes them.
    func floatingBuckets(_ count: Int) -> String {
        """
        SELECT \(hash(key)) % \(count) AS \(bucket), sum(CRC32(\(row))), sum(sipHash64(\(row))) \
        FROM (SELECT \(keyText) AS \(key), \(floatingText) AS \(row) FROM \(table.view)\(condition)) GROUP BY \(bucket)
        """
    }

    // MARK: Parts

    private static func list(_ buckets: [Int]) -> String { buckets.map(String.init).joined(separator: ", ") }

    private func hash(_ text: String) -> String {
        span.slices == 1 ? "CRC32(\(text))" : "intDiv(CRC32(\(text)), \(span.slices))"
    }

    private static func cellHash(_ column: ComparedTable.Column) -> String {
        column.form == .floating
            ? value(column) : "lower(hex(substring(SHA256(concat(\(cell(column)), '')), 1, 8)))"
    }

    /// ` WHERE …`, or nothing where all rows are meant.
    private var condition: String { condition(span.filter) }
    /// The same without the filter: a row's other versions need not meet it, and tombstones have nothing but the key.
    private var place: String { condition(nil) }

    private func condition(_ filter: String?) -> String {
        var terms: [String] = []
        if let column = table.orderedColumn {
            let quoted = ClickHouseClient.quote(identifier: column.name)
            if let lower = span.lower {
                terms.append("\(quoted) > \(column.type.descriptor.warehouseLiteral(ofBoundary: lower))")
            }
            if let upper = span.upper {
                terms.append("\(quoted) <= \(column.type.descriptor.warehouseLiteral(ofBoundary: upper))")
            }
        }
        if span.slices > 1 { terms.append("CRC32(\(keyText)) % \(span.slices) = \(span.slice)") }
        if let keys = span.firstKeys, let column = table.textColumn {
            let list = keys.map { "unhex('\($0)')" }.joined(separator: ", ")
            terms.append("\(ClickHouseClient.quote(identifier: column.name)) IN (\(list))")
        }
        if let filter { terms.append("(\(filter))") }
        return terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ")
    }

    private var hashSum: String { "sum(reinterpretAsUInt64(reverse(substring(SHA256(\(row)), 1, 8))))" }
    private var rowText: String { Self.text(table.hashedByServers.map(Self.cell)) }
    private var keyText: String { Self.text(table.key.map(Self.cell)) }

    private var floatingText: String {
        Self.text(table.key.map(Self.cell) + table.floating.map { "\(Self.value($0)), ','" })
    }

    private static func text(_ cells: [String]) -> String {
        cells.isEmpty ? "''" : "concat(\(cells.joined(separator: ", ")), '')"
    }

    /// A cell, as arguments of concat.
    private static func cell(_ column: ComparedTable.Column) -> String {
        let value = value(column)
        switch column.form {
        case .delimited, .floating:
            return column.isNullable ? "ifNull(\(value), 'N'), ','" : "\(value), ','"
        case .sized:
            let sized = "toString(length(\(value))), ':', \(value)"
            return column.isNullable ? "ifNull(concat(\(sized)), 'N')" : sized
        case .long, .longDelimited:
            let short = column.form == .long ? "toString(length(\(value))), ':', \(value)" : "\(value), ','"
            let cell = """
                if(length(\(value)) > \(CanonicalForm.longBytes), concat('#', lower(hex(SHA256(\(value))))), \
                concat(\(short)))
                """
            return column.isNullable ? "ifNull(\(cell), 'N')" : cell
        }
    }

    /// A column's canonical text.
    private static func value(_ column: ComparedTable.Column) -> String {
        let quoted = ClickHouseClient.quote(identifier: column.name)
        return column.type.descriptor.warehouseText(quoted, isNullable: column.isNullable)
    }
}
