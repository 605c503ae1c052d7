/// A UNIQUE key that is not the primary key.
package struct UniqueKey: Hashable, Sendable {
    /// `nil` where the server chose one that is not known.
    package var name: String?
    /// The key's columns in key order; expressions are left out.
    package var columns: [String]
    /// A part covers only the beginning of its column (`name(10)`), or is an expression.
    package var hasPartialParts: Bool

    package init(name: String?, columns: [String], hasPartialParts: Bool = false) {
        self.name = name
        self.columns = columns
        self.hasPartialParts = hasPartialParts
    }
}
