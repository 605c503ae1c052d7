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
    private let row: String
    private let key: String
    private let bucket: String

    init(_ table: ComparedTable) {
        self.table = table
        row = table.alias("leat_row")
        key = table.alias("leat_key")
        bucket = table.alias("leat_bucket")
    }

    /// One row: the number of rows, and the two sums over them.
    var checksum: String {
        "SELECT count(), \(crcSum), \(shaSum) FROM (SELECT \(rowText) AS \(row) FROM \(table.view))"
    }

    /// As ``SourceStatements/buckets(_:)``; every row has a text here.
    func buckets(_ count: Int) -> String {
        """
        SELECT CRC32(\(key)) % \(count) AS \(bucket), count(), 0, \(crcSum), \(shaSum) \
        FROM (SELECT \(keyText) AS \(key), \(rowText) AS \(row) FROM \(table.view)) GROUP BY \(bucket)
        """
    }

    /// As ``SourceStatements/rows(ofBuckets:of:)``, with a floating number's bits as they stand in its cell.
    func rows(ofBuckets buckets: [Int], of count: Int) -> String {
        let cells = table.columns.map { column in
            column.form == .floating
                ? Self.bits(column) : "lower(hex(substring(SHA256(concat(\(Self.cell(column)), '')), 1, 8)))"
        }
        return """
            SELECT hex(\(keyText)), \(cells.joined(separator: ", ")) FROM \(table.view) \
            WHERE CRC32(\(keyText)) % \(count) IN (\(buckets.map(String.init).joined(separator: ", ")))
            """
    }

    /// One row: the two sums over the texts of key and floating columns, as ``FloatingSums`` makes them.
    var floatingChecksum: String {
        """
        SELECT sum(CRC32(\(row))), sum(sipHash64(\(row))) FROM (SELECT \(floatingText) AS \(row) FROM \(table.view))
        """
    }

    /// The same for each part.
    func floatingBuckets(_ count: Int) -> String {
        """
        SELECT CRC32(\(key)) % \(count) AS \(bucket), sum(CRC32(\(row))), sum(sipHash64(\(row))) \
        FROM (SELECT \(keyText) AS \(key), \(floatingText) AS \(row) FROM \(table.view)) GROUP BY \(bucket)
        """
    }

    /// How many keys the view shows more than once, in one row.
    var duplicateKeys: String {
        let columns = table.keyIndexes.map { ClickHouseClient.quote(identifier: table.columns[$0].name) }
        return """
            SELECT count() FROM (SELECT 1 FROM \(table.view) \
            GROUP BY \(columns.joined(separator: ", ")) HAVING count() > 1)
            """
    }

    // MARK: Parts

    private var crcSum: String { "sum(CRC32(\(row)))" }
    private var shaSum: String { "sum(reinterpretAsUInt32(reverse(substring(SHA256(\(row)), 1, 4))))" }
    private var rowText: String { Self.text(table.hashedByServers.map(Self.cell)) }
    private var keyText: String { Self.text(table.key.map(Self.cell)) }

    private var floatingText: String {
        Self.text(table.key.map(Self.cell) + table.floating.map { "\(Self.bits($0)), ','" })
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
        switch column.type {
        // toString drops the zeros at the end.
        case .decimal(_, let scale): return "toDecimalString(\(quoted), \(scale))"
        case .integer, .bit, .year, .date, .dateTime, .timestamp: return "toString(\(quoted))"
        case .time, .text, .binary, .bytes, .enumeration, .set, .json, .vector: return quoted
        case .geometry: return "hex(\(quoted))"
        case .float, .double: return bits(column)
        }
    }

    private static func bits(_ column: ComparedTable.Column) -> String {
        let quoted = ClickHouseClient.quote(identifier: column.name)
        let bits = "toString(reinterpretAsUInt\(column.type == .float ? 32 : 64)(\(quoted)))"
        return column.isNullable ? "ifNull(\(bits), 'N')" : bits
    }
}
