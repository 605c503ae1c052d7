/// An exception as the server sent it: `Code: 60. DB::Exception: Table … does not exist. (UNKNOWN_TABLE)`.
package struct ServerException: Sendable, Hashable, CustomStringConvertible {
    /// The number in ClickHouse's `ErrorCodes.cpp`.
    package var code: Int
    /// The code's name, such as `UNKNOWN_TABLE`; empty where the server named none.
    package var name: String
    /// The text without code, name and version. It can quote the query.
    package var text: String

    package init(code: Int, name: String, text: String) {
        self.code = code
        self.name = name
        self.text = text
    }

    package var description: String { name.isEmpty ? "\(text) (code \(code))" : "\(text) (\(code) \(name))" }
}

extension ServerException {
    /// How much of an exception is kept.
    static let textBytesMax = 4096

    /// Parses an exception's text.
    ///
    /// - Parameter code: The `X-ClickHouse-Exception-Code` header, which wins over the text.
    /// - Returns: `nil` where neither says that it is an exception.
    init?(code headerCode: Int?, body: some StringProtocol) {
        let text = body.trimmingSpaces()
        var rest = text[...]
        var textCode: Int?
        if rest.hasPrefix("Code: ") {
            let digits = rest.dropFirst("Code: ".count).prefix { $0.isASCII && $0.isNumber }
            textCode = Int(digits)
            rest = rest[digits.endIndex...]
            if rest.first == "." { rest.removeFirst() }
            rest = rest.drop { $0 == " " }
        }
        guard let code = headerCode ?? textCode else { return nil }
        self.code = code
        for prefix in ["DB::Exception: ", "DB::ErrnoException: ", "DB::NetException: ", "Poco::Exception. "]
        where rest.hasPrefix(prefix) {
            rest.removeFirst(prefix.count)
        }
        if let version = rest.lastRange(of: " (version ") { rest = rest[..<version.lowerBound] }
        name = ""
        if rest.last == ")", let open = rest.lastIndex(of: "(") {
            let candidate = rest[rest.index(after: open)..<rest.index(before: rest.endIndex)]
            let isName = !candidate.isEmpty && candidate.utf8.allSatisfy(Self.isNameByte)
            if isName {
                name = String(candidate)
                rest = rest[..<open]
            }
        }
        self.text = String(rest.trimmingSpaces().prefix(Self.textBytesMax))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
            || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || byte == UInt8(ascii: "_")
    }
}

extension StringProtocol {
    /// The text without white space at both ends.
    func trimmingSpaces() -> String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }

    /// Where `text` occurs for the last time.
    func lastRange(of text: String) -> Range<Index>? {
        var start = endIndex
        while start > startIndex {
            start = index(before: start)
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
        }
        return nil
    }
}
