/// A file that is made from the code.
package struct RenderedFile: Sendable, Hashable {
    /// Relative to the folder that the caller has chosen.
    package var path: String
    package var text: String

    init(_ path: String, _ text: String) {
        self.path = path
        self.text = text
    }
}
