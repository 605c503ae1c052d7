import ClickHouseFormat
import ColumnarBytes
import MySQLProtocol
import MySQLSchema
import Testing
import Warehouse

@testable import LeatState
@testable import MySQLReplication

/// ClickHouse as the pipeline sees it: raw tables, views, and `leat.*`. All of it outlives crashes.
struct ModelWarehouse {
    struct Row {
        var values: [String: Int32?]
        var version: UInt64
        var isDeleted: Bool
        var id: Int32 { (values["id"] ?? nil) ?? 0 }
    }

    struct Raw {
        var columns: [String]
        var types: [String]
        var sortingKey: [String]
        /// What rows have in a column that was added later.
        var defaults: [String: Int32] = [:]
        var rows: [Row] = []
        /// False for a table that someone else owns.
        var isOurs = true
    }

    struct View {
        var columns: [String]
        var floor: UInt64
        /// The raw table that it shows, if not the one of its name.
        var raw: String?
    }

    /// By `database.table` of the view.
    private(set) var raw: [String: Raw] = [:]
    private(set) var views: [String: View] = [:]
    /// Views that show their own table again, since its copy was complete.
    private var exchanged: Set<String> = []
    /// What was wrong at some time.
    var problem: String?
    /// What the pipeline did, for the report of a failure.
    var trace: [String] = []
    // leat.*
    var batches: [BatchDefinition] = []
    var acknowledged: UInt64 = 0
    var position = ""
    var hasCheckpoint = false
    var tables: [String: TableState] = [:]
    /// Where the pipeline began from now, the first time and with `--copy-again`.
    var origins: [GTIDSet] = []

    /// What a start finds.
    var recovery: BatchLog.Recovery {
        BatchLog.Recovery(
            checkpoint: Checkpoint(acknowledged: acknowledged, position: position),
            unacknowledged: batches.filter { $0.number > acknowledged },
            acknowledgedParts: batches.filter { $0.number <= acknowledged }.flatMap(\.parts)
                .filter { $0.end != BatchDefinition.Part.untilTheEnd },
            completeAt: 0,
            isNew: !hasCheckpoint && batches.isEmpty,
            epoch: 1
        )
    }

    /// What ``CarriedTransactions`` finds.
    func carried(_ transactions: GTIDSet) -> GTIDSet {
        var found = GTIDSet()
        for batch in batches where batch.kind == .stream || batch.kind == .barrier {
            for text in [batch.position] + batch.parts.map(\.gtid) {
                found.formUnion(((try? GTIDSet(parsing: text)) ?? GTIDSet()).intersection(transactions))
            }
        }
        return found
    }

    private static func key(_ table: WarehouseTable) -> String { "\(table.database).\(table.name)" }

    func rawTable(_ database: String, _ name: String) throws -> RawTable? {
        guard let found = raw["\(database).\(name)"] else { return nil }
        guard found.isOurs else { throw Self.unmanagedObject(name) }
        return RawTable(
            columns: zip(found.columns, found.types).map { "\($0) \($1)" },
            sortingKey: found.sortingKey,
            newestBatch: RowVersion.batch(of: found.rows.map(\.version).max() ?? 0)
        )
    }

    private static func unmanagedObject(_ name: String) -> TableRefusal {
        TableRefusal(cause: "`\(name)` is somebody else's", remedy: "drop it", isRetried: true)
    }

    mutating func create(_ table: WarehouseTable, floor: UInt64) throws {
        let key = Self.key(table)
        if let found = raw[key] {
            guard found.isOurs else { throw Self.unmanagedObject(key) }
        } else {
            raw[key] = Raw(
                columns: table.columnNames,
                types: table.columns.map(\.type),
                sortingKey: table.orderBy
            )
        }
        views[key] = View(columns: table.columnNames, floor: floor)
    }

