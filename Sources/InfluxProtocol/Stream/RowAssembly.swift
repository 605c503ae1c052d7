import ColumnarBytes

/// Where decoded values go: the caller's columns, in the order in which the current series of the result has them, and
/// what is the same for all rows of that series.
public struct RowAssembly {
    /// How many rows, and bytes, make a batch.
    public struct Limits {
        public var rows: Int
        public var bytes: Int

        public init(rows: Int, bytes: Int) {
            self.rows = rows
            self.bytes = bytes
        }
    }

    /// Adding up all buffers takes time, so bytes are checked only every this many rows.
    private static let rowsBetweenChecks = 64

    public let columns: [SeriesColumn]
    private let indexes: [String: Int]
    private let limits: Limits
    private(set) var rows: SeriesRows
    /// Rows in the current batch; only whole ones count.
    public private(set) var count = 0
    public private(set) var isFull = false

    /// In the order of the result's columns.
    private(set) var cells: [Cell] = []
    private var cellIndexes: [Int] = []
    /// Tags of the series itself, for a result with `GROUP BY`: the column, and the bytes in `constantBytes`.
    private var constants: [(index: Int, range: Range<Int>)] = []
    private let constantBytes = GrowableBytes()
    private var constantSinks: [ColumnSink] = []
    /// Columns that the result has nothing for.
    private var absent: [Int] = []
    private var absentSinks: [ColumnSink] = []

    public init(columns: [SeriesColumn], limits: Limits) throws(InfluxError) {
        var indexes: [String: Int] = [:]
        for (index, column) in columns.enumerated() where indexes.updateValue(index, forKey: column.name) != nil {
            throw InfluxError(code: .invalidRequest, message: "the column \(column.name) is named twice")
        }
        self.columns = columns
        self.indexes = indexes
        self.limits = limits
        rows = SeriesRows(columns: columns)
    }

    /// Takes the head of a series.
    ///
    /// - Throws: `.unexpectedColumn` for a column or tag that the caller did not name.
    public mutating func begin(columns names: [String], tags: [(key: String, value: String)]) throws(DecodingFault) {
        var isPresent = [Bool](repeating: false, count: columns.count)
        func place(_ name: String) throws(DecodingFault) -> Int {
            guard let index = indexes[name] else {
                throw .failed(
                    InfluxError(
                        code: .unexpectedColumn,
                        message: "the result has a column that was not expected: \(name.prefix(200))",
                        column: name
                    )
                )
            }
            if isPresent[index] { throw .malformed("each column once") }
            isPresent[index] = true
            return index
        }
        cellIndexes.removeAll(keepingCapacity: true)
        for name in names { cellIndexes.append(try place(name)) }
        constants.removeAll(keepingCapacity: true)
        constantBytes.removeAll()
        for tag in tags {
            let index = try place(tag.key)
            guard columns[index].kind == .tag else { throw mismatch(index, "the tags of a series") }
            let start = constantBytes.count
            var value = tag.value
            value.withUTF8 { constantBytes.append(UnsafeRawBufferPointer($0)) }
            constants.append((index, start..<constantBytes.count))
        }
        absent = isPresent.indices.filter { !isPresent[$0] }
        if let index = absent.first(where: { columns[$0].kind == .time }) {
            throw mismatch(index, "a result without a time")
        }
        bindSinks()
    }

    private mutating func bindSinks() {
        let buffers = rows.buffers
        cells = cellIndexes.map { Cell(kind: Cell.Kind(columns[$0].kind), sink: buffers[$0].sink) }
        constantSinks = constants.map { buffers[$0.index].sink }
        absentSinks = absent.map { buffers[$0].sink }
    }

    /// Completes a row of which every cell has got its value.
    @inline(__always)
    public mutating func endRow() {
        if !constantSinks.isEmpty {
            let bytes = constantBytes.bytes
            for index in constantSinks.indices {
                constantSinks[index].appendString(UnsafeRawBufferPointer(rebasing: bytes[constants[index].range]))
            }
        }
        for sink in absentSinks { sink.appendDefault() }
        count &+= 1
        if count >= limits.rows {
            isFull = true
        } else if count % Self.rowsBetweenChecks == 0 && rows.byteCount >= limits.bytes {
            isFull = true
        }
    }

    /// Hands out the rows so far; must only be called between two rows.
    public mutating func take() -> SeriesRows {
        count = 0
        isFull = false
        return rows
    }

    /// Continues with `next`, or with fresh memory.
    public mutating func resume(with next: SeriesRows?) throws(InfluxError) {
        if let next, next !== rows, next.columns != columns {
            throw InfluxError(code: .invalidRequest, message: "recycled row buffer has a different column layout")
        }
        rows = next ?? SeriesRows(columns: columns)
        rows.removeAll()
        bindSinks()
    }

    /// The error for a value that its column cannot hold.
    public func mismatch(cell: Int) -> DecodingFault {
        guard cell < cellIndexes.count else { return .malformed("as many values as columns") }
        return mismatch(cellIndexes[cell], "a value in the result")
    }

    private func mismatch(_ index: Int, _ what: String) -> DecodingFault {
        let column = columns[index]
        let expected =
            switch column.kind {
            case .time: "the time"
            case .tag: "a tag"
            case .field(let type): "a field of type \(type.rawValue)"
            }
        return .failed(
            InfluxError(
                code: .typeMismatch,
                message: "\(what) does not fit the column \(column.name), which is \(expected)",
                column: column.name
            )
        )
    }
}
