import ColumnarBytes
import LeatState
import Testing

@testable import Warehouse

@Suite("Hashes of rows")
struct RowHashingTests {
    private static func column(_ values: [Int64?]) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .fixed(width: 8), isNullable: true)
        for value in values {
            if let value { buffer.append(value) } else { buffer.appendNull() }
        }
        return buffer
    }

    private static func strings(_ values: [String]) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .string, isNullable: false)
        for value in values { Array(value.utf8).withUnsafeBytes { buffer.appendString($0) } }
        return buffer
    }

    private static func checksum(_ a: [Int64?], _ b: [Int64?]) -> RowsChecksum {
        RowHashing.checksum(of: [("a", column(a)), ("b", column(b))])
    }

    @Test("what ClickHouse is asked is no deeper with thousands of columns than ClickHouse takes")
    func depth() {
        let columns = (0..<1100).map { (name: "c\($0)", type: "Nullable(Int64)") }
        let text = RowHashing.aggregates(columns)
        var (depth, deepest) = (0, 0)
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            deepest = max(deepest, depth)
        }
        #expect(depth == 0 && deepest < 25)
        // Each sum has two parts, so parentheses are all the depth there is: one for each ` + `.
        #expect(text.split(separator: " + ").count == 1100)
        #expect(text.split(separator: "xxHash64(assumeNotNull(").count == 1101)
    }

    @Test("the order of rows does not matter; everything else does")
    func whatMatters() {
        let rows = Self.checksum([1, 2, 3], [4, 5, nil])
        #expect(rows.rows == 3)
        #expect(Self.checksum([3, 1, 2], [nil, 4, 5]) == rows)
        let others = [
            Self.checksum([1, 2, 3], [5, 4, nil]),  // values have changed rows
            Self.checksum([4, 5, nil], [1, 2, 3]),  // columns
            Self.checksum([4, 2, 3], [1, 5, nil]),  // columns, in one row
            Self.checksum([1, 2, 3], [4, 5, 0]),  // NULL is not 0
            Self.checksum([1, 2, 3], [4, nil, 5]),
        ]
        for other in others { #expect(other != rows && other.rows == 3) }
        #expect(Set(others).count == others.count)
    }

    @Test("what is added and taken away leaves what is there")
    func difference() {
        let before = Self.checksum([1, 2], [10, 20])
        let after = Self.checksum([1, 3], [10, 30])
        var running = before
        running += Self.checksum([3], [30])
        running -= Self.checksum([2], [20])
        #expect(running == after)
        running -= after
        #expect(running == RowsChecksum())
    }

    @Test("rows can be left out")
    func leavingOut() {
        let flags: [UInt8] = [0, 1, 0]
        let some = flags.withUnsafeBytes { flags in
            RowHashing.checksum(of: [("a", Self.column([1, 2, 3]))], leavingOut: flags)
        }
        #expect(some == RowHashing.checksum(of: [("a", Self.column([1, 3]))]))
        #expect(some.rows == 2)
    }

    @Test("a dictionary's values count like texts, of any length")
    func texts() {
        let long = String(repeating: "x", count: 300)
        let dictionary = ColumnBuffer(layout: .dictionary(values: ["new", long]), isNullable: false)
        for ordinal in [1, 0, 2] as [UInt16] { dictionary.append(ordinal) }
        #expect(
            RowHashing.checksum(of: [("a", dictionary)])
                == RowHashing.checksum(of: [("a", Self.strings(["new", "", long]))])
        )
        #expect(
            RowHashing.checksum(of: [("a", Self.strings(["ab", "c"]))])
                != RowHashing.checksum(of: [("a", Self.strings(["a", "bc"]))])
        )
    }
}
