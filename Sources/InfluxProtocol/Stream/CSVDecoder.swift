import ColumnarBytes

/// Reads the CSV of 1.x: a line of names (`name,tags,time,…`), a line for each row, and an empty line before other
/// names.
public struct CSVDecoder: StreamDecoder {
    /// What comes next.
    private enum Place {
        case names, errorText, row, measurement, tags, cell, rowEnd
    }

    private var place = Place.names
    private var cell = 0
    private let scratch = GrowableBytes()

    /// Whether there was a line of names. An empty answer can mean that there are no rows, or that there was an error.
    public private(set) var hasNames = false

    public init() {}

    public var isComplete: Bool { place == .names || place == .row }

    public mutating func decode(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        into rows: inout RowAssembly
    ) throws(DecodingFault) -> Int {
        var scanner = JSONScanner(bytes, from: start, scratch: scratch)
        // Where the step began that needs more bytes: it is begun again with them.
        var begun = start
        do throws(DecodingFault) {
            while !rows.isFull {
                begun = scanner.at
                try step(&scanner, &rows)
            }
        } catch .incomplete {
            return begun
        }
        return scanner.at
    }

    private mutating func step(_ scanner: inout JSONScanner, _ rows: inout RowAssembly) throws(DecodingFault) {
        switch place {
        case .names:
            if try takeLineFeed(&scanner) { return }
            try readNames(&scanner, &rows)
        case .errorText:
            throw .failed(InfluxError(statement: String(decoding: try text(&scanner), as: UTF8.self)))
        case .row: place = try takeLineFeed(&scanner) ? .names : .measurement
        case .measurement:
            _ = try text(&scanner)
            try takeComma(&scanner)
            place = .tags
        case .tags:
            if try !text(&scanner).isEmpty { throw .malformed("no tags: CSV is not for GROUP BY") }
            cell = 0
            place = .cell
        case .cell:
            if cell == rows.cells.count {
                place = .rowEnd
                return
            }
            try takeComma(&scanner)
            if try !readCell(&scanner, rows.cells[cell]) { throw rows.mismatch(cell: cell) }
            cell += 1
        case .rowEnd:
            if try !takeLineFeed(&scanner) { throw .malformed("as many values as columns") }
            rows.endRow()
            place = .row
        }
    }

    private mutating func readNames(_ scanner: inout JSONScanner, _ rows: inout RowAssembly) throws(DecodingFault) {
        var names: [String] = []
        while true {
            if names.count >= ResultState.namesMax { throw .malformed("fewer columns") }
            names.append(String(decoding: try text(&scanner), as: UTF8.self))
            if try takeLineFeed(&scanner) { break }
            try takeComma(&scanner)
        }
        hasNames = true
        if names == ["error"] {
            place = .errorText
            return
        }
        guard names.count > 2, names[0] == "name", names[1] == "tags" else { throw .malformed("a line of names") }
        try rows.begin(columns: Array(names[2...]), tags: [])
        place = .row
    }

    private func takeLineFeed(_ scanner: inout JSONScanner) throws(DecodingFault) -> Bool {
        if scanner.at >= scanner.end { throw .incomplete }
        guard scanner.byte(scanner.at) == UInt8(ascii: "\n") else { return false }
        scanner.at += 1
        return true
    }

    /// Line feeds mean something here, so unlike in JSON nothing is skipped.
    private func takeComma(_ scanner: inout JSONScanner) throws(DecodingFault) {
        if scanner.at >= scanner.end { throw .incomplete }
        if scanner.byte(scanner.at) != UInt8(ascii: ",") { throw .malformed("as many values as columns") }
        scanner.at += 1
    }

    /// Whether the value ends here.
    private func isAtEnd(_ scanner: JSONScanner) throws(DecodingFault) -> Bool {
        if scanner.at >= scanner.end { throw .incomplete }
        let here = scanner.byte(scanner.at)
        return here == UInt8(ascii: ",") || here == UInt8(ascii: "\n")
    }

    /// Reads a value as text, without its quotes; valid until the next.
    private func text(_ scanner: inout JSONScanner) throws(DecodingFault) -> UnsafeRawBufferPointer {
        if scanner.at >= scanner.end { throw .incomplete }
        let start = scanner.at
        guard scanner.byte(start) == UInt8(ascii: "\"") else {
            while try !isAtEnd(scanner) { scanner.at += 1 }
            return UnsafeRawBufferPointer(start: scanner.base + start, count: scanner.at - start)
        }
        let output = scratch.sink
        output.removeAll()
        var index = start + 1
        while index + 1 < scanner.end {
            let here = scanner.byte(index)
            if here == UInt8(ascii: "\"") {
                if scanner.byte(index + 1) != UInt8(ascii: "\"") {
                    scanner.at = index + 1
                    if try !isAtEnd(scanner) { throw .malformed("a comma behind a quoted value") }
                    return output.bytes
                }
                index += 1
            }
            output.append(here)
            index += 1
        }
        throw .incomplete
    }

    /// - Returns: Whether the value fits its column. Nothing is appended unless the whole value is there.
    private func readCell(_ scanner: inout JSONScanner, _ cell: Cell) throws(DecodingFault) -> Bool {
        switch cell.kind {
        case .tag:
            cell.sink.appendString(try text(&scanner))
            return true
        case .string: return false
        case .time, .float, .integer, .unsigned: return try readNumber(&scanner, cell)
        case .boolean:
            if try isAtEnd(scanner) { return cell.appendAbsent() }
            let value = scanner.byte(scanner.at) == UInt8(ascii: "t")
            try scanner.word(value ? "true" : "false")
            if try !isAtEnd(scanner) { return false }
            cell.sink.append(value ? UInt8(1) : 0)
            return true
        }
    }

    private func readNumber(_ scanner: inout JSONScanner, _ cell: Cell) throws(DecodingFault) -> Bool {
        if try isAtEnd(scanner) { return cell.appendAbsent() }
        let first = scanner.byte(scanner.at)
        guard first == UInt8(ascii: "-") || first &- 0x30 <= 9 else { return false }
        let number = try scanner.number()
        guard try isAtEnd(scanner) else { return false }
        switch cell.kind {
        case .float:
            guard let value = number.double else { return false }
            cell.sink.append(value.bitPattern)
        case .unsigned:
            guard let value = number.unsigned else { return false }
            cell.sink.append(value)
        default:
            guard let value = number.integer else { return false }
            cell.sink.append(value)
        }
        return true
    }
}
