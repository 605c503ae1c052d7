import ColumnarBytes

@testable import SampleData

/// Rendered rows taken apart again, by an own reading of `LOAD DATA`'s rules.
struct RenderedRows {
    let definition: ShopTableDefinition
    /// Fields; nil is NULL.
    let rows: [[String?]]

    init(_ generator: ShopGenerator, _ table: ShopTable, units: Range<Int>? = nil) {
        let out = GrowableBytes()
        generator.render(table, units: units ?? 0..<generator.scale.units(of: table), into: out)
        definition = ShopSchema.definition(of: table)
        rows = RenderedRows.parse(out.bytes)
    }

    static func parse(_ bytes: UnsafeRawBufferPointer) -> [[String?]] {
        var rows: [[String?]] = []
        var row: [String?] = []
        var field: [UInt8] = []
        var isNull = false
        var index = 0
        func endField() {
            row.append(isNull ? nil : String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
            isNull = false
        }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\t"): endField()
            case UInt8(ascii: "\n"):
                endField()
                rows.append(row)
                row = []
            case UInt8(ascii: "\\"):
                index += 1
                switch bytes[index] {
                case UInt8(ascii: "N"): isNull = true
                case UInt8(ascii: "n"): field.append(10)
                case UInt8(ascii: "t"): field.append(9)
                case UInt8(ascii: "r"): field.append(13)
                case UInt8(ascii: "0"): field.append(0)
                case UInt8(ascii: "Z"): field.append(26)
                case let other: field.append(other)
                }
            case let other: field.append(other)
            }
            index += 1
        }
        return rows
    }

    /// The fields of a column.
    func column(_ name: String) -> [String?] {
        guard let index = definition.columns.firstIndex(where: { $0.name == name }) else { return [] }
        return rows.map { $0[index] }
    }

    /// The sum of a decimal column, without its point.
    func unscaledSum(_ name: String, where condition: (column: String, value: String)? = nil) -> Int64 {
        let filter = condition.map { column($0.column) }
        var sum: Int64 = 0
        for (index, field) in column(name).enumerated() where filter.map({ $0[index] == condition?.value }) ?? true {
            sum += field.flatMap { Int64($0.filter { $0 != "." }) } ?? 0
        }
        return sum
    }
}
