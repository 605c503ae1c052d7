/// A UNIQUE key that is not the primary key.
public struct UniqueKey: Hashable, Sendable {
    /// `nil` where the server chose one that is not known.
    public var name: String?
    /// The key's columns in key order; expressions are left out.
    public var columns: [String]
    /// A part covers only the beginning of its column (`name(10)`), or is an expression.
    public var hasPartialParts: Bool

    public init(name: String?, columns: [String], hasPartialParts: Bool = false) {
        self.name = name
        self.columns = columns
        self.hasPartialParts = hasPartialParts
    }
}
