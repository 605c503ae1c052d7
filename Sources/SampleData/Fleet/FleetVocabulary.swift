/// Words that the fleet's texts are made of.
enum FleetVocabulary {
    /// What devices log, as awkward as firmware does: quotes, backslashes, line ends, commas, letters beyond ASCII.
    static let logs = [
        "watchdog reset",
        "boot: reason=0x1, ok",
        "modem: \"+CME ERROR: 30\"",
        "config reloaded from C:\\etc\\leat.ini",
        "assert failed\n  at main.c:212\n  at loop.c:17",
        "Fühler 2: Wert außerhalb 4…20 mA",
        "ntp: stepped clock, drift 412 ms",
        "ota: image verified ✓",
    ]
}

/// A kind of device: what it is used for and how well it measures.
enum DeviceModel: Int, CaseIterable, Sendable {
    /// Outdoors, on solar power.
    case weather
    /// In halls, on batteries.
    case hall
    /// In cold stores, on mains power: no battery.
    case cold
    /// On pallets and vans: moves.
    case tracker

    /// The value of the tag `model`.
    var name: String {
        switch self {
        case .weather: "WX-3"
        case .hall: "TH-20"
        case .cold: "TH-20C"
        case .tracker: "GT-7"
        }
    }

    /// Digits after the point that the device sends, of the fields that have more (`FleetField.scale`).
    func fractionDigits(of field: FleetField) -> Int {
        switch field.name {
        case "temperature": self == .hall ? 1 : 2
        case "battery": self == .weather ? 1 : 0
        case "latitude", "longitude": self == .tracker ? 6 : 4
        default: field.scale
        }
    }

    /// How much of the weather gets to the sensor, in 256ths.
    var exposure: Int {
        switch self {
        case .weather: 256
        case .hall: 70
        case .cold: 10
        case .tracker: 150
        }
    }

    /// How long after the weather the sensor follows, in milliseconds.
    var lag: Int {
        switch self {
        case .weather: 10 * FleetClock.minute
        case .hall: 150 * FleetClock.minute
        case .cold: 4 * FleetClock.hour
        case .tracker: 50 * FleetClock.minute
        }
    }
}
