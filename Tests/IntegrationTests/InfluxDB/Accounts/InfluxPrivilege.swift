/// What an account of 1.x may do with a database.
enum InfluxPrivilege: String, Sendable, Hashable, CaseIterable {
    case read = "READ"
    case write = "WRITE"
    case all = "ALL"
}
