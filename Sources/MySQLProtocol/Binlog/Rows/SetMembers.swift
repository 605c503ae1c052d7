import ColumnarBytes

/// The members of a SET column, ready to be written.
struct SetMembers {
    private let text = GrowableBytes()
    /// Where member n ends in `text`; it begins where the one before ends.
    private var ends: [Int] = []

    init(_ members: [String]) {
        for member in members {
            var member = member
            member.withUTF8 { text.append(UnsafeRawBufferPointer($0)) }
            ends.append(text.count)
        }
    }

    /// Appends the members whose bits are set, comma-separated, in the order of the definition, as MySQL prints them.
    func appendText(bits: UInt64, to output: ByteSink) throws(ColumnValueError) {
        guard ends.count == 64 || bits >> UInt64(ends.count) == 0 else { throw .malformed }
        var start = 0
        var isFirst = true
        for (index, end) in ends.enumerated() {
            if bits >> UInt64(index) & 1 != 0 {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                output.append(UnsafeRawBufferPointer(rebasing: text.bytes[start..<end]))
            }
            start = end
        }
    }
}
