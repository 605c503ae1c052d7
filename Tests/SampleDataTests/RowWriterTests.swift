import ColumnarBytes
import Testing

@testable import SampleData

@Suite("Writing rows")
struct RowWriterTests {
    private func written(_ style: RowWriter.Style, _ body: (inout RowWriter) -> Void) -> String {
        let out = GrowableBytes()
        var row = RowWriter(out, style: style)
        row.beginRow()
        body(&row)
        row.endRow()
        return String(decoding: out.bytes, as: UTF8.self)
    }

    @Test("awkward characters are escaped alike for LOAD DATA and for literals")
    func escapes() {
        let bank = WordBank(["a\tb\nc\\d'e\"f\u{0}g\rh\u{1A}"])
        #expect(!bank.isClean)
        #expect(written(.tabSeparated) { $0.text(bank, 0) } == "a\\tb\\nc\\\\d\\'e\"f\\0g\\rh\\Z\n")
        #expect(written(.literals) { $0.text(bank, 0) } == "('a\\tb\\nc\\\\d\\'e\"f\\0g\\rh\\Z')")
    }

    @Test("what is written for LOAD DATA reads back as it was")
    func readsBack() {
        let out = GrowableBytes()
        var row = RowWriter(out)
        for index in 0..<Vocabulary.awkward.count {
            row.beginRow()
            row.text(Vocabulary.awkward, index)
            row.null()
            row.text("")
            row.endRow()
        }
        let rows = RenderedRows.parse(out.bytes)
        #expect(rows.count == Vocabulary.awkward.count)
        for (index, fields) in rows.enumerated() {
            #expect(fields == [String(decoding: Vocabulary.awkward[index], as: UTF8.self), nil, ""])
        }
    }

    @Test("numbers, with their signs and all their fraction digits")
    func numbers() {
        let text = written(.tabSeparated) {
            $0.integer(0)
            $0.integer(.min)
            $0.integer(.max)
            $0.decimal(-5, scale: 2)
            $0.decimal(123_456, scale: 2)
            $0.decimal(.max, scale: 18)
            $0.boolean(true)
            $0.null()
        }
        #expect(
            text
                == "0\t-9223372036854775808\t9223372036854775807\t-0.05\t1234.56\t9.223372036854775807\t1\t\\N\n"
        )
        var random = RowRandom(seed: 1, table: .orders, key: 1)
        let long = written(.literals) { $0.randomDecimal(whole: 35, fraction: 30, isNegative: true, from: &random) }
        #expect(long.count == 35 + 30 + 4)
        #expect(long.hasPrefix("(-") && long.dropFirst(37).first == ".")
    }

    @Test("the number of digits is right at every power of ten")
    func widths() {
        var power: UInt64 = 1
        for _ in 0..<19 {
            for value in [power - 1, power, power + 1] {
                let out = GrowableBytes()
                var row = RowWriter(out)
                row.digits(value)
                #expect(String(decoding: out.bytes, as: UTF8.self) == String(value))
            }
            power *= 10
        }
        let out = GrowableBytes()
        var row = RowWriter(out)
        row.digits(.max)
        #expect(String(decoding: out.bytes, as: UTF8.self) == String(UInt64.max))
    }

    @Test("dates and times")
    func dates() {
        let text = written(.tabSeparated) {
            $0.date(0)
            $0.date(-25_567)
            $0.date(19_782)
            $0.dateTime(1_709_210_096_123_456, digits: 6)
            $0.dateTime(1_709_210_096_123_456, digits: 3)
            $0.dateTime(1_709_210_096_999_999, digits: 0)
            $0.time(-3_020_399 * ShopTimeline.second, digits: 3)
            $0.time(5 * ShopTimeline.hour + 7_000, digits: 3)
        }
        #expect(
            text == "1970-01-01\t1900-01-01\t2024-02-29\t2024-02-29 12:34:56.123456\t2024-02-29 12:34:56.123"
                + "\t2024-02-29 12:34:56\t-838:59:59.000\t05:00:00.007\n"
        )
        #expect(written(.literals) { $0.date(0) } == "('1970-01-01')")
    }

    @Test("every day from 1900 to 2299 follows its predecessor")
    func calendar() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (year, month, day) = (1900, 1, 1)
        for days in -25_567...120_529 {
            let date = CivilDate(days: days)
            guard date.year == year, date.month == month, date.day == day else {
                Issue.record("day \(days) is \(date)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect((year, month, day) == (2300, 1, 1))
    }

    @Test("binary values are hexadecimal")
    func binary() {
        #expect(
            written(.tabSeparated) { $0.binary(0x0123_4567_89AB_CDEF, 255) } == "0123456789ABCDEF00000000000000FF\n"
        )
        #expect(
            written(.literals) {
                $0.beginBinary()
                $0.hex(0xBEEF, bytes: 2)
                $0.endBinary()
            } == "(X'BEEF')"
        )
    }
}
