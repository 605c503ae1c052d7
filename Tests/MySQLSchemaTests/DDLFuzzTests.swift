import LeatTestSupport
import MySQLSchema
import Testing

@Suite("Damaged statements")
struct DDLFuzzTests {
    @Test("200 000 damaged statements are read or refused, and never trap")
    func mutations() {
        var random = SeededGenerator(seed: 20_260_101)
        let corpus = (DDLStatementTests.tables + DDLStatementTests.alters + DDLStatementTests.others).map {
            Array($0.sql.utf8)
        }
        let fragments = [
            "`", "'", "\"", "(", ")", ",", ".", ";", "/*", "*/", "/*!50000", "/*M!", "--", "\\", "\0", " ",
            "SET STATEMENT ", "ADD ", "PARTITION ", "999999999999",
        ].map { Array($0.utf8) }
        let dialects = [SQLDialect(), SQLDialect(sqlMode: 0x10_0005), SQLDialect(server: .mariaDB, version: 101_106)]
        var refused = 0
        for round in 0..<200_000 {
            var bytes = corpus[Int(random.next() % UInt64(corpus.count))]
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count + 1))
                switch random.next() % 5 {
                case 0: bytes.removeSubrange(place...)
                case 1: bytes.insert(contentsOf: fragments[Int(random.next() % UInt64(fragments.count))], at: place)
                case 2 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 3 where place < bytes.count: bytes.remove(at: place)
                default: bytes.append(contentsOf: corpus[Int(random.next() % UInt64(corpus.count))].prefix(20))
                }
            }
            if case .unparsable = DDLStatement(parsing: bytes, defaultDatabase: "shop", dialect: dialects[round % 3]) {
                refused += 1
            }
        }
        // Damage is noticed often, and much of the corpus survives it.
        #expect(refused > 20_000)
        #expect(refused < 180_000)
    }

    @Test("deep nesting costs no stack")
    func nesting() {
        let sql = "ALTER TABLE orders ADD g INT AS " + String(repeating: "(", count: 200_000)
        #expect(DDLStatement(parsing: sql, defaultDatabase: "shop") == .unparsable("a parenthesis is not closed"))
        let comments = String(repeating: "/*!50000 ", count: 100_000) + "DROP TABLE orders"
        #expect(DDLStatement(parsing: comments, defaultDatabase: "shop").tables.count == 1)
    }
}
