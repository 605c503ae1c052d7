import InfluxClient
import InfluxProtocol

/// Accounts, which only 1.x manages this way, and only for administrators.
extension InfluxClient {
    /// All accounts.
    func users() async throws(InfluxError) -> [InfluxUser] {
        let result = try await query("SHOW USERS", database: "")
        guard let series = result.series.first else { return [] }
        return zip(series.column("user"), series.column("admin")).map { name, isAdmin in
            InfluxUser(name: name?.stringValue ?? "", isAdmin: isAdmin?.booleanValue ?? false)
        }
    }

    /// Creates an account. The same again is fine; with another password it is an error.
    func createUser(_ name: String, password: String, isAdmin: Bool = false) async throws(InfluxError) {
        let user = InfluxQL.quote(identifier: name)
        let rights = isAdmin ? " WITH ALL PRIVILEGES" : ""
        try await query("CREATE USER \(user) WITH PASSWORD \(InfluxQL.quote(literal: password))\(rights)", database: "")
    }

    /// Lets an account do something with a database.
    func grant(_ privilege: InfluxPrivilege, on database: String, to user: String) async throws(InfluxError) {
        try await query(
            "GRANT \(privilege.rawValue) ON \(InfluxQL.quote(identifier: database)) TO \(InfluxQL.quote(identifier: user))",
            database: ""
        )
    }

    /// Removes an account.
    func dropUser(_ name: String) async throws(InfluxError) {
        try await query("DROP USER \(InfluxQL.quote(identifier: name))", database: "")
    }
}
