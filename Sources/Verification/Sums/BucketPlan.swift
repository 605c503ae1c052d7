/// Into how many parts a span is divided to find the rows that differ, and which parts are worth reading immediately.
struct BucketPlan {
    /// Rows of a part, about: few, since all of a part that differs are read.
    private static let rowsPerBucket = 32
    private static let bucketsMax = 4096
    /// Cells that are held in memory at the same time, on each side.
    private static let cellsMax = 1_000_000

    private let rowsMax: UInt64

    /// - Parameter columns: of the table, at least 1.
    init(columns: Int) {
        rowsMax = UInt64(min(20_000, max(1_000, Self.cellsMax / max(1, columns))))
    }

    /// Into how many parts a span of about this many rows is divided.
    static func buckets(rows: Int) -> Int { min(bucketsMax, max(16, rows / rowsPerBucket)) }

    /// The parts that differ.
    static func unequal(_ source: [Int: RowSums], _ warehouse: [Int: RowSums]) -> [Int] {
        Set(source.keys).union(warehouse.keys).filter { source[$0] != warehouse[$0] }.sorted()
    }

    /// Takes as many of the parts as may be read immediately, those with few rows first.
    ///
    /// - Parameter parts: by rising number of rows.
    func readable(_ parts: [UnequalPart]) -> [UnequalPart] {
        var left = rowsMax
        return Array(
            parts.prefix { part in
                guard part.rows <= left else { return false }
                left -= part.rows
                return true
            }
        )
    }
}

/// A part of a span whose sums differ.
struct UnequalPart: Sendable, Hashable {
    /// The span's place in the list of those that are compared together.
    var span: Int
    var bucket: Int
    var known: RowSums
    var shown: RowSums

    /// On the side that has more.
    var rows: UInt64 { max(known.rows, shown.rows) }
}
