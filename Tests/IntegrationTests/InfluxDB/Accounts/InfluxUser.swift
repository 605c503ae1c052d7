/// An account of 1.x.
struct InfluxUser: Sendable, Hashable {
    var name: String
    /// Whether it may do everything.
    var isAdmin: Bool

    init(name: String, isAdmin: Bool) {
        self.name = name
        self.isAdmin = isAdmin
    }
}
