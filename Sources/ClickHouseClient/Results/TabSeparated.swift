import ClickHouseFormat

/// ClickHouse's `TabSeparated` text: values in which backslash escapes stand for control characters, `\N` for NULL.
///
/// Format: https://clickhouse.com/docs/interfaces/formats/TabSeparated
enum TabSeparated {
    /// Splits a result into rows of values.
    static func rows(_ bytes: UnsafeRawBufferPointer) -> [[String?]] {
        var rows: [[String?]] = []
        var row: [String?] = []
        var value: [UInt8] = []
        var isNull = false
        var isEscaped = false
        func take() {
            row.append(isNull && value.isEmpty ? nil : String(decoding: value, as: UTF8.self))
            value.removeAll(keepingCapacity: true)
            isNull = false
        }
        for byte in bytes {
            if isEscaped {
                isEscaped = false
                if byte == UInt8(ascii: "N") && value.isEmpty {
                    isNull = true
                } else {
                    value.append(ClickHouseText.unescaped(byte))
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "\t"): take()
            case UInt8(ascii: "\n"):
                take()
                rows.append(row)
                row.removeAll(keepingCapacity: true)
            default: value.append(byte)
            }
        }
        if !row.isEmpty || !value.isEmpty || isNull {
            take()
            rows.append(row)
        }
        return rows
    }

    /// Escapes a value, so that it is read back as it is.
    static func escape(_ value: String) -> String {
        let quoted = ClickHouseText.quote(value, with: UInt8(ascii: "\\"))
        return String(quoted.dropFirst().dropLast())
    }
}
