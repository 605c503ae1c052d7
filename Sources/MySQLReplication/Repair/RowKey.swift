import ClickHouseClient
import ColumnarBytes
import MySQLProtocol
import MySQLSchema
import Warehouse

/// The key of one row: a value for each of the key's columns, in their order. Numbers, dates and times as MySQL prints
/// them, strings in UTF-8, binary strings as they are.
package struct RowKey: Sendable, Hashable, Codable {
    package var values: [[UInt8]]

    package init(values: [[UInt8]]) { self.values = values }

    /// A condition for MySQL that the rows with these keys meet. `nil` if a key does not have a fitting value for each
    /// column.
    static func sourceCondition(_ keys: [RowKey], of mapping: TableMapping) -> String? {
        let columns = mapping.keyIndexes.map { TableName.quote(mapping.definition.columns[$0].name) }
        let types = mapping.keyIndexes.map { mapping.types[$0] }
        guard !keys.isEmpty, keys.allSatisfy({ $0.values.count == types.count }) else { return nil }
        var tuples: [String] = []
        for key in keys {
            var literals: [String] = []
            for (value, type) in zip(key.values, types) {
                guard let literal = type.descriptor.keyLiteral(value) else { return nil }
                literals.append(literal)
            }
            tuples.append("(\(literals.joined(separator: ", ")))")
        }
        return "(\(columns.joined(separator: ", "))) IN (\(tuples.joined(separator: ", ")))"
    }

    /// The same for ClickHouse.
    static func warehouseCondition(_ keys: [RowKey], of mapping: TableMapping) -> String? {
        let columns = mapping.keyIndexes.map { mapping.warehouse.columns[$0] }
        guard !keys.isEmpty, keys.allSatisfy({ $0.values.count == columns.count }) else { return nil }
        let tuples = keys.map { key in
            let literals = zip(key.values, columns).map { "CAST(unhex('\($0.hexadecimal)') AS \($1.type))" }
            return "tuple(\(literals.joined(separator: ", ")))"
        }
        let names = columns.map { ClickHouseClient.quote(identifier: $0.name) }.joined(separator: ", ")
        return "tuple(\(names)) IN (\(tuples.joined(separator: ", ")))"
    }
}
