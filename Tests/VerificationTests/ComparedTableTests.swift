import MySQLSchema
import Testing

@testable import Verification

@Suite("What is compared") struct ComparedTableTests {
    private func table(_ columns: [ColumnDefinition], key: [String]) -> VerifiedTable {
        VerifiedTable(
            definition: TableDefinition(
                name: TableName(database: "shop", table: "t"),
                columns: columns,
                primaryKey: key
            ),
            warehouseDatabase: "shop"
        )
    }

    @Test("a table without a key is refused")
    func noKey() {
        #expect(throws: ComparedTable.Refusal.self) {
            try ComparedTable(table([ColumnDefinition(name: "a", columnType: "int", isNullable: false)], key: []))
        }
    }

    @Test("a column of a type that is not replicated refuses its table by name", arguments: ["inet6", "vector(3)"])
    func unknownType(type: String) throws {
        let error = #expect(throws: ComparedTable.Refusal.self) {
            try ComparedTable(table([ColumnDefinition(name: "odd", columnType: type, isNullable: false)], key: ["odd"]))
        }
        #expect(error?.reason.contains("`odd`") == true)
        #expect(error?.reason.contains(type) == true)
    }

    @Test("a key of floating numbers has no text that tells rows apart")
    func floatingKey() throws {
        let compared = try ComparedTable(
            table([ColumnDefinition(name: "d", columnType: "double", isNullable: false)], key: ["d"])
        )
        #expect(!compared.hasTextualKey)
        #expect(SourceStatements(compared).floatingRows == "SELECT '', `d` * 1e0 FROM `shop`.`t`")
        #expect(SourceStatements(compared).buckets(1).contains("'' AS leat_row FROM"))
    }
}
