/// An account of 1.x.
package struct InfluxUser: Sendable, Hashable {
    package var name: String
    /// Whether it may do everything.
    package var isAdmin: Bool

    package init(name: String, isAdmin: Bool) {
        self.name = name
        self.isAdmin = isAdmin
    }
}
