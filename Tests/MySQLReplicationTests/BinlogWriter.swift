import MySQLProtocol

/// Writes the events of transactions the way a server lays them out, without checksums: tables `(id INT PRIMARY KEY, v
/// INT)`.
struct BinlogWriter {
    /// A change of one row. An update may change the key.
    enum Change: Equatable {
        case insert(id: Int32, v: Int32)
        case update(from: (id: Int32, v: Int32), to: (id: Int32, v: Int32))
        case delete(id: Int32, v: Int32)

        static func == (left: Change, right: Change) -> Bool { "\(left)" == "\(right)" }
    }

    /// Changes of one kind to one table: what one rows event holds.
    struct Rows {
        var table: String
        var changes: [Change]
    }

    static let database = "shop"
    static let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

    /// All events of one transaction.
    static func transaction(_ sequence: Int64, _ rows: [Rows]) throws -> [[UInt8]] {
        var events = [try gtid(sequence), begin]
        for (index, part) in rows.enumerated() {
            let id = UInt64(index + 10)
            events.append(tableMap(id, part.table))
            events.append(contentsOf: rowsEvents(id, part.changes))
        }
        events.append(xid)
        return events
    }

    static let begin = query("BEGIN")
    static let xid = event(type: 16, integer(UInt64(1)))

    static func gtid(_ sequence: Int64, of uuid: String = uuid) throws -> [UInt8] {
        let digits = Array(uuid.replacing("-", with: ""))
        let identifier = stride(from: 0, to: 32, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0 }
        let committed = integer(UInt64(1_700_000_000_000_000 + sequence))
        return event(
            type: 33,
            [0],
            identifier,
            integer(sequence),
            [2],
            integer(sequence - 1),
            integer(sequence),
            Array(committed[..<7])
        )
    }

    static func tableID(_ id: UInt64) -> [UInt8] { Array(integer(id)[..<6]) }

    static func tableMap(_ id: UInt64, _ table: String) -> [UInt8] {
        func name(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
        let names = name("id") + name("v")
        // Two INTs, not nullable; then signs (both signed), names and the primary key.
        let columns: [UInt8] = [2, 3, 3, 0, 0]
        let metadata: [UInt8] = [1, 1, 0, 4, UInt8(names.count)]
        return event(
            type: 19,
            tableID(id),
            integer(UInt16(1)),
            name(database),
            [0],
            name(table),
            [0],
            columns,
            metadata,
            names,
            [8, 1, 0]
        )
    }

    /// Rows of one kind each, as a server groups them.
    static func rowsEvents(_ id: UInt64, _ changes: [Change]) -> [[UInt8]] {
        var events: [[UInt8]] = []
        var open: (type: UInt8, rows: [UInt8])?
        func close() {
            guard let open else { return }
            let bitmaps: [UInt8] = open.type == 31 ? [0xFF, 0xFF] : [0xFF]
            events.append(
                event(
                    type: open.type,
                    tableID(id),
                    integer(UInt16(1)),
                    integer(UInt16(2)),
                    [2],
                    bitmaps,
                    open.rows
                )
            )
        }
        func row(_ id: Int32, _ v: Int32) -> [UInt8] { [0xFC] + integer(id) + integer(v) }
        for change in changes {
            let (type, bytes): (UInt8, [UInt8]) =
                switch change {
                case .insert(let id, let v): (30, row(id, v))
                case .update(let from, let to): (31, row(from.id, from.v) + row(to.id, to.v))
                case .delete(let id, let v): (32, row(id, v))
                }
            if open?.type != type {
                close()
                open = (type, [])
            }
            open?.rows += bytes
        }
        close()
        return events
    }

    static func event(type: UInt8, _ parts: [UInt8]...) -> [UInt8] {
        let body = Array(parts.joined())
        let header = [
            integer(UInt32(1_700_000_000)), [type], integer(UInt32(77)), integer(UInt32(19 + body.count)),
            integer(UInt32(0)), integer(UInt16(0)),
        ]
        return Array(header.joined()) + body
    }

    static func integer<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
