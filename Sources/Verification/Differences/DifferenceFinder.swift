import ColumnarBytes
import MySQLProtocol

/// Finds out from the rows of both sides which rows and columns differ.
struct DifferenceFinder {
    let table: ComparedTable

    /// A difference, and the key's text in hexadecimal digits.
    struct Found: Sendable {
        var rowKey: String
        var difference: Difference
    }

    /// All differences between the rows, ordered by key.
    ///
    /// - Parameter source: rows of the same parts as `warehouse`; no key twice.
    func found(source: [HashedRow], warehouse: [HashedRow]) -> [Found] {
        let shown = Dictionary(grouping: warehouse, by: \.key)
        let known = Dictionary(source.map { ($0.key, $0) }) { first, _ in first }
        var found: [Found] = []
        for key in Set(shown.keys).union(known.keys) {
            let name = describe(key: key)
            let copies = shown[key] ?? []
            func add(_ kind: Difference.Kind, column: String? = nil) {
                found.append(Found(rowKey: key, difference: Difference(key: name, column: column, kind: kind)))
            }
            guard let row = known[key] else {
                add(.extra)
                continue
            }
            if copies.isEmpty { add(.missing) }
            if copies.count > 1 { add(.duplicate) }
            for (index, column) in table.columns.enumerated()
            where copies.contains(where: { $0.cells[index] != row.cells[index] }) {
                add(.value, column: column.name)
            }
        }
        // Shorter first, so that numbers come in their order; the columns of a row stay in theirs.
        let order = found.enumerated().sorted { left, right in
            let first = left.element.difference.key ?? ""
            let second = right.element.difference.key ?? ""
            if first.utf8.count != second.utf8.count { return first.utf8.count < second.utf8.count }
            return first == second ? left.offset < right.offset : first < second
        }
        return order.map(\.element)
    }

    /// A key's text as people write it: `42`, `7,2024-01-31`, `0xA1B2`.
    func describe(key hexadecimal: String) -> String {
        var rest = Self.bytes(hexadecimal)[...]
        var values: [String] = []
        for column in table.key {
            guard let value = Self.takeDescription(from: &rest, of: column) else { return "0x\(hexadecimal)" }
            values.append(value)
        }
        return values.joined(separator: ",")
    }

    /// The values of a key's columns; `nil` if the text is not one of this table's key.
    func keyValues(of hexadecimal: String) -> [[UInt8]]? {
        var rest = Self.bytes(hexadecimal)[...]
        var values: [[UInt8]] = []
        for column in table.key {
            guard let value = Self.takeCell(from: &rest, form: column.form) else { return nil }
            values.append(Array(value))
        }
        return rest.isEmpty ? values : nil
    }

    private static func describe(_ value: ArraySlice<UInt8>, type: MySQLType) -> String {
        type.descriptor.holdsBytes ? "0x" + value.hexadecimal : String(decoding: value, as: UTF8.self)
    }

    /// A cell as people write it, also one that is NULL, or of which there is only a hash, as without a key there are.
    private static func takeDescription(from rest: inout ArraySlice<UInt8>, of column: ComparedTable.Column) -> String?
    {
        let isDelimited = column.form == .delimited || column.form == .floating
        if column.isNullable, !isDelimited, rest.first == UInt8(ascii: "N") {
            rest.removeFirst()
            return "NULL"
        }
        if column.form == .long || column.form == .longDelimited, rest.first == UInt8(ascii: "#"), rest.count > 64 {
            defer { rest.removeFirst(65) }
            return String(decoding: rest.prefix(17), as: UTF8.self) + "…"
        }
        guard let value = takeCell(from: &rest, form: column.form) else { return nil }
        if column.isNullable, isDelimited, value.elementsEqual("N".utf8) { return "NULL" }
        return describe(value, type: column.type)
    }

    /// A cell's value, as ``CanonicalForm`` wrote it; `nil` if that is not what stands there.
    private static func takeCell(from rest: inout ArraySlice<UInt8>, form: CanonicalForm) -> ArraySlice<UInt8>? {
        switch form {
        case .sized, .long:
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
                let length = Int(String(decoding: rest[..<colon], as: UTF8.self)), length >= 0,
                length <= rest.endIndex - colon - 1
            else { return nil }
            let value = rest[(colon + 1)..<(colon + 1 + length)]
            rest = rest[value.endIndex...]
            return value
        case .delimited, .longDelimited, .floating:
            guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { return nil }
            let value = rest[..<comma]
            rest = rest[(comma + 1)...]
            return value
        }
    }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in hexadecimal {
            guard let value = digit.hexDigitValue.map({ UInt8($0) }) else { return [] }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}
