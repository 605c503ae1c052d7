import ColumnarBytes

/// Reads JSON as it comes: one object a chunk, or one for a whole result where the server does not cut it.
public struct JSONResultDecoder: StreamDecoder {
    private var state = ResultState()
    // Whether something stands before the next member or element at each level.
    private var isFirstDocumentMember = true
    private var isFirstResult = true
    private var isFirstResultMember = true
    private var isFirstSeries = true
    private var isFirstSeriesMember = true
    private var isFirstRow = true
    private let scratch = GrowableBytes()

    public init() {}

    public var isComplete: Bool { state.isComplete }

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
                if state.place == .document { scanner.skipSpace() }
                begun = scanner.at
                if state.place == .row || state.place == .cell {
                    try readRows(&scanner, &begun, &rows)
                } else {
                    try step(&scanner, &rows)
                }
            }
        } catch .incomplete {
            return begun
        }
        return scanner.at
    }

    private mutating func step(_ scanner: inout JSONScanner, _ rows: inout RowAssembly) throws(DecodingFault) {
        switch state.place {
        case .document:
            try scanner.expect("{", "an object")
            isFirstDocumentMember = true
            state.place = .documentMember
        case .documentMember:
            guard let key = try Self.member(&scanner, isFirst: isFirstDocumentMember) else {
                state.endDocument()
                return
            }
            try readDocumentMember(key, &scanner)
        case .result:
            guard try Self.element(&scanner, isFirst: isFirstResult) else {
                state.place = .documentMember
                return
            }
            try scanner.expect("{", "an object")
            isFirstResult = false
            isFirstResultMember = true
            state.isPartial = false
            state.place = .resultMember
        case .resultMember:
            guard let key = try Self.member(&scanner, isFirst: isFirstResultMember) else {
                state.place = .result
                return
            }
            try readResultMember(key, &scanner)
        case .series:
            guard try Self.element(&scanner, isFirst: isFirstSeries) else {
                state.place = .resultMember
                return
            }
            try scanner.expect("{", "an object")
            isFirstSeries = false
            isFirstSeriesMember = true
            state.beginSeries()
            state.place = .seriesMember
        case .seriesMember:
            guard let key = try Self.member(&scanner, isFirst: isFirstSeriesMember) else {
                state.place = .series
                return
            }
            try readSeriesMember(key, &scanner, &rows)
        case .row, .cell: break
        }
    }

    /// The key of the next member of an object, up to its colon; `nil` after the last one.
    private static func member(_ scanner: inout JSONScanner, isFirst: Bool) throws(DecodingFault) -> String? {
        if try scanner.take("}") { return nil }
        if !isFirst { try scanner.expect(",", "a comma") }
        let key = try scanner.text()
        try scanner.expect(":", "a colon")
        return key
    }

    /// Whether there is another element in an array.
    @inline(__always)
    private static func element(_ scanner: inout JSONScanner, isFirst: Bool) throws(DecodingFault) -> Bool {
        if try scanner.take("]") { return false }
        if !isFirst { try scanner.expect(",", "a comma") }
        return true
    }

    private mutating func readDocumentMember(_ key: String, _ scanner: inout JSONScanner) throws(DecodingFault) {
        switch key {
        case "results":
            try scanner.expect("[", "an array")
            isFirstResult = true
            state.place = .result
        case "error": throw .failed(InfluxError(statement: try scanner.text()))
        default: try scanner.skipValue()
        }
        isFirstDocumentMember = false
    }

    private mutating func readResultMember(_ key: String, _ scanner: inout JSONScanner) throws(DecodingFault) {
        switch key {
        case "series":
            try scanner.expect("[", "an array")
            isFirstSeries = true
            state.place = .series
        case "error": throw .failed(InfluxError(statement: try scanner.text()))
        case "partial": state.isPartial = try Self.boolean(&scanner) || state.isPartial
        default: try scanner.skipValue()
        }
        isFirstResultMember = false
    }

    private mutating func readSeriesMember(
        _ key: String,
        _ scanner: inout JSONScanner,
        _ rows: inout RowAssembly
    ) throws(DecodingFault) {
        switch key {
        case "columns":
            var columns: [String] = []
            try scanner.array { (scanner) throws(DecodingFault) in
                if columns.count >= ResultState.namesMax { throw .malformed("fewer columns") }
                columns.append(try scanner.text())
            }
            state.columns = columns
        case "tags":
            var tags: [(key: String, value: String)] = []
            try scanner.object { (scanner, key) throws(DecodingFault) in
                if tags.count >= ResultState.namesMax { throw .malformed("fewer tags") }
                tags.append((key, try scanner.text()))
            }
            state.tags = tags
        case "values":
            try scanner.expect("[", "an array")
            try rows.begin(columns: state.columns, tags: state.tags)
            isFirstRow = true
            state.place = .row
        case "partial": state.isPartial = try Self.boolean(&scanner)
        default: try scanner.skipValue()
        }
        isFirstSeriesMember = false
    }

    private static func boolean(_ scanner: inout JSONScanner) throws(DecodingFault) -> Bool {
        guard case .boolean(let value)? = try scanner.scalar() else { throw .malformed("a boolean") }
        return value
    }

    /// Reads rows until they, the room for them or the bytes are at an end.
    private mutating func readRows(
        _ scanner: inout JSONScanner,
        _ begun: inout Int,
        _ rows: inout RowAssembly
    ) throws(DecodingFault) {
        let cells = rows.cells
        while true {
            if state.place == .row {
                begun = scanner.at
                guard try Self.element(&scanner, isFirst: isFirstRow) else {
                    state.place = .seriesMember
                    return
                }
                try scanner.expect("[", "an array")
                isFirstRow = false
                state.cell = 0
                state.place = .cell
            }
            while state.cell < cells.count {
                begun = scanner.at
                if state.cell > 0 { try scanner.expect(",", "as many values as columns") }
                if try !Self.readCell(&scanner, cells[state.cell]) { throw rows.mismatch(cell: state.cell) }
                state.cell &+= 1
            }
            begun = scanner.at
            try scanner.expect("]", "as many values as columns")
            rows.endRow()
            state.place = .row
            if rows.isFull { return }
        }
    }

    /// - Returns: Whether the value fits its column. Nothing is appended unless the whole value is there.
    @inline(__always)
    private static func readCell(_ scanner: inout JSONScanner, _ cell: Cell) throws(DecodingFault) -> Bool {
        let first = try scanner.peek()
        switch first {
        case UInt8(ascii: "n"):
            try scanner.word("null")
            return cell.appendAbsent()
        case UInt8(ascii: "\""):
            guard cell.kind == .tag || cell.kind == .string else { return false }
            cell.sink.appendString(try scanner.string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try scanner.number()
            switch cell.kind {
            case .float:
                guard let value = number.double else { return false }
                cell.sink.append(value.bitPattern)
            case .integer, .time:
                guard let value = number.integer else { return false }
                cell.sink.append(value)
            case .unsigned:
                guard let value = number.unsigned else { return false }
                cell.sink.append(value)
            case .tag, .string, .boolean: return false
            }
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            let value = first == UInt8(ascii: "t")
            try scanner.word(value ? "true" : "false")
            guard cell.kind == .boolean else { return false }
            cell.sink.append(value ? UInt8(1) : 0)
        default: throw .malformed("a value")
        }
        return true
    }
}
