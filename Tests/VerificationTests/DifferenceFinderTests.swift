import MySQLSchema
import Testing

@testable import Verification

@Suite("Finding differences") struct DifferenceFinderTests {
    private let finder: DifferenceFinder

    init() throws {
        let definition = TableDefinition(
            name: TableName(database: "shop", table: "lines"),
            columns: [
                ColumnDefinition(name: "order_id", columnType: "int", isNullable: false),
                ColumnDefinition(name: "code", columnType: "varbinary(4)", isNullable: false),
                ColumnDefinition(name: "total", columnType: "decimal(8,2)", isNullable: true),
            ],
            primaryKey: ["order_id", "code"]
        )
        finder = DifferenceFinder(
            table: try ComparedTable(TableToVerify(definition: definition, warehouseDatabase: "shop"))
        )
    }

    /// `order_id,` and the sized code, in hexadecimal digits.
    private func row(_ order: Int, _ code: String, _ cells: String...) -> HashedRow {
        let text = "\(order),\(code.utf8.count):\(code)"
        let key = text.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined().uppercased()
        return HashedRow(key: key, cells: cells)
    }

    @Test("names rows that are missing, extra, doubled or have other values, by key and column")
    func kinds() {
        let source = [
            row(9, "a", "1", "2", "3"), row(10, "b,:", "1", "2", "3"), row(11, "c", "1", "2", "3"),
            row(12, "d", "1", "2", "3"),
        ]
        let warehouse = [
            row(12, "d", "1", "2", "3"), row(9, "a", "1", "2", "4"), row(11, "c", "1", "2", "3"),
            row(11, "c", "1", "5", "3"), row(2, "", "1", "2", "3"),
        ]
        #expect(
            finder.found(source: source, warehouse: warehouse).map(\.difference) == [
                Difference(key: "2,0x", column: nil, kind: .extra),
                Difference(key: "9,0x61", column: "total", kind: .value),
                Difference(key: "11,0x63", column: nil, kind: .duplicate),
                Difference(key: "11,0x63", column: "code", kind: .value),
                Difference(key: "10,0x622C3A", column: nil, kind: .missing),
            ]
        )
    }

    @Test("finds none in equal rows, whatever their order")
    func equal() {
        let rows = (1...50).map { row($0, "k\($0)", "1", "2", "\($0)") }
        #expect(finder.found(source: rows, warehouse: rows.reversed()).isEmpty)
    }

    @Test("shows a key that it cannot read as it came", arguments: ["", "FF", "312C", "312C393A61", "zz"])
    func unreadableKey(key: String) {
        #expect(finder.describe(key: key) == "0x\(key)")
    }
}
