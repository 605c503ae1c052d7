import ClickHouseClient
import MySQLProtocol
import MySQLSchema

/// The key of one row: a value for each of the key's columns, in their order. Numbers, dates and times as MySQL prints them,
/// strings in UTF-8, binary strings as they are.
public struct RowKey: Sendable, Hashable, Codable {
    public var values: [[UInt8]]

    public init(values: [[UInt8]]) { self.values = values }

    /// A condition for MySQL that the rows with these keys meet. `nil` if a key does not have a value for each column.
    static func sourceCondition(_ keys: [RowKey], of mapping: TableMapping) -> String? {
        let columns = mapping.keyIndexes.map { TableName.quote(mapping.definition.columns[$0].name) }
        let types = mapping.keyIndexes.map { mapping.types[$0] }
        guard !keys.isEmpty, keys.allSatisfy({ $0.values.count == types.count }) else { return nil }
        let tuples = keys.map { key in
            "(" + zip(key.values, types).map { sourceLiteral($0, $1) }.joined(separator: ", ") + ")"
        }
        return "(\(columns.joined(separator: ", "))) IN (\(tuples.joined(separator: ", ")))"
    }

    /// The same for ClickHouse.
    static func warehouseCondition(_ keys: [RowKey], of mapping: TableMapping) -> String? {
        let columns = mapping.keyIndexes.map { mapping.warehouse.columns[$0] }
        guard !keys.isEmpty, keys.allSatisfy({ $0.values.count == columns.count }) else { return nil }
        let tuples = keys.map { key in
            let literals = zip(key.values, columns).map { "CAST(unhex('\(hexadecimal($0))') AS \($1.type))" }
            return "tuple(\(literals.joined(separator: ", ")))"
        }
        let names = columns.map { ClickHouseClient.quote(identifier: $0.name) }.joined(separator: ", ")
        return "tuple(\(names)) IN (\(tuples.joined(separator: ", ")))"
    }

    /// Compares like the column does; the column's collation wins over the literal's.
    private static func sourceLiteral(_ value: [UInt8], _ type: MySQLType) -> String {
        switch type {
        case .integer, .decimal, .bit, .year, .date, .dateTime, .timestamp, .time, .text, .enumeration, .set, .json:
            // A number as text is one to MySQL, and its index is used.
            "CONVERT(x'\(hexadecimal(value))' USING utf8mb4)"
        case .binary, .bytes, .geometry, .vector, .float, .double: "x'\(hexadecimal(value))'"
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
