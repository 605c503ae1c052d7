import MySQLSchema
import Testing

@testable import Verification

@Suite("What is compared") struct ComparedTableTests {
    private func table(_ columns: [ColumnDefinition], key: [String]) -> TableToVerify {
        TableToVerify(
            definition: TableDefinition(
                name: TableName(database: "shop", table: "t"),
                columns: columns,
                primaryKey: key
            ),
            warehouseDatabase: "shop"
        )
    }

    @Test("without a key a row is known by all of its columns, and nothing is cut into ranges")
    func noKey() throws {
        let compared = try ComparedTable(
            table(
                [
                    ColumnDefinition(name: "a", columnType: "int", isNullable: false),
                    ColumnDefinition(name: "b", columnType: "int", isNullable: true),
                ],
                key: []
            )
        )
        #expect(compared.isMultiset && compared.keyIndexes == [0, 1])
        #expect(!compared.hasTextualKey && compared.orderedColumn == nil && compared.textColumn == nil)
    }

    @Test("a column of a type that is not replicated refuses its table by name", arguments: ["inet6", "uuid"])
    func unknownType(type: String) throws {
        let error = #expect(throws: ComparedTable.Refusal.self) {
            try ComparedTable(table([ColumnDefinition(name: "odd", columnType: type, isNullable: false)], key: ["odd"]))
        }
        #expect(error?.reason.contains("`odd`") == true)
        #expect(error?.reason.contains(type) == true)
    }

    @Test("a key of floating numbers has no text that distinguishes rows")
    func floatingKey() throws {
        let compared = try ComparedTable(
            table([ColumnDefinition(name: "d", columnType: "double", isNullable: false)], key: ["d"])
        )
        #expect(!compared.hasTextualKey)
        #expect(SourceStatements(compared).floatingRows == "SELECT '', `d` * 1e0 FROM `shop`.`t`")
        #expect(SourceStatements(compared).buckets(1).contains("'' AS leat_row FROM"))
    }

    @Test("a key of bytes is cut into ranges that both servers order alike")
    func bytes() throws {
        let compared = try ComparedTable(
            table([ColumnDefinition(name: "k", columnType: "varbinary(16)", isNullable: false)], key: ["k"])
        )
        let span = KeySpan(lower: "", upper: "00FF")
        #expect(SourceStatements(compared, span: span).floatingRows.hasSuffix(" WHERE `k` > x'' AND `k` <= x'00FF'"))
        let bound = SourceStatements(compared).upperBound(above: "00FF", rows: 2)
        #expect(bound == "SELECT HEX(`k`) FROM `shop`.`t` WHERE `k` > x'00FF' ORDER BY `k` LIMIT 1 OFFSET 1")
        let warehouse = WarehouseStatements(compared, span: span).history(keys: ["41"])
        #expect(warehouse.contains(" WHERE `k` > unhex('') AND `k` <= unhex('00FF') AND "))
    }

    @Test("rows of a slice of a key of text are asked for by their keys")
    func listedKeys() throws {
        let text = ColumnDefinition(name: "k", columnType: "varchar(20)", isNullable: false, charset: "utf8mb4")
        let compared = try ComparedTable(table([text], key: ["k"]))
        #expect(compared.orderedColumn == nil)
        var span = KeySpan(slice: 1, slices: 3)
        span.firstKeys = ["41", "C3A9"]
        #expect(
            SourceStatements(compared, span: span).floatingRows
                .hasSuffix(" % 3 = 1 AND `k` IN (_utf8mb4 x'41', _utf8mb4 x'C3A9')")
        )
        #expect(
            WarehouseStatements(compared, span: span).history(keys: ["41"])
                .contains(" % 3 = 1 AND `k` IN (unhex('41'), unhex('C3A9')) AND ")
        )
    }
}
