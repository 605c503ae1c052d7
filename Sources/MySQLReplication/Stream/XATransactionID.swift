import MySQLProtocol

/// The identifier of an XA transaction: a format and two strings of bytes, as `XA RECOVER` lists it.
struct XATransactionID: Hashable, CustomStringConvertible {
    let formatID: Int32
    let global: [UInt8]
    let branch: [UInt8]

    init(_ event: XAPrepareEvent) {
        formatID = event.formatID
        global = event.globalTransactionID
        branch = event.branchQualifier
    }

    /// Reads `X'6162',X'',1`, which is how servers log it.
    init?(parsing text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard parts.count == 3, let format = Int32(parts[2]), let global = Self.bytes(parts[0]),
            let branch = Self.bytes(parts[1])
        else { return nil }
        formatID = format
        self.global = global
        self.branch = branch
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        guard text.count >= 3, text.hasPrefix("X'") || text.hasPrefix("x'"), text.hasSuffix("'") else { return nil }
        let digits = Array(text.dropFirst(2).dropLast().utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// `X'6162',X'',1`
    var description: String { "\(Self.literal(global)),\(Self.literal(branch)),\(formatID)" }

    private static func literal(_ bytes: [UInt8]) -> String {
        let digits = bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "X'\(digits.joined())'"
    }
}
