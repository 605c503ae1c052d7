import ClickHouseClient
import ColumnarBytes
import MySQLProtocol
import MySQLSchema

/// The value that rows from before an ADD COLUMN have in the new column.
///
/// A default is checked by the decoder that reads the column's rows, so that old rows get exactly what a copy would
/// bring.
enum ColumnDefaultMapping {
    enum Outcome: Equatable {
        /// ClickHouse's own default is right: NULL.
        case none
        /// A ClickHouse expression.
        case value(String)
        case refused(String)
    }

    /// - Parameter timeZone: the session's of the statement, which a TIMESTAMP constant is in: `+00:00`, `-03:30`,
    ///   `UTC`. Of
    ///   a zone with rules, and of `SYSTEM`, the instant is not known here.
    static func warehouseDefault(of column: ColumnDefinition, type: MySQLType, timeZone: String? = nil) -> Outcome {
        if column.isGenerated { return .refused("has values that are computed") }
        if column.isAutoIncrement { return .refused("numbers the rows that are there") }
        switch column.defaultValue {
        case .null: return .none
        case .none: return column.isNullable ? .none : implicit(type)
        case .expression: return .refused("has a default that is an expression")
        case .literal(let text):
            return .refused("has a default of which it is not known what MySQL makes of it: \(text)")
        case .constant(let text):
            do {
                return .value(try constant(text, type: type, timeZone: timeZone))
            } catch {
                return .refused(reason(error, text: text, type: type))
            }
        }
    }

    /// Whether the rows from before an ADD COLUMN have a date in it that only text can hold.
    static func needsDateText(_ column: ColumnDefinition) -> Bool {
        guard let type = column.type, let text = type.asDateText, !column.isGenerated else { return false }
        switch column.defaultValue {
        case .constant(let constant):
            do {
                try check(constant, type)
                return false
            } catch {
                return error == .zeroOrPartialDate || error == .outOfRange
            }
        case .none: return !column.isNullable && (try? text.descriptor.implicitDefault()) != nil
        case .null, .expression, .literal: return false
        }
    }

    private static func implicit(_ type: MySQLType) -> Outcome {
        do {
            return .value(try type.descriptor.implicitDefault())
        } catch {
            return .refused(error.reason)
        }
    }

    /// - Parameter text: as `information_schema` prints the default of a column of this type.
    private static func constant(
        _ text: String,
        type: MySQLType,
        timeZone: String?
    ) throws(ColumnValueError) -> String {
        switch type {
        case .integer(_, let isUnsigned):
            try check(text, type)
            // ZEROFILL's leading zeros.
            guard let number = isUnsigned ? UInt64(text).map({ "\($0)" }) : Int64(text).map({ "\($0)" }) else {
                throw .malformed
            }
            return number
        case .decimal(let precision, let scale):
            try check(text, type)
            return DecimalType(precision: precision, scale: scale).warehouseConstant(text)
        case .float:
            guard let value = Double(text).map({ Float($0) }), value.isFinite else { throw .malformed }
            return "reinterpretAsFloat32(toUInt32(\(value.bitPattern)))"
        case .double:
            guard let value = Double(text), value.isFinite else { throw .malformed }
            return "reinterpretAsFloat64(toUInt64(\(value.bitPattern)))"
        case .bit(let bits):
            guard text.hasPrefix("b'"), text.hasSuffix("'"), let value = UInt64(text.dropFirst(2).dropLast(), radix: 2),
                bits >= 64 || value >> UInt64(bits) == 0
            else { throw .malformed }
            return "\(value)"
        case .date:
            try check(text, type)
            return "toDate32('\(text)')"
        case .dateTime(let fraction):
            try check(text, type)
            return dateTime(text, fraction: fraction)
        case .timestamp(let fraction):
            let ticks = try ticks(text, type)
            guard let offset = timeZone.flatMap(FixedTimeZone.init(name:)) else { throw .unsupported }
            return timestamp(ticks: ticks, offset: offset, fraction: fraction)
        case .time, .dateText(.date), .dateText(.dateTime):
            try check(text, type)
            return "'\(text)'"
        case .dateText(.timestamp):
            try check(text, type)
            // Every other is in the session's time zone.
            guard text.hasPrefix("0000-00-00") else { throw .unsupported }
            return "'\(text)'"
        case .year:
            try check(text, type)
            guard let year = UInt16(text) else { throw .malformed }
            return "\(year)"
        case .text: return ClickHouseClient.quote(literal: text)
        case .enumeration(let labels), .set(let labels):
            if case .enumeration = type {
                guard labels.contains(text) else { throw .malformed }
            } else {
                let members = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                guard text.isEmpty || labels.filter(members.contains) == members else { throw .malformed }
            }
            return ClickHouseClient.quote(literal: text)
        case .binary(let length):
            var value = try binary(text)
            guard value.count <= length else { throw .malformed }
            value += [UInt8](repeating: 0, count: length - value.count)
            return bytes(value)
        case .bytes: return bytes(try binary(text))
        default: throw .unsupported
        }
    }

