import Foundation

/// A measurement's definition as `leat.tables` keeps it.
package struct StoredMeasurement: Sendable, Codable, Hashable {
    package var schema: MeasurementSchema
    /// The retention policy that it is read from, by its name; the default one is named, too.
    package var policy: String
    var timeToLiveSeconds: Int64?

    init(schema: MeasurementSchema, policy: String, timeToLive: Duration?) {
        self.schema = schema
        self.policy = policy
        timeToLiveSeconds = timeToLive?.components.seconds
    }

    /// - Returns: nil for what is not a measurement's definition.
    package init?(json: String) {
        guard let stored = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
        self = stored
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
