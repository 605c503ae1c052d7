import ConfigurationFile
import Foundation
import Logging
import MySQLClient
import MySQLSchema
import Pipeline
import Verification

/// Compares both sides of all pipelines of a configuration.
enum Comparison {
    /// - Parameters:
    ///   - tables: `database.table`; all that the pipelines follow if empty.
    ///   - isSilent: show no progress.
    static func run(
        _ configuration: LeatConfiguration,
        tables: [String],
        isSilent: Bool,
        logger: Logger
    ) async throws -> VerificationReport {
        let client = configuration.warehouseClient(logger: logger)
        do {
            var report = VerificationReport(position: "", tables: [])
            var unknown = Set(tables)
            for (source, mySQL) in configuration.mySQLSources {
                let endpoint = try await firstReachable(mySQL.endpoints, logger: logger)
                let followed = try await Verifier.tables(
                    at: endpoint,
                    where: { mySQL.tables.matches(database: $0.database, table: $0.table) },
                    warehouseDatabase: { source.warehouseDatabase(for: $0) },
                    logger: logger
                )
                let wanted =
                    tables.isEmpty
                    ? followed.filter { $0.name != mySQL.heartbeat?.name.description }
                    : followed.filter { tables.contains($0.name) }
                unknown.subtract(wanted.map(\.name))
                guard !wanted.isEmpty else { continue }
                let verifier = Verifier(source: endpoint, warehouse: client, pipeline: source.name, logger: logger)
                let line = ProgressLine(isSilent: isSilent)
                let part = try await verifier.run(tables: wanted) { line.note(text(of: $0)) }
                line.finish("compared \(part.tables.count) tables")
                if report.position.isEmpty { report.position = part.position }
                report.tables += part.tables
            }
            for (source, influx) in configuration.influxDBSources {
                let line = ProgressLine(isSilent: isSilent)
                guard
                    let part = try await measurements(
                        of: source,
                        influx,
                        warehouse: client,
                        tables: tables,
                        unknown: &unknown,
                        line: line,
                        logger: logger
                    )
                else { continue }
                line.finish("compared \(part.tables.count) measurements")
                if report.position.isEmpty { report.position = part.position }
                report.tables += part.tables
            }
            if let name = unknown.min() {
                throw PipelineError(
                    .precondition,
                    "no pipeline follows a table or measurement `\(name)`",
                    remedy: "leat tables list"
                )
            }
            try await client.shutdown()
            return report
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// The first server that answers: the others hold the same data, and the pipeline may be following any of them.
    private static func firstReachable(_ endpoints: [MySQLEndpoint], logger: Logger) async throws -> MySQLEndpoint {
        var failure: (any Error)?
        for endpoint in endpoints {
            do {
                let connection = try await MySQLConnection.connect(to: endpoint, logger: logger)
                await connection.close()
                return endpoint
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? PipelineError(.precondition, "the source has no hosts", remedy: "add hosts: in leat.yaml")
    }

    static func text(of progress: VerificationProgress) -> String {
        switch progress {
        case .waiting(let transactions): "waiting for \(Terminal.grouped(transactions)) transactions to arrive"
        case .comparing(let table, let number, let count): "comparing \(table) (\(number) of \(count))"
        case .compared(let table, let isEqual, let number, let count):
            "\(isEqual ? "equal" : "different"): \(table) (\(number) of \(count))"
        case .searching(let tables): "looking for the rows that differ in \(tables.joined(separator: ", "))"
        case .behind(let table): "waiting for the pipeline to read \(table) again where points differ"
        case .repeating(let tables, let attempt):
            "the source was written to; comparing \(tables.count) tables again (attempt \(attempt))"
        }
    }
}
