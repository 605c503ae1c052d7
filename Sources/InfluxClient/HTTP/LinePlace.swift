/// Finds lines, in order, in a body of line protocol.
struct LinePlace {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    private var line = 1

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The number of the next line that begins with `text` after its white space; the place stays where it is when
    /// there is none.
    mutating func find(_ text: String) -> Int? {
        let wanted = Array(text.utf8)
        var start = at
        var number = line
        while start < bytes.count {
            var first = start
            while first < bytes.count, bytes[first] == 0x20 || bytes[first] == 0x09 || bytes[first] == 0 { first += 1 }
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if bytes.count - first >= wanted.count,
                bytes[first..<(first + wanted.count)].elementsEqual(wanted)
            {
                at = min(end + 1, bytes.count)
                line = number + 1
                return number
            }
            start = end + 1
            number += 1
        }
        return nil
    }
}
