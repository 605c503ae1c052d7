import InfluxClient
import InfluxProtocol
import LeatState
import PipelineCore
import Warehouse

/// What must be so at the source before anything is copied.
enum SeriesChecks {
    /// Fails unless the source answers, knows us and has the database.
    static func requireReadable(_ source: InfluxClient, _ endpoint: InfluxEndpoint) async throws {
        do {
            _ = try await source.ping()
            _ = try await source.query("SHOW MEASUREMENTS LIMIT 1")
        } catch {
            throw precondition(error, endpoint)
        }
        let databases: InfluxResult
        do {
            databases = try await source.query("SHOW DATABASES", database: "")
        } catch {
            throw precondition(error, endpoint)
        }
        let names = databases.series.flatMap { $0.column("name") }.compactMap { $0?.stringValue }
        guard names.contains(endpoint.database) else { throw unknownDatabase(endpoint) }
    }

    private static func unknownDatabase(_ endpoint: InfluxEndpoint) -> PipelineError {
        PipelineError(
            .precondition,
            "InfluxDB at \(endpoint.url) has no database `\(endpoint.database)` that this user may read",
            remedy: "correct database: of the source in leat.yaml, or create it"
        )
    }

    private static func precondition(_ error: InfluxError, _ endpoint: InfluxEndpoint) -> PipelineError {
        switch error.code {
        case .connectionFailed, .connectionLost, .timeout:
            PipelineError(
                .precondition,
                "InfluxDB does not answer at \(endpoint.url) (\(error.message))",
                remedy: "check that it runs and that url: of the source in leat.yaml names it"
            )
        case .authentication:
            PipelineError(
                .precondition,
                "InfluxDB at \(endpoint.url) refuses the user or its password (\(error.message))",
                remedy: "check user: and password: of the source in leat.yaml"
            )
        case .accessDenied:
            PipelineError(
                .precondition,
                "the InfluxDB user may not read `\(endpoint.database)` (\(error.message))",
                remedy: "GRANT READ ON \"\(endpoint.database)\" TO \"\(endpoint.user)\""
            )
        case .unknownDatabase: unknownDatabase(endpoint)
        default:
            PipelineError(
                .precondition,
                "InfluxDB at \(endpoint.url) does not answer as it should: \(error.message)",
                remedy: "check url: of the source in leat.yaml"
            )
        }
    }
}
