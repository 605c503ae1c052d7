/// A file that is made from the code.
public struct RenderedFile: Sendable, Hashable {
    /// Relative to the folder that the caller has chosen.
    public var path: String
    public var text: String

    init(_ path: String, _ text: String) {
        self.path = path
        self.text = text
    }
}
