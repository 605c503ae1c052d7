import ColumnarBytes
import MySQLProtocol
import MySQLSchema
import Testing
import Warehouse

@testable import Verification

@Suite("Counting equal rows") struct EqualRowsTests {
    private static let row = HashedRow(key: "312C", cells: ["a"])

    private static func version(_ batch: UInt64, _ ordinal: UInt64 = 0, isGone: Bool = false) -> RowVersionSeen {
        RowVersionSeen(row: row, version: RowVersion.first(ofBatch: batch) | ordinal, isTombstone: isGone)
    }

    private func judge(
        _ known: Int,
        _ shown: Int,
        before: [RowVersionSeen] = [],
        after: [RowVersionSeen]? = nil,
        isForeign: Bool = false
    ) -> SpanSettlement.Judgement {
        EqualRows(
            row: Self.row,
            span: 0,
            known: known,
            shown: shown,
            before: Set(before),
            after: Set(after ?? before),
            isForeign: isForeign
        ).judge()
    }

    @Test("with nobody writing the numbers are equal or different")
    func quiet() {
        #expect(judge(3, 3) == .equal)
        #expect(judge(3, 2) == .different && judge(0, 1) == .different && judge(1, 0) == .different)
    }

    @Test("the source has shown the number after some of what was written since")
    func written() {
        let came = [Self.version(7), Self.version(7, 1), Self.version(8, isGone: true)]
        // 2, 3, 4, 3 one after the other.
        for known in 2...4 { #expect(judge(known, 3, before: came) == .equal, "\(known)") }
        #expect(judge(5, 3, before: came) == .uncertain && judge(1, 3, before: came) == .uncertain)
    }

    @Test("a version that the raw table has twice counts once")
    func twice() {
        #expect(judge(2, 2, before: [Self.version(7), Self.version(7)]) == .equal)
        #expect(judge(0, 2, before: [Self.version(7), Self.version(7)]) == .uncertain)
    }

    @Test("a row is named by its values, NULL among them, and long ones by a hash")
    func described() throws {
        func column(_ name: String, _ type: String) -> ColumnDefinition {
            ColumnDefinition(name: name, columnType: type, isNullable: true, charset: "utf8mb4")
        }
        let columns = [column("a", "int"), column("b", "varchar(9)"), column("c", "longtext"), column("d", "int")]
        let definition = TableDefinition(
            name: TableName(database: "shop", table: "t"),
            columns: columns,
            primaryKey: []
        )
        let finder = DifferenceFinder(
            table: try ComparedTable(TableToVerify(definition: definition, warehouseDatabase: "shop"))
        )
        func name(_ text: String) -> String { finder.describe(key: Array(text.utf8)[...].hexadecimal) }
        #expect(name("1,1:N1:z2,") == "1,N,z,2")
        #expect(name("N,NNN,") == "NULL,NULL,NULL,NULL")
        #expect(name("1,0:#\(String(repeating: "ab", count: 32))7,") == "1,,#abababababababab…,7")
    }

    @Test("what came while the view was read says nothing, and what others wrote is not excused")
    func between() {
        #expect(judge(2, 2, before: [], after: [Self.version(7)]) == .uncertain)
        #expect(judge(2, 3, before: [Self.version(99)], isForeign: true) == .different)
    }
}
