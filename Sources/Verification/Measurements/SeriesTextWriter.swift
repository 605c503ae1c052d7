import ColumnarBytes
import InfluxProtocol

/// Writes the texts of streamed points, one after the other (``ComparedMeasurement``).
struct SeriesTextWriter: ~Copyable {
    /// Where the next value of a column is.
    private struct Cursor {
        var kind: SeriesColumn.Kind
        var next: UnsafeRawPointer
        let nulls: UnsafeRawPointer?
    }

    /// Keeps the memory that the cursors point into.
    private let rows: SeriesRows
    private var cursors: [Cursor]
    private var row = 0
    private let count: Int
    /// Where the cells of the last point end in its text.
    private(set) var ends: [Int]
    let text = GrowableBytes(minimumCapacity: 512)
    private(set) var time: Int64 = 0

    init(_ rows: SeriesRows) {
        self.rows = rows
        count = rows.rows
        ends = Array(repeating: 0, count: rows.columns.count)
        cursors = zip(rows.columns, rows.buffers).compactMap { column, buffer in
            buffer.data.bytes.baseAddress.map {
                Cursor(
                    kind: column.kind,
                    next: $0,
                    nulls: buffer.isNullable ? buffer.nulls.bytes.baseAddress : nil
                )
            }
        }
    }

    /// Writes the next point's text in place of the last one's.
    ///
    /// - Returns: false at the end.
    mutating func next() -> Bool {
        guard row < count, cursors.count == ends.count else { return false }
        text.removeAll()
        for index in cursors.indices {
            Self.write(&cursors[index], row, text, &time)
            ends[index] = text.count
        }
        row += 1
        return true
    }

    private static func write(_ cursor: inout Cursor, _ row: Int, _ text: GrowableBytes, _ time: inout Int64) {
        let isNull = cursor.nulls?.load(fromByteOffset: row, as: UInt8.self) == 1
        switch cursor.kind {
        case .time:
            time = Int64(littleEndian: cursor.next.loadUnaligned(as: Int64.self))
            cursor.next += 8
            if time < 0 { text.append(UInt8(ascii: "-")) }
            text.appendDigits(time.magnitude)
            text.append(UInt8(ascii: ","))
        case .tag: appendString(&cursor, to: text)
        case .field(.string):
            if isNull {
                skipString(&cursor)
                text.append(UInt8(ascii: "N"))
            } else {
                appendString(&cursor, to: text)
            }
        case .field(.boolean):
            text.append(isNull ? UInt8(ascii: "N") : UInt8(ascii: "0") + cursor.next.load(as: UInt8.self))
            text.append(UInt8(ascii: ","))
            cursor.next += 1
        case .field(.float), .field(.integer), .field(.unsigned):
            if isNull {
                text.append(UInt8(ascii: "N"))
            } else {
                text.appendDigits(UInt64(littleEndian: cursor.next.loadUnaligned(as: UInt64.self)))
            }
            text.append(UInt8(ascii: ","))
            cursor.next += 8
        }
    }

    private static func appendString(_ cursor: inout Cursor, to text: GrowableBytes) {
        let length = takeLength(&cursor)
        text.appendDigits(UInt64(length))
        text.append(UInt8(ascii: ":"))
        text.append(UnsafeRawBufferPointer(start: cursor.next, count: length))
        cursor.next += length
    }

    private static func skipString(_ cursor: inout Cursor) { cursor.next += takeLength(&cursor) }

    /// A VarUInt, which our own decoder has written.
    private static func takeLength(_ cursor: inout Cursor) -> Int {
        var length = 0
        var shift = 0
        while true {
            let byte = cursor.next.load(as: UInt8.self)
            cursor.next += 1
            length |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return length }
            shift += 7
        }
    }
}

extension GrowableBytes {
    /// A number in decimal digits.
    fileprivate func appendDigits(_ number: UInt64) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = digits.count
            var rest = number
            repeat {
                start -= 1
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest > 0
            append(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }
}
