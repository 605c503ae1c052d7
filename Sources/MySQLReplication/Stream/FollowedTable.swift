import ColumnarBytes
import MySQLProtocol
import MySQLSchema
import Warehouse

/// A table that the stream decodes: its mapping, and the decoder compiled from its newest table map.
final class FollowedTable {
    let mapping: TableMapping
    let name: String
    /// How many times the table had been stopped when it was followed.
    let stops: Int
    /// Bytes that a row takes in memory at most, in addition to eight times its bytes in the binlog.
    let rowBytesMax: Int
    /// Rows that may be decoded before their bytes are counted: a megabyte of them.
    let rowsPerCheck: UInt64
    private var map: TableMapEvent?
    private(set) var decoder: RowDecoder?
    /// The same for images from before: a decoder stays with the columns that it has last written to.
    private(set) var beforeDecoder: RowDecoder?
    /// Passes over rows where decoding them failed.
    private(set) var skipper: RowDecoder?

    /// Changed rows that were read since they were last counted.
    private var changes = RowChanges()
    private var hasChanges = false

    init(_ mapping: TableMapping, stops: Int = 0) {
        self.mapping = mapping
        self.stops = stops
        name = mapping.definition.name.description
        // And its number, whether it is deleted, and when it was committed.
        rowBytesMax = zip(mapping.warehouse.columns, mapping.types).reduce(17) { sum, column in
            sum + (column.0.isNullable ? 1 : 0) + column.1.descriptor.bytesMaxBesideWire
        }
        rowsPerCheck = UInt64(min(256, max(1, (1 << 20) / rowBytesMax)))
    }

    /// Counts changed rows.
    ///
    /// - Returns: whether they are the first since ``takeChanges()``.
    func count(_ rows: UInt64, _ operation: RowsEvent.Operation) -> Bool {
        guard rows > 0 else { return false }
        changes.add(Int(clamping: rows), operation)
        defer { hasChanges = true }
        return !hasChanges
    }

    func takeChanges() -> RowChanges {
        defer {
            changes = RowChanges()
            hasChanges = false
        }
        return changes
    }

    /// Makes the decoder fit `map`, or says why the rows that follow cannot be decoded.
    func prepare(for map: TableMapEvent) -> TableRefusal? {
        if decoder != nil, let known = self.map, known.describesSameRows(as: map) { return nil }
        if let code = map.unknownType {
            return TableRefusal(
                cause: "a column of it has a type in the binlog that this version of Leat does not know (\(code))",
                remedy: "leat tables resync \(name)   with a version that does"
            )
        }
        if let difference = difference(from: map) {
            return TableRefusal(
                cause: "its rows in the binlog are not what its definition says: \(difference)",
                remedy: "leat tables resync \(name)"
            )
        }
        do {
            let targets = mapping.types.enumerated().map { index, type in
                // Without a key all of a row says which one it is.
                RowTarget(buffer: index, type: type, isKey: mapping.isMultiset || mapping.keyIndexes.contains(index))
            }
            decoder = try RowDecoder(table: map, targets: targets)
            beforeDecoder = try RowDecoder(table: map, targets: targets)
            skipper = try map.skippingDecoder()
            self.map = map
            return nil
        } catch {
            return TableRefusal(cause: "its rows cannot be decoded (\(error))", remedy: "leat tables resync \(name)")
        }
    }

    private func difference(from map: TableMapEvent) -> String? {
        guard map.hasFullMetadata else {
            return "the binlog has no column names (binlog_row_metadata was switched to MINIMAL)"
        }
        let columns = mapping.definition.columns
        guard map.columns.count == columns.count else {
            return "\(map.columns.count) columns instead of \(columns.count)"
        }
        for (index, (logged, defined)) in zip(map.columns, columns).enumerated() {
            if let name = logged.name, name != defined.name {
                return "column \(index + 1) is `\(name)`, not `\(defined.name)`"
            }
            if logged.type != defined.type { return "column `\(defined.name)` has another type" }
            if logged.isNullable != defined.isNullable {
                return "column `\(defined.name)` is \(logged.isNullable ? "nullable" : "NOT NULL")"
            }
        }
        return nil
    }
}

extension RowChanges {
    mutating func add(_ rows: Int, _ operation: RowsEvent.Operation) {
        switch operation {
        case .write: inserts &+= rows
        case .update: updates &+= rows
        case .delete: deletes &+= rows
        }
    }

    static func += (sum: inout RowChanges, other: RowChanges) {
        sum.inserts &+= other.inserts
        sum.updates &+= other.updates
        sum.deletes &+= other.deletes
    }
}

extension TableMapEvent {
    /// Whether rows under both maps are laid out alike; the table id, which differs after every reopening, aside.
    func describesSameRows(as other: TableMapEvent) -> Bool {
        columns == other.columns && hasFullMetadata == other.hasFullMetadata && unknownType == other.unknownType
    }

    /// A decoder that passes over rows without decoding them.
    func skippingDecoder() throws -> RowDecoder {
        try RowDecoder(table: self, targets: Array(repeating: nil, count: columns.count))
    }
}

extension RowDecoder {
    /// Moves past one row of the event: an image, or for an update two.
    func skip(_ rows: inout ByteCursor, of event: RowsEvent) throws {
        switch event.operation {
        case .write: try skipRow(&rows, presence: event.after)
        case .delete: try skipRow(&rows, presence: event.before)
        case .update:
            try skipRow(&rows, presence: event.before)
            if event.hasDifferences { try skipDifferencesHeader(&rows) }
            try skipRow(&rows, presence: event.after)
        }
    }
}
