import InfluxClient
import InfluxProtocol

/// The subscriptions of a pipeline at its source: one for each retention policy, all to the same address.
///
/// They outlive a process that is killed, and then point nowhere: the next start replaces them. Of two processes of one
/// pipeline the later one gets the pushes; the other notices that none come, and polls.
struct Subscription: Sendable {
    let name: String
    let database: String
    /// With user and password.
    let destination: String

    init(pipeline: String, database: String, destination: String) {
        name = "leat_\(pipeline)"
        self.database = database
        self.destination = destination
    }

    /// Makes sure that there is one for each policy.
    ///
    /// - Parameter replacing: take the place of those that are there, which point elsewhere; at the start only.
    /// - Returns: whether one was missing.
    func ensure(_ client: InfluxClient, policies: [String], replacing: Bool) async throws(InfluxError) -> Bool {
        var wasMissing = false
        for policy in policies {
            if replacing { try await drop(client, policy) }
            do {
                try await client.query(
                    """
                    CREATE SUBSCRIPTION \(InfluxQL.quote(identifier: name)) ON \(place(policy)) \
                    DESTINATIONS ALL \(InfluxQL.quote(literal: destination))
                    """
                )
                wasMissing = true
            } catch  where error.message.contains("already exists") {
                // As it should be.
            }
        }
        return wasMissing
    }

    /// Removes them.
    func remove(_ client: InfluxClient, policies: [String]) async throws(InfluxError) {
        for policy in policies { try await drop(client, policy) }
    }

    private func drop(_ client: InfluxClient, _ policy: String) async throws(InfluxError) {
        do {
            try await client.query("DROP SUBSCRIPTION \(InfluxQL.quote(identifier: name)) ON \(place(policy))")
        } catch  where error.message.contains("not found") {
            // There is none.
        }
    }

    private func place(_ policy: String) -> String {
        "\(InfluxQL.quote(identifier: database)).\(InfluxQL.quote(identifier: policy))"
    }
}
