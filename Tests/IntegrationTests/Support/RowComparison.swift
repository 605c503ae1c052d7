import ClickHouseClient
import MySQLClient
import Testing

/// A column as text that both servers can produce by themselves, so that equal texts mean equal values.
///
/// Nothing of Leat's type mapping is used here: a mistake there must not hide in its own test.
struct ComparedColumn: Sendable {
    let name: String
    /// What to ask MySQL for.
    let source: String
    /// What to ask ClickHouse for.
    let warehouse: String
    /// The texts are floating-point numbers, which the servers print in different ways.
    let isFloating: Bool

    /// - Parameters:
    ///   - type: `DATA_TYPE` of `information_schema.COLUMNS`.
    ///   - scale: digits after the point of a DECIMAL.
    init(name: String, type: String, scale: Int) {
        self.name = name
        let there = "`" + name.replacing("`", with: "``") + "`"
        let here = ClickHouseClient.quote(identifier: name)
        isFloating = type == "float" || type == "double"
        switch type {
        // MySQL rounds the text of FLOAT to six digits, but not that of a product.
        case "float", "double": (source, warehouse) = ("\(there) * 1e0", "toFloat64(\(here))")
        case "decimal": (source, warehouse) = (there, "toDecimalString(\(here), \(scale))")
        // The text of ZEROFILL and of the year 0 has more digits than the number.
        case "bit", "year", "tinyint", "smallint", "mediumint", "int", "bigint":
            (source, warehouse) = ("\(there) + 0", "toString(\(here))")
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json":
            (source, warehouse) = ("HEX(CAST(\(there) AS CHAR CHARACTER SET utf8mb4))", "hex(\(here))")
        case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob":
            (source, warehouse) = ("HEX(\(there))", "hex(\(here))")
        case "geometry": (source, warehouse) = ("HEX(\(there))", "hex(\(here))")
        case "vector":
            let bytes = "arrayMap(x -> hex(reverse(reinterpretAsFixedString(reinterpretAsUInt32(x)))), \(here))"
            (source, warehouse) = (
                "HEX(REVERSE(CAST(\(there) AS BINARY)))", "nullIf(arrayStringConcat(arrayReverse(\(bytes))), '')"
            )
        default: (source, warehouse) = (there, "toString(\(here))")
        }
    }

    /// A text that differs where the numbers' bits do.
    func normalized(_ text: String?) -> String? {
        guard isFloating, let text else { return text }
        return Double(text).map { String($0.bitPattern, radix: 16) } ?? "not a number: \(text)"
    }
}

extension TestPipeline {
    /// The columns of a table, as the primary defines them.
    func columns(of table: String, in database: String? = nil) async throws -> [ComparedColumn] {
        let rows = try await mysql.query(
            """
            SELECT column_name, data_type, COALESCE(numeric_scale, 0) FROM information_schema.columns
            WHERE table_schema = '\(database ?? self.database)' AND table_name = '\(table)' ORDER BY ordinal_position
            """
        ).rows
        return rows.map { ComparedColumn(name: $0[0] ?? "", type: $0[1] ?? "", scale: Int($0[2] ?? "") ?? 0) }
    }

    /// Compares all rows of a table on both sides, column by column, whatever their order, and records what differs.
    func expectSame(
        _ table: String,
        in database: String? = nil,
        _ moment: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await differences(table, in: database)
        guard !found.isEmpty else { return }
        let list = found.prefix(12).joined(separator: "\n")
        Issue.record("\(table) \(moment): \(found.count) rows differ\n\(list)", sourceLocation: sourceLocation)
    }

    /// A line for each row that is on one side only; empty if both sides are equal.
    func differences(_ table: String, in database: String? = nil) async throws -> [String] {
        let database = database ?? self.database
        let columns = try await columns(of: table, in: database)
        let place = "`\(database)`.`\(table)`"
        let there = try await mysql.query("SELECT \(columns.map(\.source).joined(separator: ", ")) FROM \(place)").rows
        let here = try await warehouse("SELECT \(columns.map(\.warehouse).joined(separator: ", ")) FROM \(place)")
        func normalized(_ row: [String?]) -> [String] { zip(columns, row).map { $0.normalized($1) ?? "NULL" } }
        var open: [[String]: Int] = [:]
        for row in there { open[normalized(row), default: 0] += 1 }
        for row in here { open[normalized(row), default: 0] -= 1 }
        let missing = open.filter { $0.value > 0 }.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let surplus = open.filter { $0.value < 0 }.keys.sorted { $0.lexicographicallyPrecedes($1) }
        var lines: [String] = []
        for row in missing {
            // Rows with the same first column are most likely one and the same.
            if let other = surplus.first(where: { $0.first == row.first }) {
                let changed = columns.indices.filter { row[$0] != other[$0] }.map {
                    "\(columns[$0].name): \(row[$0].prefix(200)) in MySQL, \(other[$0].prefix(200)) in ClickHouse"
                }
                lines.append("\(row.first ?? ""): \(changed.joined(separator: "; "))")
            } else {
                lines.append("missing: \(row.joined(separator: " | ").prefix(400))")
            }
        }
        for row in surplus where !missing.contains(where: { $0.first == row.first }) {
            lines.append("too much: \(row.joined(separator: " | ").prefix(400))")
        }
        return lines
    }

    /// The same for tables of any size: beyond a hundred thousand rows only their number and two checksums are
    /// compared, without FLOAT and DOUBLE, whose texts differ.
    func expectSameSums(_ table: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let place = "`\(database)`.`\(table)`"
        let rows = try await mysql.query("SELECT COUNT(*) FROM \(place)").scalar.flatMap { Int($0) } ?? 0
        if rows < 100_000 { return try await expectSame(table, sourceLocation: sourceLocation) }
        let columns = try await columns(of: table).filter { !$0.isFloating }
        let there = columns.map { "COALESCE(CAST(\($0.source) AS CHAR), 'NULL')" }.joined(separator: ", ")
        let here = columns.map { "ifNull(toString(\($0.warehouse)), 'NULL')" }.joined(separator: ", ")
        let source = try await mysql.query(
            """
            SELECT COUNT(*), SUM(CRC32(t)), BIT_XOR(CRC32(CONCAT('x', t)))
            FROM (SELECT CONCAT_WS('|', \(there)) AS t FROM \(place)) AS texts
            """
        ).rows
        let warehouse = try await warehouse(
            """
            SELECT count(), sum(CRC32(t)), groupBitXor(CRC32(concat('x', t)))
            FROM (SELECT arrayStringConcat([\(here)], '|') AS t FROM \(place)) AS texts
            """
        )
        #expect(source == warehouse, "\(table): rows, sum, xor", sourceLocation: sourceLocation)
    }

    /// Rows that the view of a table shows.
    func count(_ table: String) async throws -> Int {
        let rows = try await warehouse("SELECT count() FROM `\(database)`.`\(table)`")
        return rows[0][0].flatMap { Int($0) } ?? -1
    }
}
