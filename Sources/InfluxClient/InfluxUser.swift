/// An account of 1.x.
public struct InfluxUser: Sendable, Hashable {
    public var name: String
    /// Whether it may do everything.
    public var isAdmin: Bool

    public init(name: String, isAdmin: Bool) {
        self.name = name
        self.isAdmin = isAdmin
    }
}
