import ClickHouseClient
import Daemon
import InfluxClient
import InfluxProtocol
import InfluxReplication
import LeatConfig
import LeatState
import Logging
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
        options: MeasurementVerifier.Options = .init(),
        line: ProgressLine,
        logger: Logger
    ) async throws -> VerificationReport? {
        let client = InfluxClient(endpoint: influx.endpoint, logger: logger)
        do {
            let there = try await catalog(client, source, influx, warehouse: warehouse, named: tables)
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
                options: options,
                logger: logger
            )
            let report = try await verifier.run(
                measurements: wanted,
                again: { old in
                    try await catalog(client, source, influx, warehouse: warehouse, named: tables)
                        .first { $0.name == old.name }
                },
                report: { line.note(text(of: $0)) }
            )
            try await client.shutdown()
            return report
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// The source's measurements as they are now, and those that Leat has and the source does not (any more).
    private static func catalog(
        _ client: InfluxClient,
        _ source: LeatConfiguration.Source,
        _ influx: LeatConfiguration.InfluxDB,
        warehouse: ClickHouseClient,
        named: [String]
    ) async throws -> [MeasurementToVerify] {
        var catalog = SourceCatalog(policies: [], measurements: [])
        do {
            catalog = try await SourceCatalog.read(client, database: influx.database)
        } catch let error as InfluxError where error.code == .unknownDatabase {
            // It was dropped: what Leat has of it is compared with nothing.
        }
        func measurement(_ key: MeasurementKey, policy name: String) -> MeasurementToVerify {
            let path = [influx.database, name, key.name]
            let policy = catalog.policies.first { $0.name == name }
            return MeasurementToVerify(
                name: "\(influx.database).\(key.tableName)",
                source: path.map { InfluxQL.quote(identifier: $0) }.joined(separator: "."),
                warehouseDatabase: source.warehouseDatabase(for: influx.database),
                table: key.tableName,
                tags: [],
                fields: [:],
                retention: policy?.duration.map { .nanoseconds($0) },
                timeToLive: influx.timeToLive,
                keepsDeleted: influx.onDelete == .keep
            )
        }
        let known = try await known(warehouse, pipeline: source.name)
        var found = catalog.measurements.map { discovered in
            var result = measurement(discovered.key, policy: catalog.policy(of: discovered.key)?.name ?? "")
            result.tags = discovered.tags
            let stored = known.first { $0.name == result.name }.flatMap { StoredMeasurement(json: $0.definition) }
            guard let schema = try? discovered.schema(extending: stored?.schema) else {
                result.fields = discovered.fields
                return result
            }
            // As the columns are called; what is only in the warehouse is found there.
            for field in schema.fields where discovered.fields[field.name]?.contains(field.type) == true {
                result.fields[field.column] = [field.type]
            }
            result.selection = schema.selection
            return result
        }
        let there = Set(found.map(\.name))
        for state in known where !there.contains(state.name) {
            guard let stored = StoredMeasurement(json: state.definition),
                state.phase != .dropped || named.contains(state.name)
            else { continue }
            let key = MeasurementKey(name: stored.schema.name, retentionPolicy: stored.schema.retentionPolicy)
            var gone = measurement(key, policy: stored.policy)
            gone.isGone = true
            gone.selection = stored.schema.selection
            found.append(gone)
        }
        return found
    }

    /// What the pipeline has recorded of its measurements; nothing where it never ran.
    private static func known(_ warehouse: ClickHouseClient, pipeline: String) async throws -> [TableState] {
        do {
            return try await StateStore(client: warehouse, pipeline: pipeline).tables()
        } catch let error as ClickHouseError where [.unknownDatabase, .unknownTable].contains(error.code) {
            return []
        }
    }
}
