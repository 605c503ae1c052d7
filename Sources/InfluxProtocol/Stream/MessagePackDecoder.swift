import ColumnarBytes

/// Reads the MessagePack of 1.x: one map a chunk.
public struct MessagePackDecoder: StreamDecoder {
    private var state = ResultState()
    // What is left at each level; from outside, so only ever counted down.
    private var documentMembers = 0
    private var results = 0
    private var resultMembers = 0
    private var series = 0
    private var seriesMembers = 0
    private var rowsLeft = 0

    public init() {}

    public var isComplete: Bool { state.isComplete }

    public mutating func decode(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        into rows: inout RowAssembly
    ) throws(DecodingFault) -> Int {
        var reader = MessagePackReader(bytes, from: start)
        // Where the step began that needs more bytes: it is begun again with them.
        var begun = start
        do throws(DecodingFault) {
            while !rows.isFull {
                begun = reader.at
                if state.place == .row || state.place == .cell {
                    try readRows(&reader, &begun, &rows)
                } else {
                    try step(&reader, &rows)
                }
            }
        } catch .incomplete {
            return begun
        }
        return reader.at
    }

    private mutating func step(_ reader: inout MessagePackReader, _ rows: inout RowAssembly) throws(DecodingFault) {
        switch state.place {
        case .document:
            documentMembers = try reader.mapCount()
            state.place = .documentMember
        case .documentMember:
            if documentMembers == 0 {
                state.endDocument()
                return
            }
            try readDocumentMember(&reader)
        case .result:
            if results == 0 {
                state.place = .documentMember
                return
            }
            resultMembers = try reader.mapCount()
            results -= 1
            state.isPartial = false
            state.place = .resultMember
        case .resultMember:
            if resultMembers == 0 {
                state.place = .result
                return
            }
            try readResultMember(&reader)
        case .series:
            if series == 0 {
                state.place = .resultMember
                return
            }
            seriesMembers = try reader.mapCount()
            series -= 1
            state.beginSeries()
            state.place = .seriesMember
        case .seriesMember:
            if seriesMembers == 0 {
                state.place = .series
                return
            }
            try readSeriesMember(&reader, &rows)
        case .row, .cell: break
        }
    }

    private mutating func readDocumentMember(_ reader: inout MessagePackReader) throws(DecodingFault) {
        switch try reader.text() {
        case "results":
            results = try reader.arrayCount()
            state.place = .result
        case "error": throw .failed(InfluxError(statement: try reader.text()))
        default: try reader.skipValue()
        }
        documentMembers -= 1
    }

    private mutating func readResultMember(_ reader: inout MessagePackReader) throws(DecodingFault) {
        switch try reader.text() {
        case "series":
            series = try reader.arrayCount()
            state.place = .series
        case "error": throw .failed(InfluxError(statement: try reader.text()))
        case "partial": state.isPartial = try reader.boolean() || state.isPartial
        default: try reader.skipValue()
        }
        resultMembers -= 1
    }

    private mutating func readSeriesMember(
        _ reader: inout MessagePackReader,
        _ rows: inout RowAssembly
    ) throws(DecodingFault) {
        switch try reader.text() {
        case "columns":
            var columns: [String] = []
            for _ in 0..<(try reader.arrayCount()) {
                if columns.count >= ResultState.namesMax { throw .malformed("fewer columns") }
                columns.append(try reader.text())
            }
            state.columns = columns
        case "tags":
            var tags: [(key: String, value: String)] = []
            for _ in 0..<(try reader.mapCount()) {
                if tags.count >= ResultState.namesMax { throw .malformed("fewer tags") }
                tags.append((try reader.text(), try reader.text()))
            }
            state.tags = tags
        case "values":
            rowsLeft = try reader.arrayCount()
            try rows.begin(columns: state.columns, tags: state.tags)
            state.place = .row
        case "partial": state.isPartial = try reader.boolean()
        default: try reader.skipValue()
        }
        seriesMembers -= 1
    }

    /// Reads rows until they, the room for them or the bytes are at an end.
    private mutating func readRows(
        _ reader: inout MessagePackReader,
        _ begun: inout Int,
        _ rows: inout RowAssembly
    ) throws(DecodingFault) {
        let cells = rows.cells
        while true {
            if state.place == .row {
                if rowsLeft == 0 {
                    state.place = .seriesMember
                    return
                }
                begun = reader.at
                if try reader.arrayCount() != cells.count { throw .malformed("as many values as columns") }
                rowsLeft -= 1
                state.cell = 0
                state.place = .cell
            }
            while state.cell < cells.count {
                begun = reader.at
                if try !Self.readCell(&reader, cells[state.cell]) { throw rows.mismatch(cell: state.cell) }
                state.cell &+= 1
            }
            rows.endRow()
            state.place = .row
            if rows.isFull { return }
        }
    }

    /// - Returns: Whether the value fits its column. Nothing is appended unless the whole value is there.
    @inline(__always)
    private static func readCell(_ reader: inout MessagePackReader, _ cell: Cell) throws(DecodingFault) -> Bool {
        if try reader.peek() == 0xC0 {
            reader.at &+= 1
            return cell.appendAbsent()
        }
        switch cell.kind {
        case .float:
            guard try reader.peek() == 0xCB else { return false }
            reader.at &+= 1
            cell.sink.append(try reader.read(UInt64.self))
        case .time, .integer:
            guard let (bits, isNegative) = try reader.integer(), isNegative || bits >> 63 == 0 else { return false }
            cell.sink.append(bits)
        case .unsigned:
            guard let (bits, isNegative) = try reader.integer(), !isNegative else { return false }
            cell.sink.append(bits)
        case .tag, .string:
            guard let length = try reader.stringLength() else { return false }
            cell.sink.appendString(try reader.readBytes(length))
        case .boolean:
            let head = try reader.readByte()
            guard head == 0xC2 || head == 0xC3 else { return false }
            cell.sink.append(head & 1)
        }
        return true
    }
}
