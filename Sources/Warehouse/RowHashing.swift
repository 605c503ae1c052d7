import ClickHouseClient
import ColumnarBytes
import LeatState

/// The hash of a row, computed alike here, from columns in ClickHouse's own layout, and by ClickHouse.
///
/// A cell's hash is XXH64 of the value's bytes. Each is multiplied with a number made of the column's name, and XXH64
/// of their sum is the row's: so values that have changed places, between columns or between rows, do not cancel out.
package enum RowHashing {
    /// Stands for NULL.
    private static let null: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Odd, so that no two hashes of a column become one.
    private static func multiplier(ofColumn name: String) -> UInt64 {
        Array(name.utf8).withUnsafeBytes { XXHash64.hash($0) } | 1
    }

    // MARK: In ClickHouse

    /// The checksum of a table or view as two aggregates in the order of ``RowsChecksum``.
    ///
    /// - Parameter columns: all columns with their types in ClickHouse; not empty.
    package static func aggregates(_ columns: [(name: String, type: String)]) -> String {
        let cells = columns.map { column in
            let name = ClickHouseClient.quote(identifier: column.name)
            return "\(hash(name, type: column.type)) * \(literal(multiplier(ofColumn: column.name)))"
        }
        return "count(), sum(xxHash64(\(sum(cells[...]))))"
    }

    private static func hash(_ name: String, type: String) -> String {
        if type.hasPrefix("Array(") {
            // The bytes of the elements, as they lie here; ClickHouse has no NULL in their place.
            let bytes = "unhex(arrayStringConcat(arrayMap(x -> hex(reinterpretAsFixedString(x)), \(name))))"
            return "if(empty(\(name)), \(literal(null)), xxHash64(\(bytes)))"
        }
        let isNullable = type.hasPrefix("Nullable(") || type.hasPrefix("LowCardinality(Nullable(")
        guard isNullable else { return "xxHash64(\(name))" }
        return "if(isNull(\(name)), \(literal(null)), xxHash64(assumeNotNull(\(name))))"
    }

    /// A sum in balanced parentheses, ` + ` being associative for UInt64: ClickHouse refuses trees that are deeper than
    /// 1000, and `a + b + c …` is as deep as it is long.
    private static func sum(_ terms: ArraySlice<String>) -> String {
        guard terms.count > 1 else { return terms.first ?? "" }
        let middle = terms.startIndex + terms.count / 2
        return "(\(sum(terms[..<middle])) + \(sum(terms[middle...])))"
    }

    /// What a statement with ``aggregates(_:)`` of thousands of columns needs: ClickHouse's limits are 256 KiB and 50
    /// 000 elements.
    package static let settings = ["max_query_size": "16777216", "max_ast_elements": "1000000"]

    /// A small number would be of a smaller type, and so might be what is computed from it.
    private static func literal(_ value: UInt64) -> String { "toUInt64(\(value))" }

    // MARK: Here

    /// The checksum of rows in memory.
    ///
    /// - Parameters:
    ///   - columns: of equal length, each with its name.
    ///   - left: a byte a row, not 0 for those to leave out; empty to leave out none.
    package static func checksum(
        of columns: [(name: String, buffer: ColumnBuffer)],
        leavingOut left: UnsafeRawBufferPointer = .init(start: nil, count: 0)
    ) -> RowsChecksum {
        guard let rows = columns.first?.buffer.rows, rows > 0 else { return RowsChecksum() }
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: rows) { sums in
            sums.initialize(repeating: 0)
            for (name, buffer) in columns { add(buffer, times: multiplier(ofColumn: name), to: sums) }
            var checksum = RowsChecksum()
            for row in 0..<rows where left.isEmpty || left[row] == 0 {
                checksum.rows &+= 1
                checksum.sum &+= XXHash64.hash(sums[row])
            }
            return checksum
        }
    }

    private static func add(
        _ buffer: ColumnBuffer,
        times multiplier: UInt64,
        to sums: UnsafeMutableBufferPointer<UInt64>
    ) {
        let data = buffer.data.bytes
        let nulls = buffer.nulls.bytes
        let ofNull = null &* multiplier
        @inline(__always)
        func put(_ row: Int, _ hash: UInt64) {
            sums[row] &+= !nulls.isEmpty && nulls[row] != 0 ? ofNull : hash &* multiplier
        }
        switch buffer.layout {
        case .fixed(width: 8):
            for row in 0..<buffer.rows {
                let word = data.loadUnaligned(fromByteOffset: row &* 8, as: UInt64.self)
                put(row, XXHash64.hash(UInt64(littleEndian: word)))
            }
        case .fixed(let width):
            for row in 0..<buffer.rows {
                put(row, XXHash64.hash(UnsafeRawBufferPointer(rebasing: data[row &* width..<(row &+ 1) &* width])))
            }
        case .string:
            buffer.forEachString { row, value in put(row, XXHash64.hash(value)) }
        case .dictionary(let values):
            let hashes = ([""] + values).map { text in Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) } }
            for row in 0..<buffer.rows {
                let ordinal = UInt16(littleEndian: data.loadUnaligned(fromByteOffset: row &* 2, as: UInt16.self))
                put(row, hashes[Int(ordinal)])
            }
        }
    }
}
