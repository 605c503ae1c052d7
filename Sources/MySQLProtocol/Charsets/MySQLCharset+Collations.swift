/// Which character set a collation id belongs to. Table maps name collations by id; ids never change, and are the same
/// in MySQL 5.7 to 9: `SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATIONS`.
extension MySQLCharset {
    /// The id of the pseudo charset `binary`: the column holds bytes, not text.
    static let binaryCollation = 63

    /// - Returns: nil for `binary` and for ids that no known server has.
    public init?(collation id: Int) {
        guard let name = MySQLCharset.name(ofCollation: id), name != "binary" else { return nil }
        self.init(name: name)
    }

    /// By MySQL's name of the character set.
    public init(name: String) {
        switch name {
        case "utf8mb4", "utf8mb3", "utf8", "ascii": self = .utf8
        default: self = .other(name)
        }
    }

    /// MySQL's name of the character set of a collation.
    public static func name(ofCollation id: Int) -> String? {
        switch id {
        case 45, 46, 224...247, 255...323: "utf8mb4"
        case 33, 76, 83, 192...215, 223: "utf8mb3"
        case binaryCollation: "binary"
        case 5, 8, 15, 31, 47...49, 94: "latin1"
        case 11, 65: "ascii"
        case 1, 84: "big5"
        case 2, 9, 21, 27, 77: "latin2"
        case 3, 69: "dec8"
        case 4, 80: "cp850"
        case 6, 72: "hp8"
        case 7, 74: "koi8r"
        case 10, 82: "swe7"
        case 12, 91: "ujis"
        case 13, 88: "sjis"
        case 14, 23, 50...52: "cp1251"
        case 16, 71: "hebrew"
        case 18, 89: "tis620"
        case 19, 85: "euckr"
        case 20, 41, 42, 79: "latin7"
        case 22, 75: "koi8u"
        case 24, 86: "gb2312"
        case 25, 70: "greek"
        case 26, 34, 44, 66, 99: "cp1250"
        case 28, 87: "gbk"
        case 29, 58, 59: "cp1257"
        case 30, 78: "latin5"
        case 32, 64: "armscii8"
        case 35, 90, 128...151, 159: "ucs2"
        case 36, 68: "cp866"
        case 37, 73: "keybcs2"
        case 38, 43: "macce"
        case 39, 53: "macroman"
        case 40, 81: "cp852"
        case 54, 55, 101...124: "utf16"
        case 56, 62: "utf16le"
        case 57, 67: "cp1256"
        case 60, 61, 160...183: "utf32"
        case 92, 93: "geostd8"
        case 95, 96: "cp932"
        case 97, 98: "eucjpms"
        case 248...250: "gb18030"
        default: nil
        }
    }
}
