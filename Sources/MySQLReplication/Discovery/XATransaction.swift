/// A prepared XA transaction, as `XA RECOVER CONVERT XID` lists it.
struct XATransaction: Sendable, Hashable, CustomStringConvertible {
    var formatID: Int64
    /// Both parts of the name, in hexadecimal digits.
    var globalID: String
    var branch: String

    /// A row of the answer: format, lengths of the two parts in bytes, both parts together as `0x…`.
    init?(_ row: [String?]) {
        guard row.count == 4, let format = row[0].flatMap({ Int64($0) }), let length = row[1].flatMap({ Int($0) }),
            let data = row[3]
        else { return nil }
        let digits = data.hasPrefix("0x") ? data.dropFirst(2) : data[...]
        formatID = format
        globalID = String(digits.prefix(2 * length))
        branch = String(digits.dropFirst(2 * length))
    }

    /// As `XA COMMIT` takes it.
    var description: String { "X'\(globalID)',X'\(branch)',\(formatID)" }
}
