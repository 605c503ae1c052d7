import ClickHouseClient
import ConfigurationFile
import InfluxClient
import Logging
import TimeSeries
import Verification

extension Comparison {
    /// Compares the measurements of one InfluxDB source.
    ///
    /// - Parameters:
    ///   - unknown: names asked for that have not been found yet; those found here are taken out.
    /// - Returns: `nil` if none is asked for, or none is there.
    static func measurements(
        of source: LeatConfiguration.Source,
        _ influx: LeatConfiguration.InfluxDB,
        warehouse: ClickHouseClient,
        tables: [String],
        unknown: inout Set<String>,
        line: ProgressLine,
        logger: Logger
    ) async throws -> VerificationReport? {
        let client = InfluxClient(endpoint: influx.endpoint, logger: logger)
        do {
            let there = try await catalog(client, source, influx)
            unknown.subtract(there.map(\.name))
            let wanted = tables.isEmpty ? there : there.filter { tables.contains($0.name) }
            guard !wanted.isEmpty else {
                try await client.shutdown()
                return nil
            }
            let verifier = MeasurementVerifier(
                source: client,
                warehouse: warehouse,
                pipeline: source.name,
                logger: logger
            )
            let report = try await verifier.run(
                measurements: wanted,
                again: { old in try await catalog(client, source, influx).first { $0.name == old.name } },
                report: { line.note(text(of: $0)) }
            )
            try await client.shutdown()
            return report
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// The source's measurements as they are now.
    private static func catalog(
        _ client: InfluxClient,
        _ source: LeatConfiguration.Source,
        _ influx: LeatConfiguration.InfluxDB
    ) async throws -> [VerifiedMeasurement] {
        let catalog = try await SourceCatalog.read(client, database: influx.database)
        return catalog.measurements.map { measurement in
            let policy = catalog.policy(of: measurement.key)
            let path = [influx.database, policy?.name ?? "", measurement.key.name]
            return VerifiedMeasurement(
                name: "\(influx.database).\(measurement.key.tableName)",
                source: path.map { InfluxQL.quote(identifier: $0) }.joined(separator: "."),
                warehouseDatabase: source.warehouseDatabase(for: influx.database),
                table: measurement.key.tableName,
                tags: measurement.tags,
                fields: measurement.fields,
                retention: policy?.duration.map { .nanoseconds($0) },
                timeToLive: influx.timeToLive
            )
        }
    }
}
