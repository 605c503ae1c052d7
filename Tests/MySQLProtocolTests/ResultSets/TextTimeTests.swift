import MySQLProtocol
import Testing

@Suite("Dates and times of text rows")
struct TextTimeTests {
    @Test("every day from 1900 to 2299 follows the one before")
    func everyDay() throws {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var expected: Int32 = -25_567
        for year in 1900...2299 {
            let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
            for month in 1...12 {
                for day in 1...(month == 2 && isLeap ? 29 : lengths[month - 1]) {
                    let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
                    #expect(try TextCell.integer(text, as: .date, Int32.self) == expected)
                    expected += 1
                }
            }
        }
        #expect(expected == 120_530)
    }

    @Test(
        "ticks since 1970, also before it",
        arguments: [
            ("1970-01-01 00:00:00", 0, 0), ("1970-01-01 00:00:01.5", 1, 15), ("1969-12-31 23:59:59.999999", 6, -1),
            ("2024-02-29 12:34:56.123456", 6, 1_709_210_096_123_456), ("2001-09-09 01:46:40", 0, 1_000_000_000),
            ("1900-01-01 00:00:00", 0, -2_208_988_800), ("2299-12-31 23:59:59.999", 3, 10_413_791_999_999),
        ] as [(String, Int, Int64)]
    )
    func ticks(text: String, fraction: Int, expected: Int64) throws {
        #expect(try TextCell.integer(text, as: .dateTime(fraction: fraction)) == expected)
        #expect(try TextCell.integer(text, as: .timestamp(fraction: fraction)) == expected)
    }

    @Test(
        "days that no calendar has",
        arguments: ["0000-00-00", "2024-00-10", "2024-01-00", "2023-02-29", "1900-02-29", "2024-04-31", "0000-00-01"]
    )
    func zeroOrPartial(text: String) {
        #expect(throws: ColumnValueError.zeroOrPartialDate) { try TextCell.encoded(text, as: .date) }
        #expect(throws: ColumnValueError.zeroOrPartialDate) {
            try TextCell.encoded(text + " 00:00:00", as: .dateTime(fraction: 0))
        }
    }

    @Test("days beyond what ClickHouse holds", arguments: ["1899-12-31", "2300-01-01", "9999-12-31", "0000-01-01"])
    func outOfRange(text: String) {
        #expect(throws: ColumnValueError.outOfRange) { try TextCell.encoded(text, as: .date) }
        #expect(throws: ColumnValueError.outOfRange) {
            try TextCell.encoded(text + " 00:00:00.000000", as: .timestamp(fraction: 6))
        }
    }

    @Test(
        "as text every date comes as it is",
        arguments: [
            ("0000-00-00", .date), ("2024-02-31", .date), ("9999-12-31", .date), ("2024-00-10", .date),
            ("0000-00-00 00:00:00", .timestamp(fraction: 0)), ("9999-12-31 23:59:59", .dateTime(fraction: 0)),
            ("2024-07-00 01:02:03.000004", .dateTime(fraction: 6)), ("0001-01-01 00:00:00.5", .timestamp(fraction: 1)),
        ] as [(String, MySQLDate)]
    )
    func text(text: String, date: MySQLDate) throws {
        #expect(try TextCell.encoded(text, as: .dateText(date)) == [UInt8(text.utf8.count)] + Array(text.utf8))
    }

    @Test(
        "what is no date or time is an error",
        arguments: [
            ("2024-13-01", .dateText(.date)), ("2024-01-32", .dateText(.date)), ("2024-1-01", .dateText(.date)),
            ("20x4-01-01", .dateText(.date)), ("", .dateText(.date)), ("2024/01-01", .dateText(.date)),
            ("2024-01-01 00:00:00", .dateText(.date)), ("2024-01-01", .dateText(.dateTime(fraction: 0))),
            ("2024-01-01T00:00:00", .dateText(.dateTime(fraction: 0))),
            ("2024-01-01 24:00:00", .dateText(.dateTime(fraction: 0))),
            ("2024-01-01 -1:00:00", .dateText(.dateTime(fraction: 0))),
            ("2024-01-01 00:00:60", .dateText(.timestamp(fraction: 0))),
            ("2024-01-01 00:00:00.5", .dateText(.timestamp(fraction: 0))),
            ("2024-01-01 00:00:00", .dateText(.timestamp(fraction: 1))),
            ("2024-1-01", .date), ("2024/01/01", .date), ("2024-01-01 ", .date), ("2024-13-01", .date), ("", .date),
            ("2024-01-32", .date), ("x024-01-01", .date), ("2024-01-01", .dateTime(fraction: 0)),
            ("2024-01-01T00:00:00", .dateTime(fraction: 0)), ("2024-01-01 24:00:00", .dateTime(fraction: 0)),
            ("2024-01-01 00:60:00", .dateTime(fraction: 0)), ("2024-01-01 00:00:60", .dateTime(fraction: 0)),
            ("2024-01-01 00:00:00.5", .dateTime(fraction: 0)), ("2024-01-01 00:00:00", .dateTime(fraction: 1)),
            ("2024-01-01 00:00:00,5", .dateTime(fraction: 1)), ("2024-01-01 00:00:00.x", .dateTime(fraction: 1)),
            ("2024-01-01 00-00-00", .dateTime(fraction: 0)),
            ("0:00:00", .time(fraction: 0)), ("839:00:00", .time(fraction: 0)), ("00:60:00", .time(fraction: 0)),
            ("00:00:60", .time(fraction: 0)), ("00:00:00.0", .time(fraction: 0)), ("00:00:00", .time(fraction: 3)),
            ("099:00:00", .time(fraction: 0)), ("+10:00:00", .time(fraction: 0)), ("--10:00:00", .time(fraction: 0)),
            ("00:00:00.x", .time(fraction: 1)), ("", .time(fraction: 0)), ("-", .time(fraction: 6)),
            ("1000:00:00", .time(fraction: 0)), ("1900", .year), ("2156", .year), ("", .year), ("-1", .year),
        ] as [(String, MySQLType)]
    )
    func malformed(text: String, type: MySQLType) {
        #expect(throws: ColumnValueError.malformed) { try TextCell.encoded(text, as: type) }
    }

    @Test(
        "TIME stays as MySQL prints it",
        arguments: [
            ("00:00:00", 0), ("-838:59:59.000000", 6), ("838:59:59", 0), ("23:00:00.5", 1), ("-00:00:00.500", 3),
            ("100:00:00.12", 2),
        ]
    )
    func time(text: String, fraction: Int) throws {
        let expected = [UInt8(text.utf8.count)] + Array(text.utf8)
        #expect(try TextCell.encoded(text, as: .time(fraction: fraction)) == expected)
    }

    @Test("YEAR and its zero", arguments: [("0000", 0), ("1901", 1901), ("2155", 2155)] as [(String, UInt16)])
    func year(text: String, expected: UInt16) throws {
        #expect(try TextCell.integer(text, as: .year) == expected)
    }
}
