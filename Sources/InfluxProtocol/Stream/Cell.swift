import ColumnarBytes

/// Where the values of one column of a result go.
struct Cell {
    /// ``SeriesColumn/Kind``, flat, for the switch in the loop.
    enum Kind: UInt8 {
        case time, tag, float, integer, unsigned, boolean, string

        init(_ kind: SeriesColumn.Kind) {
            switch kind {
            case .time: self = .time
            case .tag: self = .tag
            case .field(.float): self = .float
            case .field(.integer): self = .integer
            case .field(.unsigned): self = .unsigned
            case .field(.boolean): self = .boolean
            case .field(.string): self = .string
            }
        }
    }

    var kind: Kind
    var sink: ColumnSink

    /// Appends NULL, or "" for a tag.
    ///
    /// - Returns: Whether the column can be without a value; the time cannot.
    @inline(__always)
    func appendAbsent() -> Bool {
        if kind == .time { return false }
        sink.appendDefault()
        return true
    }
}
