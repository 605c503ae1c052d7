import NIOCore

/// The last bytes of a result, where an exception would be.
///
/// The server writes `__exception__`, a line feed, the exception; since 25.11 also a tag that the response's head
/// names, before and after: `__exception__ ⏎ TAG ⏎ exception ⏎ LENGTH TAG ⏎ __exception__ ⏎`.
struct ResultTail {
    /// An exception with the query that it quotes is mostly shorter.
    static let bytesMax = 64 << 10
    private static let marker = "__exception__"

    /// The head's `X-ClickHouse-Exception-Tag`, if it has one.
    var tag: String?
    private var bytes: [UInt8] = []

    init(tag: String? = nil) { self.tag = tag.flatMap { $0.isEmpty ? nil : $0 } }

    mutating func append(_ part: ByteBuffer) {
        part.withUnsafeReadableBytes { new in
            bytes.append(contentsOf: new.suffix(Self.bytesMax))
            if bytes.count > 2 * Self.bytesMax { bytes.removeFirst(bytes.count - Self.bytesMax) }
        }
    }

    var text: String { String(decoding: bytes.suffix(Self.bytesMax), as: UTF8.self) }

    /// The exception at the end, announced by its marker.
    var markedException: ServerException? {
        var text = text.trimmingSpaces()
        if let tag, text.hasSuffix(Self.marker) {
            text.removeLast(Self.marker.count)
            text = text.trimmingSpaces()
            guard text.hasSuffix(tag) else { return nil }
            text.removeLast(tag.count)
            // The length of the exception, in a line of its own with the tag.
            text = text.trimmingSpaces()
            while let last = text.last, last.isASCII, last.isNumber { text.removeLast() }
        }
        guard let marker = text.lastRange(of: Self.marker) else { return nil }
        var exception = text[marker.upperBound...].trimmingSpaces()
        if let tag, exception.hasPrefix(tag) { exception.removeFirst(tag.count) }
        return ServerException(code: nil, body: exception)
    }

    /// Whether the result ends with an exception in its tagged form, which no rows can look like: the tag is random.
    var isTaggedException: Bool {
        guard let tag else { return false }
        let text = String(decoding: bytes.suffix(tag.utf8.count + 64), as: UTF8.self).trimmingSpaces()
        return text.hasSuffix("\(tag)\r\n\(Self.marker)") || text.hasSuffix("\(tag)\n\(Self.marker)")
    }

    /// The exception that an error's whole body is, perhaps after rows that the server had already buffered.
    ///
    /// - Parameter code: The `X-ClickHouse-Exception-Code` header, which wins over the text.
    func exception(code: Int?) -> ServerException? {
        if var marked = markedException {
            marked.code = code ?? marked.code
            return marked
        }
        let text = text.trimmingSpaces()
        var exception = text[...]
        if !exception.hasPrefix("Code: "), let start = exception.lastRange(of: "\nCode: ") {
            exception = exception[start.lowerBound...]
        }
        return ServerException(code: code, body: exception)
    }
}