    mutating func addColumns(_ added: [TableAction.AddedColumn], to table: WarehouseTable, floor: UInt64) {
        let key = Self.key(table)
        for column in added where !(raw[key]?.columns.contains(column.column.name) ?? true) {
            let place = column.after.flatMap { raw[key]?.columns.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
            raw[key]?.columns.insert(column.column.name, at: place)
            raw[key]?.types.insert(column.column.type, at: place)
            if let text = column.default, let value = Int32(text) ?? ModelDate.value(quotedIn: text) {
                raw[key]?.defaults[column.column.name] = value
            }
        }
        views[key] = View(columns: table.columnNames, floor: floor)
    }

    mutating func reshape(
        _ table: WarehouseTable,
        widened: [WarehouseTable.Column],
        dropped: [String],
        floor: UInt64
    ) {
        let key = Self.key(table)
        convertToText(widened, of: table, floor: floor)
        for name in dropped {
            guard let index = raw[key]?.columns.firstIndex(of: name) else { continue }
            raw[key]?.columns.remove(at: index)
            raw[key]?.types.remove(at: index)
            raw[key]?.defaults[name] = nil
            for row in raw[key]?.rows.indices ?? 0..<0 { raw[key]?.rows[row].values[name] = nil }
        }
    }

    mutating func convertToText(_ columns: [WarehouseTable.Column], of table: WarehouseTable, floor: UInt64) {
        let key = Self.key(table)
        for column in columns {
            guard let index = raw[key]?.columns.firstIndex(of: column.name) else { continue }
            raw[key]?.types[index] = column.type
        }
        views[key] = View(columns: table.columnNames, floor: floor)
    }

    mutating func showFrom(_ table: WarehouseTable, floor: UInt64) {
        exchanged.insert(Self.key(table))
        views[Self.key(table)] = View(columns: table.columnNames, floor: floor)
    }

    mutating func createBehind(_ table: WarehouseTable) throws {
        let view = views[Self.key(table)]
        try create(table, floor: 0)
        views[Self.key(table)] = view
    }

    mutating func replace(
        by table: WarehouseTable,
        as kept: String,
        floor: UInt64,
        keepsCopied: Bool
    ) throws {
        let key = Self.key(table)
        let keptKey = "\(table.database).\(kept)"
        exchanged.remove(key)
        if let found = raw[key], !found.isOurs { throw Self.unmanagedObject(key) }
        if raw[keptKey] != nil {
            if !keepsCopied { raw[key] = nil }
        } else if let found = raw.removeValue(forKey: key) {
            raw[keptKey] = found
        }
        if let found = raw[keptKey], views[key]?.raw != keptKey {
            views[key] = View(columns: found.columns, floor: floor, raw: keptKey)
        }
        try createBehind(table)
    }

    /// Notes it if a table that is being rebuilt shows what its copy has brought so far. One whose copy has ended may
    /// have been exchanged just before a crash.
    mutating func requireWhole(_ state: TableState) {
        guard !state.replaces.isEmpty, let name = TableName(parsing: state.name) else { return }
        let key = "\(state.warehouseDatabase).\(name.table)"
        let kept = "\(state.warehouseDatabase).\(state.replaces)"
        if raw[kept] != nil, let view = views[key], view.raw != kept, !exchanged.contains(key) {
            problem = "\(state.name): shown in part"
        }
    }

    mutating func removeReplaced(_ kept: String, of table: WarehouseTable) { raw["\(table.database).\(kept)"] = nil }

    mutating func setAside(_ database: String, _ name: String, batch: UInt64) throws {
        let key = "\(database).\(name)"
        let kept = "\(key)__dropped_\(batch)"
        if raw[kept] != nil { return }
        if let found = raw[key], !found.isOurs { throw Self.unmanagedObject(name) }
        views[key] = nil
        if let found = raw.removeValue(forKey: key) { raw[kept] = found }
    }

    mutating func removeBelowFloor(_ table: WarehouseTable, floor: UInt64) {
        raw[Self.key(table)]?.rows.removeAll { $0.version < RowVersion.first(ofBatch: floor) }
    }

    mutating func tombstoneOlder(than version: UInt64, in table: WarehouseTable) {
        let key = Self.key(table)
        for row in newest(of: key).values where row.version < version && !row.isDeleted {
            raw[key]?.rows.append(Row(values: ["id": row.id], version: version, isDeleted: true))
        }
    }

    /// A batch's rows of one table; false if the table does not take them.
    mutating func insert(_ rows: [Row], columns: [String], into table: WarehouseTable) -> Bool {
        let key = Self.key(table)
        guard let found = raw[key], found.isOurs, Set(columns).isSubset(of: found.columns) else { return false }
        for (name, type) in zip(found.columns, found.types) where type.contains("Date32") {
            let isHeld = rows.allSatisfy { row in (row.values[name] ?? nil).map(ModelDate.fits) ?? true }
            guard isHeld else { return false }
        }
        for row in rows {
            let values = columns.dropFirst().map { (row.values[$0] ?? nil).map { "\($0)" } ?? "NULL" }
            trace.append("    \(key) \(row.id): \(row.isDeleted ? "deleted" : values.joined(separator: ", "))")
        }
        raw[key]?.rows += rows
        return true
    }

    private func newest(of key: String) -> [Int32: Row] {
        var newest: [Int32: Row] = [:]
        for row in raw[key]?.rows ?? [] where row.version >= newest[row.id]?.version ?? 0 { newest[row.id] = row }
        return newest
    }

    /// The rows that a view shows; nil if there is no such view.
    func rows(_ database: String, _ name: String) -> [Int32: [Int32?]]? {
        let key = "\(database).\(name)"
        guard let view = views[key], let found = raw[view.raw ?? key] else { return nil }
        var rows: [Int32: [Int32?]] = [:]
        for (id, row) in newest(of: view.raw ?? key)
        where !row.isDeleted && row.version >= RowVersion.first(ofBatch: view.floor) {
            rows[id] = view.columns.map { row.values[$0] ?? found.defaults[$0] }
        }
        return rows
    }

    /// The rows that the view of a table without a key shows, as text and in order; nil if there is no such view.
    func equalRows(_ database: String, _ name: String) -> [String]? {
        let key = "\(database).\(name)"
        guard let view = views[key], let found = raw[view.raw ?? key],
            found.sortingKey == WarehouseTable.multisetOrder
        else { return nil }
        var counts: [[Int32?]: Int] = [:]
        let versions = Dictionary(found.rows.map { ($0.version, $0) }) { first, _ in first }
        for row in versions.values where row.version >= RowVersion.first(ofBatch: view.floor) {
            let values = view.columns.map { row.values[$0] ?? found.defaults[$0] }
            counts[values, default: 0] += row.isDeleted ? -1 : 1
        }
        return counts.flatMap { row, count in [String](repeating: "\(row)", count: max(0, count)) }.sorted()
    }

    /// Whether rows of a batch are there.
    func holds(batch number: UInt64, of table: WarehouseTable) -> Bool {
        raw[Self.key(table)]?.rows.contains { RowVersion.batch(of: $0.version) == number } ?? false
    }

    mutating func putForeign(_ database: String, _ name: String) {
        if raw["\(database).\(name)"] == nil {
            raw["\(database).\(name)"] = Raw(columns: [], types: [], sortingKey: [], isOurs: false)
        }
    }

    mutating func removeForeign() { raw = raw.filter { $0.value.isOurs } }

    /// The rows of a batch as ClickHouse would read them.
    static func rows(of table: RowBatch, number: UInt64) throws -> [Row] {
        guard table.rows > 0 else { return [] }
        let encoded = try table.encoded(asBatch: number)
        let block = try withExtendedLifetime(encoded) {
            var cursor = ByteCursor(encoded.bytes)
            return try NativeBlockDecoder.decodeBlock(&cursor)
        }
        let names = table.table.columnNames
        let columns = try names.map { try #require(block[$0]) }
        let (version, deleted) = (try #require(block["_version"]), try #require(block["_deleted"]))
        return try (0..<block.rows).map { row in
            let isDeleted = deleted.integer(row) == 1
            var values: [String: Int32?] = [:]
            for (name, column) in zip(names, columns) where !isDeleted || name == "id" || table.table.isMultiset {
                // Other columns are integers.
                let isDate = ["Date32", "String"].contains { table.table.type(of: name).contains($0) }
                values[name] = .some(isDate ? ModelDate.value(column, row) : column.integer(row).map { Int32($0) })
            }
            return Row(values: values, version: try #require(version.unsignedInteger(row)), isDeleted: isDeleted)
        }
    }
}

extension WarehouseTable {
    fileprivate func type(of column: String) -> String { columns.first { $0.name == column }?.type ?? "" }
}
