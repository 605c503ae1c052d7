import ColumnarBytes
import Testing

@testable import SampleData

@Suite("The shop's rows")
struct ShopGeneratorTests {
    private static let small = ShopGenerator(seed: 7, rows: 1500)

    @Test(
        "every row has a field for every column, and NULL only where the column takes it",
        arguments: ShopTable.allCases
    )
    func fieldsMatchColumns(table: ShopTable) {
        let rendered = RenderedRows(ShopGeneratorTests.small, table)
        #expect(rendered.rows.count >= 1500)
        for row in rendered.rows {
            guard row.count == rendered.definition.columns.count else {
                Issue.record("\(row.count) fields: \(row)")
                return
            }
            for (field, column) in zip(row, rendered.definition.columns) where field == nil {
                #expect(column.isNullable, "\(column.name)")
            }
        }
        for column in rendered.definition.columns where column.isNullable {
            let nulls = rendered.column(column.name).count { $0 == nil }
            #expect(nulls > 0 && nulls < rendered.rows.count, "\(column.name)")
        }
    }

    @Test("primary keys are unique and ascend", arguments: ShopTable.allCases)
    func keys(table: ShopTable) {
        let rendered = RenderedRows(ShopGeneratorTests.small, table)
        let columns = rendered.definition.primaryKey.map { rendered.column($0).map { Int($0 ?? "") ?? -1 } }
        var previous = [Int.min]
        for index in rendered.rows.indices {
            let key = columns.map { $0[index] }
            guard previous.lexicographicallyPrecedes(key) else {
                Issue.record("\(key) after \(previous)")
                return
            }
            previous = key
        }
    }

    @Test("texts, enums and numbers fit their columns", arguments: ShopTable.allCases)
    func valuesFit(table: ShopTable) {
        let rendered = RenderedRows(ShopGenerator(seed: 3, rows: 3000), table)
        for column in rendered.definition.columns {
            let type = column.definition
            let fields = rendered.column(column.name).compactMap { $0 }
            if let limit = ShopGeneratorTests.parameter(type, of: ["char", "varchar"]) {
                #expect(fields.allSatisfy { $0.unicodeScalars.count <= limit }, "\(column.name)")
            }
            if let limit = ShopGeneratorTests.parameter(type, of: ["binary", "varbinary"]) {
                #expect(fields.allSatisfy { $0.utf8.count <= limit * 2 }, "\(column.name)")
            }
            if type.hasPrefix("enum") {
                #expect(fields.allSatisfy { type.contains("'\($0)'") }, "\(column.name)")
            }
            if type.hasPrefix("decimal"), let open = type.firstIndex(of: "("), let close = type.firstIndex(of: ")") {
                let numbers = type[open..<close].dropFirst().split(separator: ",").compactMap { Int($0) }
                for field in fields {
                    let parts = field.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
                    #expect(parts[0].count <= numbers[0] - numbers[1], "\(column.name) \(field)")
                    #expect(parts.count < 2 || parts[1].count <= numbers[1], "\(column.name) \(field)")
                }
            }
        }
    }

    private static func parameter(_ type: String, of names: [String]) -> Int? {
        for name in names where type.hasPrefix(name + "(") {
            return Int(type.dropFirst(name.count + 1).prefix { $0 != ")" })
        }
        return nil
    }

    @Test("a million rows rendered by 1, 2 and 8 workers are the same bytes")
    func determinism() async {
        let generator = ShopGenerator(seed: 42, rows: 92_000)
        let alone = await ShopGeneratorTests.checksums(generator, workers: 1)
        #expect(alone.rows >= 1_000_000)
        for workers in [2, 8] {
            let together = await ShopGeneratorTests.checksums(generator, workers: workers)
            #expect(together.rows == alone.rows)
            #expect(together.checksums == alone.checksums)
        }
    }

    /// CRC-32 of every piece of 2000 units, made by workers that take the pieces in turn, the last piece first.
    private static func checksums(_ generator: ShopGenerator, workers: Int) async -> (rows: Int, checksums: [UInt32]) {
        let pieces = ShopTable.allCases.flatMap { table -> [(ShopTable, Range<Int>)] in
            let units = generator.scale.units(of: table)
            return stride(from: 0, to: units, by: 2000).map { (table, $0..<min($0 + 2000, units)) }
        }
        return await withTaskGroup(of: [(Int, Int, UInt32)].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    let out = GrowableBytes()
                    return stride(from: worker, to: pieces.count, by: workers).reversed().map { index in
                        out.removeAll()
                        let rows = generator.render(pieces[index].0, units: pieces[index].1, into: out)
                        return (index, rows, CRC32.checksum(out.bytes))
                    }
                }
            }
            var parts: [(Int, Int, UInt32)] = []
            for await part in group { parts += part }
            parts.sort { $0.0 < $1.0 }
            return (parts.reduce(0) { $0 + $1.1 }, parts.map(\.2))
        }
    }

    @Test("the rows of a seed never change")
    func golden() {
        let generator = ShopGenerator(seed: 42, rows: 2000)
        var checksum = CRC32()
        for table in ShopTable.allCases {
            let out = GrowableBytes()
            generator.render(table, units: 0..<generator.scale.units(of: table), into: out)
            checksum.update(out.bytes)
        }
        #expect(checksum.value == 1_429_793_565)
    }

    @Test("another seed gives other rows")
    func seeds() {
        for table in ShopTable.allCases {
            let first = GrowableBytes()
            let second = GrowableBytes()
            ShopGenerator(seed: 1, rows: 500).render(table, units: 0..<50, into: first)
            ShopGenerator(seed: 2, rows: 500).render(table, units: 0..<50, into: second)
            #expect(Array(first.bytes) != Array(second.bytes))
        }
    }

    @Test("no table is smaller than asked for", arguments: [100, 101, 1000, 20_000])
    func minimum(rows: Int) {
        for seed in 0..<5 {
            let counts = ShopExpectation(seed: UInt64(seed), rows: rows).counts
            #expect(counts.count == 9)
            for (table, count) in counts { #expect(count >= rows, "\(table)") }
        }
    }

    @Test("the catalogue grows more slowly than the sales")
    func scale() {
        let scale = ShopScale(rows: 2_000_000)
        #expect(scale.orders >= 2_300_000)
        #expect(scale.customers == 575_000)
        #expect(scale.products == 195_000)
        #expect(ShopScale(rows: 1).rows == 100)
    }

    @Test("what a shop was made from survives in its tables' comment")
    func provenance() {
        let provenance = ShopProvenance(seed: .max, rows: 123)
        #expect(ShopProvenance(comment: provenance.comment) == provenance)
        for other in ["", "generated by leat", "generated by leat, seed=x, rows=1", "orders, seed=1, rows=2"] {
            #expect(ShopProvenance(comment: other) == nil)
        }
    }
}
