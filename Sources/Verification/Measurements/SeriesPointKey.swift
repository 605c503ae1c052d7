/// The text of a point's tags and time.
enum SeriesPointKey {
    static func bytes(hexadecimal: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hexadecimal.utf8.count / 2)
        var high: UInt8?
        for digit in hexadecimal.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return []
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    /// The tags, those that are not set as the empty string, and the time; `nil` if it is no such text.
    static func parse(_ key: [UInt8], tags: Int) -> (tags: [String], time: Int64)? {
        var rest = key[...]
        var values: [String] = []
        for _ in 0..<tags {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
                let length = Int(String(decoding: rest[..<colon], as: UTF8.self)), length >= 0,
                length <= rest.endIndex - colon - 1
            else { return nil }
            values.append(String(decoding: rest[(colon + 1)..<(colon + 1 + length)], as: UTF8.self))
            rest = rest[(colon + 1 + length)...]
        }
        return Int64(String(decoding: rest.dropLast(), as: UTF8.self)).map { (values, $0) }
    }

    /// As people write it: `device-7,site-2,2026-09-01T00:00:09.5Z`, tags that are not set left empty.
    static func describe(_ key: [UInt8], tags: Int) -> String {
        guard let (values, time) = parse(key, tags: tags) else { return String(decoding: key, as: UTF8.self) }
        return (values + [describe(time: time)]).joined(separator: ",")
    }

    /// `2026-09-01T00:00:09.5Z`
    static func describe(time: Int64) -> String {
        func floor(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
            let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
            return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
        }
        let (second, nanosecond) = floor(time, 1_000_000_000)
        let (day, secondOfDay) = floor(second, 86_400)
        // Days to a date of the Gregorian calendar: http://howardhinnant.github.io/date_algorithms.html#civil_from_days
        let (era, dayOfEra) = floor(day + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfYear - (153 * shifted + 2) / 5 + 1, 2))"
        let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map { padded($0, 2) }
        var fraction = padded(nanosecond, 9)
        while fraction.last == "0" { fraction.removeLast() }
        return "\(date)T\(clock.joined(separator: ":"))\(fraction.isEmpty ? "" : ".")\(fraction)Z"
    }
}
