import Testing

@testable import SampleData

@Suite("Expected aggregates of the shop")
struct ShopExpectationTests {
    @Test("counts and sums are those of the rendered rows", arguments: [UInt64(1), 99])
    func recomputed(seed: UInt64) {
        let generator = ShopGenerator(seed: seed, rows: 2500)
        let expectation = ShopExpectation(seed: seed, rows: 2500)
        let rendered = Dictionary(
            uniqueKeysWithValues: ShopTable.allCases.map { ($0.name, RenderedRows(generator, $0)) }
        )
        #expect(expectation.counts == rendered.mapValues(\.rows.count))
        #expect(expectation.sums.count >= 14)
        for sum in expectation.sums {
            let parts = sum.column.split(separator: " ", maxSplits: 2)
            let condition = parts.count == 3 ? parts[2].split(separator: "'").map(String.init) : []
            let value = rendered[sum.table]?.unscaledSum(
                String(parts[0]),
                where: condition.count == 2 ? ("status", condition[1]) : nil
            )
            #expect(value.map(String.init) == sum.value.filter { $0 != "." }, "\(sum)")
        }
    }

    @Test("sums per status and per day are those of the rendered rows")
    func groups() throws {
        let expectation = ShopExpectation(seed: 4, rows: 2500)
        let orders = RenderedRows(ShopGenerator(seed: 4, rows: 2500), .orders)
        var byStatus: [String: (Int, Int64)] = [:]
        var byDay: [String: (Int, Int64)] = [:]
        for index in orders.rows.indices {
            let cents = try #require(Int64((orders.column("amount")[index] ?? "").filter { $0 != "." }))
            let status = try #require(orders.column("status")[index])
            let day = String(try #require(orders.column("placed_at")[index]).prefix(10))
            let (statusCount, statusSum) = byStatus[status, default: (0, 0)]
            byStatus[status] = (statusCount + 1, statusSum + cents)
            let (dayCount, daySum) = byDay[day, default: (0, 0)]
            byDay[day] = (dayCount + 1, daySum + cents)
        }
        func same(_ groups: [ShopExpectation.Group], _ expected: [String: (Int, Int64)]) -> Bool {
            groups.count == expected.count
                && groups.allSatisfy { group in
                    guard let (count, sum) = expected[group.key] else { return false }
                    return group.orders == count && group.amount.filter { $0 != "." } == String(sum)
                }
        }
        #expect(same(expectation.ordersByStatus, byStatus))
        #expect(same(expectation.ordersByDay, byDay))
        #expect(expectation.ordersByDay.map(\.key) == expectation.ordersByDay.map(\.key).sorted())
    }

    @Test(
        "decimal text",
        arguments: [(0, 2, "0.00"), (5, 2, "0.05"), (-1234, 2, "-12.34"), (77, 0, "77"), (-3, 0, "-3")]
    )
    func text(value: Int64, scale: Int, expected: String) {
        #expect(ShopExpectation.text(value, scale: scale) == expected)
    }

    @Test("JSON is the same each time and holds the counts")
    func json() throws {
        let expectation = ShopExpectation(seed: 1, rows: 200)
        let text = try expectation.json()
        #expect(try text == expectation.json())
        #expect(text.contains("\"customers\" : 200"))
        #expect(text.contains("SELECT SUM(amount) FROM orders"))
    }
}
