/// Words and sentences to compose texts from, kept as flat UTF-8 so that appending one is a copy.
struct WordBank: @unchecked Sendable {
    // Sendable because the storage is written once, in `init`, and never freed: banks live as long as the process.

    /// How many words.
    let count: Int
    /// Whether no word holds a character that MySQL wants escaped; such words are copied without checking them.
    let isClean: Bool
    private let bytes: UnsafeRawPointer
    private let offsets: UnsafePointer<UInt32>

    init(_ words: [String]) {
        precondition(!words.isEmpty)
        var flat: [UInt8] = []
        var starts: [UInt32] = [0]
        for word in words {
            flat.append(contentsOf: word.utf8)
            starts.append(UInt32(flat.count))
        }
        let storage = UnsafeMutableRawPointer.allocate(byteCount: max(flat.count, 1), alignment: 16)
        flat.withUnsafeBytes {
            storage.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(storage), byteCount: $0.count)
        }
        let places = UnsafeMutablePointer<UInt32>.allocate(capacity: starts.count)
        places.initialize(from: starts, count: starts.count)
        bytes = UnsafeRawPointer(storage)
        offsets = UnsafePointer(places)
        count = words.count
        isClean = !flat.contains { RowWriter.escape(for: $0) != 0 }
    }

    /// Words separated by `|`.
    init(_ words: String) { self.init(words.split(separator: "|").map(String.init)) }

    /// The UTF-8 of word `index`, which must be in `0..<count`.
    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer {
        let start = Int(offsets[index])
        return UnsafeRawBufferPointer(start: bytes + start, count: Int(offsets[index &+ 1]) &- start)
    }
}
