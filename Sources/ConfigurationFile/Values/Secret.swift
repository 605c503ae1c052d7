/// A password, token or key. It never shows by accident: printing, interpolating, dumping and reflecting it give
/// `<secret>`.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    public init(_ text: String) { self.text = text }

    /// The secret itself. Hand it to what needs it; never to a log, an error, a metric or a page.
    public func reveal() -> String { text }

    public var isEmpty: Bool { text.isEmpty }

    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
