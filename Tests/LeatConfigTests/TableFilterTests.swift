import LeatConfig
import Testing

@Suite("Table patterns")
struct TableFilterTests {
    private func filter(_ patterns: String...) -> TableFilter { TableFilter(patterns.compactMap { TablePattern($0) }) }

    @Test(
        "match with * and ?",
        arguments: [
            ("*.*", "shop", "orders", true), ("shop.*", "shop", "orders", true), ("shop.*", "shop2", "orders", false),
            ("sh?p.orders", "shop", "orders", true), ("sh?p.orders", "shp", "orders", false),
            ("*.o*s", "shop", "orders", true), ("*.o*s", "shop", "order", false), ("*.*a*b*c*", "x", "1a2b3c4", true),
            ("*.*a*b*c*", "x", "1a2c3b4", false), ("Shop.orders", "shop", "orders", false), ("s.**", "s", "", true),
            ("s.a?", "s", "aé", true), ("`a.b`.c", "a.b", "c", true), ("`a.b`.`c.*`", "a.b", "c.d", true),
        ]
    )
    func matching(pattern: String, database: String, table: String, expected: Bool) throws {
        #expect(try #require(TablePattern(pattern)).matches(database: database, table: table) == expected)
    }

    @Test(
        "that name no database and table are refused",
        arguments: ["", "shop", ".", "a.", ".b", "a.b.c", "`a.b", "!"]
    )
    func refused(pattern: String) {
        #expect(TablePattern(pattern) == nil)
    }

    @Test("exclusions win in any order")
    func exclusions() {
        for filter in [filter("shop.*", "!shop.sessions"), filter("!shop.sessions", "shop.*")] {
            #expect(filter.matches(database: "shop", table: "orders"))
            #expect(!filter.matches(database: "shop", table: "sessions"))
            #expect(!filter.matches(database: "other", table: "orders"))
        }
    }

    @Test(
        "the server's own databases never match",
        arguments: ["mysql", "sys", "performance_schema", "INFORMATION_SCHEMA"]
    )
    func systemDatabases(database: String) {
        #expect(!TableFilter.all.matches(database: database, table: "user"))
        #expect(TableFilter.all.matches(database: "shop", table: "user"))
    }

    @Test("a hostile pattern takes no long time")
    func hostile() throws {
        let pattern = try #require(TablePattern("a." + String(repeating: "*a", count: 2000) + "b"))
        #expect(!pattern.matches(database: "a", table: String(repeating: "a", count: 4000)))
    }
}
