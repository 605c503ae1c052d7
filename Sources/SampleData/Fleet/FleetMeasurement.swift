import InfluxProtocol

/// The measurements of the fleet, in the order in which they are loaded.
package enum FleetMeasurement: UInt8, CaseIterable, Sendable, Codable {
    /// What sensors sense, every two minutes.
    case readings = 1
    /// What devices say of themselves, every two minutes.
    case diagnostics
    /// Meters of the sites, every quarter of an hour: counters that only rise.
    case meters

    /// The measurement's name in InfluxDB.
    package var name: String {
        switch self {
        case .readings: "readings"
        case .diagnostics: "diagnostics"
        case .meters: "meters"
        }
    }

    /// The tags' keys, sorted.
    package var tags: [String] {
        switch self {
        case .readings: ["device_id", "firmware", "model", "site"]
        case .diagnostics: ["device_id", "firmware", "site"]
        case .meters: ["kind", "meter_id", "site"]
        }
    }

    /// The tag that identifies members of the fleet.
    package var memberTag: String { self == .meters ? "meter_id" : "device_id" }

    /// The fields in the order in which they are written. The first one is in every point.
    package var fields: [FleetField] {
        switch self {
        case .readings: FleetField.readings
        case .diagnostics: FleetField.diagnostics
        case .meters: FleetField.meters
        }
    }

    /// The distance between two points of a member in the history, in milliseconds.
    var interval: Int { self == .meters ? 15 * FleetClock.minute : 2 * FleetClock.minute }
}

/// A field of a measurement.
package struct FleetField: Sendable, Hashable {
    package let name: String
    package let type: FieldType
    /// Decimal places in which values are held; 0 for all but floats.
    package let scale: Int
    /// What values of a string field stand for; `nil` for other types.
    let vocabulary: [String]?

    private init(_ name: String, _ type: FieldType, scale: Int = 0, vocabulary: [String]? = nil) {
        self.name = name
        self.type = type
        self.scale = scale
        self.vocabulary = vocabulary
    }

    static let readings = [
        FleetField("rssi", .integer),
        FleetField("temperature", .float, scale: 2),
        FleetField("humidity", .float, scale: 1),
        FleetField("battery", .float, scale: 1),
        FleetField("latitude", .float, scale: 6),
        FleetField("longitude", .float, scale: 6),
        FleetField("status", .string, vocabulary: DeviceStatus.allCases.map(\.text)),
        FleetField("error_code", .integer),
    ]

    static let diagnostics = [
        FleetField("uptime", .integer),
        FleetField("cpu", .float, scale: 1),
        FleetField("memory", .integer),
        FleetField("queue", .integer),
        FleetField("is_charging", .boolean),
        FleetField("log", .string, vocabulary: FleetVocabulary.logs),
    ]

    static let meters = [
        FleetField("reading", .float, scale: 3),
        FleetField("rate", .float, scale: 2),
        FleetField("tariff", .string, vocabulary: ["day", "night"]),
    ]
}

/// What a device says of itself, as `readings.status`.
enum DeviceStatus: Int, CaseIterable {
    case ok
    case charging
    case lowBattery
    case sensorFault
    case doorOpen
    case overTemperature

    var text: String {
        switch self {
        case .ok: "ok"
        case .charging: "charging"
        case .lowBattery: "low battery"
        case .sensorFault: "sensor fault"
        case .doorOpen: "alarm: \"door\" open"
        case .overTemperature: "over temperature"
        }
    }

    /// What goes with it as `error_code`.
    var errorCode: Int {
        switch self {
        case .ok, .charging: 0
        case .lowBattery: 17
        case .sensorFault: 201
        case .doorOpen: 310
        case .overTemperature: 404
        }
    }
}
