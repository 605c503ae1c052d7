import Logging
import MySQLClient

extension SourceInspector {
    /// Connects to a server for `body`, and closes the connection whatever comes of it.
    static func with<Answer: Sendable>(
        _ endpoint: MySQLEndpoint,
        logger: Logger,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (SourceInspector) async throws -> Answer
    ) async throws -> Answer {
        let inspector = try await SourceInspector(endpoint: endpoint, logger: logger)
        do {
            let answer = try await body(inspector)
            await inspector.close()
            return answer
        } catch {
            await inspector.close()
            throw error
        }
    }
}
