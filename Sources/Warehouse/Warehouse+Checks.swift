import ClickHouseClient
import LeatState

extension Warehouse {
    /// Fails unless ClickHouse answers and the user may write.
    ///
    /// - Throws: ``PipelineError`` `.precondition`; ``ClickHouseError`` for what else the server says.
    package static func requireWritable(_ client: ClickHouseClient) async throws {
        do {
            try await client.ping()
        } catch let error as ClickHouseError where error.code == .connectionFailed || error.code == .timeout {
            throw PipelineError(
                .precondition,
                "ClickHouse does not answer at \(client.endpoint.url) (\(error.message))",
                remedy: "check that it runs and that warehouse: in leat.yaml names it"
            )
        }
        let readonly = try await client.rows("SELECT value FROM system.settings WHERE name = 'readonly'")
        if let value = readonly.first?.first ?? nil, value != "0" {
            throw PipelineError(
                .precondition,
                "the ClickHouse user may only read (readonly = \(value))",
                remedy: "give the user in leat.yaml a profile with readonly = 0, and the right to create databases"
            )
        }
    }
}
