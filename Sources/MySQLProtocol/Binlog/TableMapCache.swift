import ColumnarBytes

/// The table maps decoded last, by table id: each transaction repeats those of its tables byte for byte, and decoding
/// one costs more than decoding a hundred rows.
///
/// Results that come from here share their storage, so that comparing one with the last of its table takes no time.
final class TableMapCache {
    private struct Entry {
        /// The event's body.
        let bytes: [UInt8]
        let map: TableMapEvent
    }

    /// Ids change with each opening of a table, so old ones pile up.
    private static let entriesMax = 1024

    private var entries: [UInt64: Entry] = [:]

    /// Decodes a table map, or finds it.
    ///
    /// - Throws: ``BinlogError``; `ByteCursorError`.
    func tableMap(decoding bytes: inout ByteCursor) throws -> TableMapEvent {
        let body = bytes.rest
        var ahead = bytes
        let id = try ahead.readUInt(width: 6)
        if let entry = entries[id], entry.bytes.count == body.count,
            entry.bytes.withUnsafeBytes({ UnsafeRawBufferPointer.haveEqualBytes($0, body) })
        {
            _ = bytes.readRest()
            return entry.map
        }
        let map = try TableMapEvent(decoding: &bytes)
        if bytes.isAtEnd {
            if entries.count >= TableMapCache.entriesMax { entries.removeAll() }
            entries[id] = Entry(bytes: Array(body), map: map)
        }
        return map
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both hold the same bytes; their counts must be equal. Eight at a time: `elementsEqual` takes one.
    @inline(__always)
    static func haveEqualBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        let count = left.count
        while offset + 8 <= count {
            if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset += 8
        }
        while offset < count {
            if left[offset] != right[offset] { return false }
            offset += 1
        }
        return true
    }
}