    // MARK: Reading

    /// Reads the text as a row's value of the type.
    private static func decoded(_ text: String, _ type: MySQLType) throws(ColumnValueError) -> ColumnBuffer {
        guard let layout = type.columnLayout else { throw .unsupported }
        let decoder = try TextColumnDecoder(type)
        let column = ColumnBuffer(layout: layout, isNullable: false)
        var failure: ColumnValueError?
        var text = text
        text.withUTF8 { bytes in
            do throws(ColumnValueError) {
                try decoder.decode(UnsafeRawBufferPointer(bytes), into: column)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return column
    }

    private static func check(_ text: String, _ type: MySQLType) throws(ColumnValueError) {
        _ = try decoded(text, type)
    }

    /// A date and time as ticks of its fraction since 1970.
    private static func ticks(_ text: String, _ type: MySQLType) throws(ColumnValueError) -> Int64 {
        let column = try decoded(text, type)
        return column.data.bytes.loadUnaligned(as: Int64.self)
    }

    /// `0x4142`, or nothing for the empty string.
    private static func binary(_ text: String) throws(ColumnValueError) -> [UInt8] {
        if text.isEmpty { return [] }
        let digits = Array(text.utf8.dropFirst(2))
        guard text.hasPrefix("0x"), digits.count % 2 == 0 else { throw .malformed }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                throw .malformed
            }
            bytes.append(byte)
        }
        return bytes
    }

    // MARK: Writing

    private static func dateTime(_ text: String, fraction: Int) -> String {
        "toDateTime64('\(text)', \(fraction), 'UTC')"
    }

    private static func bytes(_ bytes: [UInt8]) -> String {
        bytes.isEmpty ? "''" : "unhex('\(bytes.hexadecimal)')"
    }

    private static func timestamp(ticks: Int64, offset: FixedTimeZone, fraction: Int) -> String {
        let perSecond = (0..<fraction).reduce(Int64(1)) { ticks, _ in ticks * 10 }
        let instant = ticks - Int64(offset.seconds) * perSecond
        return "fromUnixTimestamp64Micro(toInt64(\(instant * (1_000_000 / perSecond))), 'UTC')"
    }

    // MARK: Refusing

    private static func reason(_ error: ColumnValueError, text: String, type: MySQLType) -> String {
        switch (error, type) {
        case (.zeroOrPartialDate, _): "has a zero or partial date as its default: \(text)"
        case (.outOfRange, _): "has a default outside 1900 to 2299, which ClickHouse cannot store: \(text)"
        case (.unsupported, .timestamp):
            "has a TIMESTAMP as its default, in a time zone whose offset is not known: \(text)"
        case (.unsupported, _), (.unexpectedNull, _): "has a default of a type that cannot be carried over: \(text)"
        case (.malformed, _): "has a default that is not a value of its type: \(text)"
        }
    }
}

/// A session's time zone that is the same distance from UTC at all times.
struct FixedTimeZone: Equatable {
    let seconds: Int

    /// - Returns: `nil` for a zone with rules, and for `SYSTEM`.
    init?(name: String) {
        if ["UTC", "GMT"].contains(name.uppercased()) {
            seconds = 0
            return
        }
        let parts = name.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard let sign = name.first, sign == "+" || sign == "-", parts.count == 2,
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }), let hours = Int(parts[0]),
            let minutes = Int(parts[1]), hours <= 14, minutes < 60
        else { return nil }
        seconds = (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
