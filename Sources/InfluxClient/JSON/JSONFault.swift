/// Why bytes could not be read as JSON.
enum JSONFault: Error, Equatable {
    /// The bytes end within a token; with more bytes it may be read.
    case incomplete
    /// Not JSON, or not of the expected shape. What was expected instead.
    case malformed(StaticText)

    /// A text that costs nothing to throw.
    struct StaticText: Equatable, CustomStringConvertible {
        let text: StaticString
        init(_ text: StaticString) { self.text = text }
        var description: String { text.description }
        static func == (left: Self, right: Self) -> Bool { left.description == right.description }
    }

    static func expected(_ what: StaticString) -> JSONFault { .malformed(StaticText(what)) }
}
