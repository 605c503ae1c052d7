import InfluxClient
import InfluxProtocol

/// What there is in an InfluxDB database.
package struct SourceCatalog: Sendable {
    package var policies: [RetentionPolicy]
    package var measurements: [DiscoveredMeasurement]

    package init(policies: [RetentionPolicy], measurements: [DiscoveredMeasurement]) {
        self.policies = policies
        self.measurements = measurements
    }

    /// The default policy's name.
    package var defaultPolicy: String? { policies.first { $0.isDefault }?.name }

    /// The policy of a measurement.
    package func policy(of key: MeasurementKey) -> RetentionPolicy? {
        policies.first { policy in key.retentionPolicy.map { $0 == policy.name } ?? policy.isDefault }
    }

    /// `"iot"."autogen"."readings"`: a measurement as statements name it. Always with its policy, since the default one
    /// can change.
    static func source(_ key: MeasurementKey, database: String, policy: String) -> String {
        [database, policy, key.name].map { InfluxQL.quote(identifier: $0) }.joined(separator: ".")
    }

    /// The retention policies of a database as they are now.
    static func policies(_ client: InfluxClient, database: String) async throws -> [RetentionPolicy] {
        let place = InfluxQL.quote(identifier: database)
        return try await client.query("SHOW RETENTION POLICIES ON \(place)").series.flatMap { series in
            zip(zip(series.column("name"), series.column("duration")), series.column("default")).compactMap {
                row -> RetentionPolicy? in
                guard let name = row.0.0?.stringValue else { return nil }
                let duration = row.0.1?.stringValue.flatMap { RetentionPolicy.nanoseconds(of: $0) } ?? 0
                return RetentionPolicy(
                    name: name,
                    duration: duration > 0 ? duration : nil,
                    isDefault: row.1?.booleanValue ?? false
                )
            }
        }
    }

    /// Asks the source.
    ///
    /// Tags are those that the measurement has under any policy: the server does not distinguish them.
    package static func read(_ client: InfluxClient, database: String) async throws -> SourceCatalog {
        let place = InfluxQL.quote(identifier: database)
        let policies = try await policies(client, database: database)
        var tags: [String: [String]] = [:]
        for series in try await client.query("SHOW TAG KEYS ON \(place)").series {
            tags[series.name] = series.column("tagKey").compactMap { $0?.stringValue }.sorted()
        }
        var measurements: [DiscoveredMeasurement] = []
        for policy in policies {
            let statement = "SHOW FIELD KEYS ON \(place) FROM \(InfluxQL.quote(identifier: policy.name))./.*/"
            for series in try await client.query(statement).series {
                var fields: [String: Set<FieldType>] = [:]
                for (name, type) in zip(series.column("fieldKey"), series.column("fieldType")) {
                    guard let name = name?.stringValue, let type = type?.stringValue.flatMap(FieldType.init(rawValue:))
                    else { continue }
                    fields[name, default: []].insert(type)
                }
                measurements.append(
                    DiscoveredMeasurement(
                        key: MeasurementKey(name: series.name, retentionPolicy: policy.isDefault ? nil : policy.name),
                        tags: tags[series.name] ?? [],
                        fields: fields
                    )
                )
            }
        }
        return SourceCatalog(policies: policies, measurements: measurements.sorted { $0.key < $1.key })
    }
}
