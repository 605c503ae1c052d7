/// What does not depend on the order of rows: how many there are, and the sum of hashes of their texts, modulo 2⁶⁴.
///
/// One sum of 64 bits of a strong hash, and not several of weak ones: the source spends most of the comparison's time
/// on writing the rows' texts, and writes each again for every hash that is asked for.
struct RowSums: Hashable, Sendable {
    var rows: UInt64 = 0
    /// Of the first 64 bits of the SHA-256.
    var hash: UInt64 = 0
    /// Of the texts of key and floating columns, where a table has such columns.
    var floating = FloatingSums()

    /// Rows that have no text, since it would be longer than the server allows; they are missing from the sums.
    var rowsWithoutText: UInt64 = 0
}

extension RowSums {
    static func += (sums: inout RowSums, other: RowSums) {
        sums.rows &+= other.rows
        sums.hash &+= other.hash
        sums.floating.crc &+= other.floating.crc
        sums.floating.sip &+= other.floating.sip
        sums.rowsWithoutText &+= other.rowsWithoutText
    }
}

extension RowSums: CustomStringConvertible {
    /// For people and logs: equal exactly if the tables are. The count is left out, as it stands beside it anyway.
    var description: String {
        var parts = [hash]
        if floating != FloatingSums() { parts += [floating.crc, floating.sip] }
        return parts.map { Self.hexadecimal($0) }.joined(separator: "-")
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
