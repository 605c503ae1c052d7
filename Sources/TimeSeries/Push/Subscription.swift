import InfluxClient
import Logging

/// The subscriptions of a pipeline at its source: one for each retention policy, all to the same address.
///
/// They outlive a process that is killed, and then point nowhere: the next start replaces them.
struct Subscription: Sendable {
    /// What was found at the source.
    enum Standing: Sendable, Equatable {
        /// All are there and point to us.
        case ours
        /// One was missing, or was of an earlier process, and is ours now.
        case renewed
        /// Another process of this pipeline has taken them.
        case taken
    }

    let name: String
    let database: String
    /// With user and password.
    let destination: String

    init(pipeline: String, database: String, destination: String) {
        name = "leat_\(pipeline)"
        self.database = database
        self.destination = destination
    }

    /// Makes sure that the source pushes to us.
    ///
    /// - Parameter replacing: take them from whoever has them; right at the start only.
    func ensure(_ client: InfluxClient, policies: [String], replacing: Bool) async throws -> Standing {
        let present = try await destinations(client)
        var standing = Standing.ours
        for policy in policies {
            switch present[policy] {
            case destination: continue
            case .some where !replacing: return .taken
            case .some: try await drop(client, policy)
            case nil: break
            }
            _ = try await client.query(
                """
                CREATE SUBSCRIPTION \(InfluxQL.quote(identifier: name)) ON \(place(policy)) \
                DESTINATIONS ALL \(InfluxQL.quote(literal: destination))
                """
            )
            standing = .renewed
        }
        return standing
    }

    /// Removes those that are ours.
    func remove(_ client: InfluxClient) async throws {
        for (policy, destination) in try await destinations(client) where destination == self.destination {
            try await drop(client, policy)
        }
    }

    private func drop(_ client: InfluxClient, _ policy: String) async throws {
        _ = try await client.query("DROP SUBSCRIPTION \(InfluxQL.quote(identifier: name)) ON \(place(policy))")
    }

    private func place(_ policy: String) -> String {
        "\(InfluxQL.quote(identifier: database)).\(InfluxQL.quote(identifier: policy))"
    }

    /// Where the subscriptions of this name point to, by retention policy.
    private func destinations(_ client: InfluxClient) async throws -> [String: String] {
        var found: [String: String] = [:]
        for series in try await client.query("SHOW SUBSCRIPTIONS").series where series.name == database {
            let rows = zip(zip(series.column("retention_policy"), series.column("name")), series.column("destinations"))
            for ((policy, name), destinations) in rows where name?.stringValue == self.name {
                found[policy?.stringValue ?? ""] = destinations?.stringValue ?? ""
            }
        }
        return found
    }
}
