/// Into how many parts a table is divided to find the rows that differ, and which parts are worth reading.
struct BucketPlan {
    /// Rows of a part, about; also what is read at the source in one go for each part that differs.
    private static let rowsPerBucket: UInt64 = 256
    private static let bucketsMax: UInt64 = 65_536
    /// Cells that are held in memory at once, on each side.
    private static let cellsMax: UInt64 = 1_000_000

    let count: Int
    private let rowsMax: UInt64

    /// - Parameters:
    ///   - rows: of the table, on the side that has more.
    ///   - columns: at least 1.
    init(rows: UInt64, columns: Int) {
        count = Int(min(Self.bucketsMax, max(1, rows / Self.rowsPerBucket)))
        rowsMax = min(20_000, max(1_000, Self.cellsMax / UInt64(max(1, columns))))
    }

    /// The parts that differ.
    static func unequal(_ source: [Int: RowSums], _ warehouse: [Int: RowSums]) -> [Int] {
        Set(source.keys).union(warehouse.keys).filter { source[$0] != warehouse[$0] }.sorted()
    }

    /// As many of the parts as may be read at once, those with few rows first.
    func readable(_ unequal: [Int], _ source: [Int: RowSums], _ warehouse: [Int: RowSums]) -> [Int] {
        func rows(_ bucket: Int) -> UInt64 { max(source[bucket]?.rows ?? 0, warehouse[bucket]?.rows ?? 0) }
        var left = rowsMax
        var chosen: [Int] = []
        for bucket in unequal.sorted(by: { rows($0) == rows($1) ? $0 < $1 : rows($0) < rows($1) }) {
            guard rows(bucket) <= left else { break }
            left -= rows(bucket)
            chosen.append(bucket)
        }
        return chosen.sorted()
    }
}
