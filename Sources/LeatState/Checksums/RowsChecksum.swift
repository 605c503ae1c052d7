/// The number of some rows and the sum of their hashes (``RowHashing``), both modulo 2^64: the same whatever order rows
/// come in. Adding what rows have become and taking away what they were ends in the checksum of all that are there.
package struct RowsChecksum: Sendable, Hashable {
    package var rows: Int64
    package var sum: UInt64

    package init(rows: Int64 = 0, sum: UInt64 = 0) {
        self.rows = rows
        self.sum = sum
    }

    package static func += (checksum: inout RowsChecksum, other: RowsChecksum) {
        checksum.rows &+= other.rows
        checksum.sum &+= other.sum
    }

    package static func -= (checksum: inout RowsChecksum, other: RowsChecksum) {
        checksum.rows &-= other.rows
        checksum.sum &-= other.sum
    }

    package static func + (one: RowsChecksum, other: RowsChecksum) -> RowsChecksum {
        var result = one
        result += other
        return result
    }

    package static func - (one: RowsChecksum, other: RowsChecksum) -> RowsChecksum {
        var result = one
        result -= other
        return result
    }
}
