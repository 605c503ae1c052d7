import ClickHouseFormat

/// What the model's columns of the type DATE hold: each value from 0 to 99 stands for a date, and ClickHouse cannot
/// hold those from 85 on.
enum ModelDate {
    /// The zero date.
    static let zero: Int32 = 92

    static func fits(_ value: Int32) -> Bool { value < 85 }

    /// As MySQL prints it: days of the year 2000, of 9999, zero and partial dates.
    static func text(_ value: Int32) -> String {
        let (year, month, day) = fields(value)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// As a row image has it.
    static func image(_ value: Int32) -> [UInt8] {
        let (year, month, day) = fields(value)
        let packed = year << 9 | month << 5 | day
        return [UInt8(packed & 0xFF), UInt8(packed >> 8 & 0xFF), UInt8(packed >> 16)]
    }

    /// The value of the date between the quotes of `text`; nil without a date.
    static func value(quotedIn text: String) -> Int32? {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return parts.count == 3 ? value(of: String(parts[1])) : nil
    }

    static func value(of text: String) -> Int32? { (0..<100).first { Self.text($0) == text } }

    /// The value in a row of a `Date32` or a `String`.
    static func value(_ column: DecodedColumn, _ row: Int) -> Int32? {
        if let text = column.string(row) { return value(of: text) }
        guard let days = column.integer(row) else { return nil }
        // From 2000-01-01 on; a month has at most 28 of them here.
        let firsts: [Int64] = [0, 31, 60, 91].map { $0 + 10_957 }
        guard let month = firsts.lastIndex(where: { $0 <= days }) else { return nil }
        return Int32(month * 28) + Int32(days - firsts[month])
    }

    private static func fields(_ value: Int32) -> (year: Int, month: Int, day: Int) {
        switch Int(value) {
        case let value where value < 85: (2000, value / 28 + 1, value % 28 + 1)
        case let value where value < zero: (9999, 12, value - 84)
        case let value: (0, 0, value - Int(zero))
        }
    }

    private static func padded(_ number: Int, _ count: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
