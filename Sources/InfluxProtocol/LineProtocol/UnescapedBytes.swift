/// Room for what is unescaped. It never moves while it is in use: it is allocated once, as large as the input.
final class UnescapedBytes {
    let base: UnsafeMutableRawPointer
    let capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        base = .allocate(byteCount: max(1, capacity), alignment: 1)
        self.capacity = capacity
    }

    deinit { base.deallocate() }

    func removeAll() { count = 0 }

    /// Appends `bytes` and leaves out each backslash that stands before one of `escapable`.
    ///
    /// The results of all calls since the last `removeAll()` must come from distinct parts of one input that is no
    /// larger than the capacity.
    func append(_ bytes: UnsafeRawBufferPointer, escapable: EscapedBytes) -> UnsafeRawBufferPointer {
        precondition(bytes.count <= capacity - count)
        let start = count
        var index = 0
        while index < bytes.count {
            var byte = bytes[index]
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.count, escapable.contains(bytes[index + 1]) {
                index += 1
                byte = bytes[index]
            }
            base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
            count += 1
            index += 1
        }
        return UnsafeRawBufferPointer(start: base + start, count: count - start)
    }
}
