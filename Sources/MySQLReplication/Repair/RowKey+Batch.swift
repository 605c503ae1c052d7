import ColumnarBytes
import MySQLProtocol
import Warehouse

extension RowKey {
    /// Whether the keys of a table's rows can be read back from a batch, to ask the source for the rows.
    static func canBeRead(of mapping: TableMapping) -> Bool {
        !mapping.isMultiset
            && mapping.keyIndexes.allSatisfy { index in
                switch mapping.types[index] {
                case .integer, .year, .bit, .text, .binary, .bytes: true
                default: false
                }
            }
    }

    /// The keys of the rows of a batch, each once. Empty where ``canBeRead(of:)`` is false.
    static func keys(in rows: RowBatch, of mapping: TableMapping) -> [RowKey] {
        guard canBeRead(of: mapping) else { return [] }
        var keys = [RowKey](repeating: RowKey(values: []), count: rows.rows)
        for index in mapping.keyIndexes {
            for (row, value) in values(in: rows.columns[index], of: mapping.types[index]).enumerated() {
                keys[row].values.append(value)
            }
        }
        var seen: Set<RowKey> = []
        return keys.filter { seen.insert($0).inserted }
    }

    private static func values(in column: ColumnBuffer, of type: MySQLType) -> [[UInt8]] {
        var values: [[UInt8]] = []
        switch (column.layout, type) {
        case (.string, _): column.forEachString { _, value in values.append(Array(value)) }
        case (.fixed(let width), .integer(_, isUnsigned: false)):
            for row in 0..<column.rows { values.append(Array("\(signed(column, row, width))".utf8)) }
        case (.fixed(let width), _):
            for row in 0..<column.rows { values.append(Array("\(unsigned(column, row, width))".utf8)) }
        case (.dictionary, _): break
        }
        return values
    }

    private static func signed(_ column: ColumnBuffer, _ row: Int, _ width: Int) -> Int64 {
        let bits = 8 * (8 - width)
        return Int64(bitPattern: unsigned(column, row, width) << UInt64(bits)) >> Int64(bits)
    }

    /// Little-endian, as ClickHouse has it.
    private static func unsigned(_ column: ColumnBuffer, _ row: Int, _ width: Int) -> UInt64 {
        let bytes = column.data.bytes[row * width..<(row + 1) * width]
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
