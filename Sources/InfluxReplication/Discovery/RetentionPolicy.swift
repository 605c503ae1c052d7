import InfluxClient
import InfluxProtocol
import LeatState

/// A retention policy, as `SHOW RETENTION POLICIES` describes it.
package struct RetentionPolicy: Sendable, Hashable {
    package var name: String
    /// How long points are kept; nil means forever. Nanoseconds.
    package var duration: Int64?
    package var isDefault: Bool

    package init(name: String, duration: Int64?, isDefault: Bool) {
        self.name = name
        self.duration = duration
        self.isDefault = isDefault
    }

    /// Reads a duration as InfluxDB writes it: `168h0m0s`; nil for anything else.
    static func nanoseconds(of text: String) -> Int64? {
        var sum: Int64 = 0
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int64(digits), number >= 0 else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !$0.isNumber }
            rest = rest.dropFirst(unit.count)
            let factor: Int64
            switch unit {
            case "h": factor = 3_600_000_000_000
            case "m": factor = 60_000_000_000
            case "s": factor = 1_000_000_000
            case "ms": factor = 1_000_000
            default: return nil
            }
            let (part, overflow) = number.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            sum = sum.addingClamped(part)
        }
        return text.isEmpty ? nil : sum
    }
}
