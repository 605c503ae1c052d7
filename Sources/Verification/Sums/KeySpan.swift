/// Some of a table's rows, which both servers select alike: a range of the key's first column where both order it
/// alike, else the rows whose key's hash falls into a slice; and, if asked for, only those that meet a condition.
struct KeySpan: Sendable, Hashable {
    static let all = KeySpan()

    /// Rows after this value of ``ComparedTable/orderedColumn``, as its text, bytes in hexadecimal digits; `nil` from
    /// the table's beginning.
    var lower: String?
    /// … up to this one; `nil` to the end.
    var upper: String?
    /// One of `slices` slices, from 0, by the CRC-32 of the key's text.
    var slice = 0
    var slices = 1
    /// Of these only rows whose first column of the key has one of these values, in hexadecimal digits: text in UTF-8,
    /// or bytes. Unlike a slice, both servers find them by their indexes.
    var firstKeys: [String]?
    /// A condition that both servers understand.
    var filter: String?

    init(
        lower: String? = nil,
        upper: String? = nil,
        slice: Int = 0,
        slices: Int = 1,
        filter: String? = nil
    ) {
        self.lower = lower
        self.upper = upper
        self.slice = slice
        self.slices = slices
        self.filter = filter
    }
}
