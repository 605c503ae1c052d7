/// What does not depend on the order of a table's rows: how many there are, and two independent sums of hashes of their
/// texts, modulo 2⁶⁴.
struct RowSums: Hashable, Sendable {
    var rows: UInt64 = 0
    /// Of the CRC-32.
    var crc: UInt64 = 0
    /// Of the first 32 bits of the SHA-256.
    var sha: UInt64 = 0
    /// Of the texts of key and floating columns, where a table has such columns.
    var floating = FloatingSums()

    /// Rows that have no text, since it would be longer than the server allows; they are missing from the sums.
    var rowsWithoutText: UInt64 = 0
}

extension RowSums: CustomStringConvertible {
    /// For people and logs: equal exactly if the tables are. The count is left out, as it stands beside it anyway.
    var description: String {
        var parts = [crc, sha]
        if floating != FloatingSums() { parts += [floating.crc, floating.sip] }
        return parts.map { Self.hexadecimal($0) }.joined(separator: "-")
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
