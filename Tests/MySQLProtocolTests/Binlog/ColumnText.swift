import ColumnarBytes
import MySQLProtocol

/// The values of a column as `SELECT` prints them, computed apart from the decoders.
func texts(of column: ColumnBuffer, type: MySQLType) -> [String?] {
    let bytes = Array(column.data.bytes)
    var offset = 0
    return (0..<column.rows).map { row in
        let value: ArraySlice<UInt8>
        if case .fixed(let width) = column.layout {
            value = bytes[(row * width)..<((row + 1) * width)]
        } else if case .dictionary = column.layout {
            value = bytes[(row * 2)..<(row * 2 + 2)]
        } else {
            var length = 0
            var shift = 0
            while bytes[offset] & 0x80 != 0 {
                length |= Int(bytes[offset] & 0x7F) << shift
                shift += 7
                offset += 1
            }
            length |= Int(bytes[offset]) << shift
            offset += 1
            value = bytes[offset..<(offset + length)]
            offset += length
        }
        if column.isNullable, column.nulls.bytes[row] == 1 { return nil }
        return text(of: Array(value), type: type)
    }
}

private func text(of value: [UInt8], type: MySQLType) -> String {
    let unsigned = value.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
    let signed = value.count >= 8 ? Int64(bitPattern: unsigned) : signExtended(unsigned, bytes: value.count)
    switch type {
    case .integer(_, let isUnsigned): return isUnsigned ? String(unsigned) : String(signed)
    case .bit: return String(unsigned)
    case .year: return unsigned == 0 ? "0000" : String(unsigned)
    case .float: return String(Double(Float(bitPattern: UInt32(unsigned))))
    case .double: return String(Double(bitPattern: unsigned))
    case .decimal(_, let scale): return decimalText(value, scale: scale)
    case .date: return dateText(days: Int(signed))
    case .dateTime(let digits), .timestamp(let digits): return dateTimeText(ticks: Int(signed), digits: digits)
    case .enumeration(let members): return unsigned == 0 ? "" : members[Int(unsigned) - 1]
    case .binary, .bytes, .geometry:
        return "0x" + value.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    default: return String(decoding: value, as: UTF8.self)
    }
}

private func signExtended(_ value: UInt64, bytes: Int) -> Int64 {
    let shift = Int64(64 - bytes * 8)
    return (Int64(bitPattern: value) << shift) >> shift
}

/// Schoolbook: two's complement to decimal digits, for any width.
private func decimalText(_ value: [UInt8], scale: Int) -> String {
    let isNegative = value.last.map { $0 >= 0x80 } ?? false
    var magnitude = Array(value.reversed())
    if isNegative {
        magnitude = magnitude.map { ~$0 }
        for index in magnitude.indices.reversed() {
            magnitude[index] &+= 1
            if magnitude[index] != 0 { break }
        }
    }
    var digits: [Character] = []
    while magnitude.contains(where: { $0 != 0 }) || digits.count <= scale {
        var remainder = 0
        for index in magnitude.indices {
            let current = remainder * 256 + Int(magnitude[index])
            magnitude[index] = UInt8(current / 10)
            remainder = current % 10
        }
        digits.append(Character(String(remainder)))
    }
    if scale > 0 { digits.insert(".", at: scale) }
    return (isNegative ? "-" : "") + String(digits.reversed())
}

/// By counting years and months.
private func dateText(days: Int) -> String {
    var year = 1970
    var left = days
    func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    while left < 0 {
        year -= 1
        left += isLeap(year) ? 366 : 365
    }
    while left >= (isLeap(year) ? 366 : 365) {
        left -= isLeap(year) ? 366 : 365
        year += 1
    }
    var month = 0
    let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    while left >= lengths[month] {
        left -= lengths[month]
        month += 1
    }
    return "\(year)-\(padded(month + 1, 2))-\(padded(left + 1, 2))"
}

private func dateTimeText(ticks: Int, digits: Int) -> String {
    let perSecond = (0..<digits).reduce(1) { result, _ in result * 10 }
    let perDay = 86400 * perSecond
    let days = ticks >= 0 ? ticks / perDay : (ticks - perDay + 1) / perDay
    let rest = ticks - days * perDay
    let second = rest / perSecond
    let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
    return dateText(days: days) + " " + clock + (digits > 0 ? "." + padded(rest % perSecond, digits) : "")
}

private func padded(_ value: Int, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.count)) + text
}
