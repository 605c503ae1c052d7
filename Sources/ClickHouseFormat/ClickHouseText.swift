/// ClickHouse's quoting of literals and identifiers: one backslash escape for each byte that would end the text early
/// or that a terminal or a log cannot show.
///
/// Rules: https://clickhouse.com/docs/sql-reference/syntax#string and `writeAnyEscapedString` in ClickHouse's
/// `WriteHelpers.h`.
public enum ClickHouseText {
    /// Puts `text` between two `quote` bytes (`'` for a literal, a backtick for an identifier).
    public static func quote(_ text: String, with quote: UInt8) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 2)
        bytes.append(quote)
        for byte in text.utf8 {
            if let letter = escapeLetter(of: byte, quote: quote) {
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(letter)
            } else {
                bytes.append(byte)
            }
        }
        bytes.append(quote)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What follows the backslash for a byte that needs one.
    @inlinable
    static func escapeLetter(of byte: UInt8, quote: UInt8) -> UInt8? {
        switch byte {
        case quote, UInt8(ascii: "\\"): byte
        case 0: UInt8(ascii: "0")
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }

    /// The byte that a backslash and `letter` stand for; a letter without a meaning stands for itself.
    @inlinable
    public static func unescaped(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "0"): 0
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "e"): 0x1B
        default: letter
        }
    }
}
