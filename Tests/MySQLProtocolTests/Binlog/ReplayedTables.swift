import ColumnarBytes
import MySQLProtocol

/// Applies a binlog's rows to tables in memory: what the source's tables hold in the end.
struct ReplayedTables {
    /// Rows by table and, within, by the text of the key.
    private(set) var rows: [String: [String: [String?]]] = [:]
    /// All events but rows, by order of arrival.
    private(set) var events: [BinlogEvent] = []
    private(set) var headers: [BinlogEventHeader] = []
    private(set) var tableMaps: [String: TableMapEvent] = [:]
    /// What rows events could not be decoded, by table.
    private(set) var failures: [String: [any Error]] = [:]
    /// The keys of rows whose documents were logged as differences.
    private(set) var updatedInPart: [String] = []
    private var maps: [UInt64: TableMapEvent] = [:]
    /// Whether dates are decoded to text.
    private let hasDateText: Bool

    init(hasDateText: Bool = false) { self.hasDateText = hasDateText }

    private func type(of column: TableMapColumn) -> MySQLType? {
        (hasDateText ? column.type?.asDateText : nil) ?? column.type
    }

    mutating func apply(_ header: BinlogEventHeader, _ event: BinlogEvent) throws {
        switch event {
        case .tableMap(let map):
            maps[map.tableID] = map
            // Without metadata there are no names or types to decode by.
            if map.hasFullMetadata { tableMaps[map.table] = map }
        case .rows(let rows):
            guard let map = maps[rows.tableID], map.hasFullMetadata else { return }
            do { try apply(rows, of: map) } catch { failures[map.table, default: []].append(error) }
            return
        default: break
        }
        events.append(event)
        headers.append(header)
    }

    private mutating func apply(_ event: RowsEvent, of map: TableMapEvent) throws {
        let keys = map.primaryKey.map(\.column)
        var buffers: [ColumnBuffer] = []
        var targets: [RowTarget?] = []
        for (index, column) in map.columns.enumerated() {
            guard let type = type(of: column), let layout = type.columnLayout else {
                throw RowDecoderError.unsupportedType(column: index)
            }
            targets.append(RowTarget(buffer: index, type: type, isKey: keys.contains(index)))
            buffers.append(ColumnBuffer(layout: layout, isNullable: column.isNullable))
        }
        let decoder = try RowDecoder(table: map, targets: targets)
        var cursor = event.rows
        while !cursor.isAtEnd {
            switch event.operation {
            case .write:
                try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
                let row = takeRow(buffers, map)
                put(row, key(row, keys), map)
            case .update where event.hasDifferences:
                let update = try decoder.beginUpdate(&cursor, of: event)
                try decoder.decodeKeyOnly(before: update.before, after: &cursor, of: event, into: buffers)
                updatedInPart.append(key(takeRow(buffers, map), keys))
            case .update:
                let update = try decoder.beginUpdate(&cursor, of: event)
                var before = update.before
                try decoder.decodeRow(&before, presence: event.before, into: buffers)
                let old = takeRow(buffers, map)
                try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
                let new = takeRow(buffers, map)
                guard update.isKeyChanged == (key(old, keys) != key(new, keys)) else {
                    throw ReplayError.wrongKeyChange
                }
                guard rows[map.table]?[key(old, keys)] == old else { throw ReplayError.unknownRow }
                put(nil, key(old, keys), map)
                put(new, key(new, keys), map)
            case .delete:
                var tombstone = cursor
                try decoder.decodeRow(&cursor, presence: event.before, into: buffers)
                let old = takeRow(buffers, map)
                try decoder.decodeKeyOnly(&tombstone, presence: event.before, into: buffers)
                guard tombstone.position == cursor.position else { throw ReplayError.wrongTombstone }
                guard key(takeRow(buffers, map), keys) == key(old, keys) else { throw ReplayError.wrongTombstone }
                guard rows[map.table]?[key(old, keys)] == old else { throw ReplayError.unknownRow }
                put(nil, key(old, keys), map)
            }
        }
    }

    private mutating func put(_ row: [String?]?, _ key: String, _ map: TableMapEvent) {
        rows[map.table, default: [:]][key] = row
    }

    private func takeRow(_ buffers: [ColumnBuffer], _ map: TableMapEvent) -> [String?] {
        zip(buffers, map.columns).map { buffer, column in
            defer { buffer.removeAll() }
            guard let type = type(of: column) else { return nil }
            return texts(of: buffer, type: type).first ?? nil
        }
    }

    private func key(_ row: [String?], _ columns: [Int]) -> String {
        (columns.isEmpty ? Array(row.indices) : columns).map { row[$0] ?? "NULL" }.joined(separator: "|")
    }
}

enum ReplayError: Error {
    case wrongKeyChange
    case unknownRow
    case wrongTombstone
}
