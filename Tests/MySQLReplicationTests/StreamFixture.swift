import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Testing
import Warehouse

@testable import MySQLReplication

/// A stream over tables `(id INT PRIMARY KEY, v INT)`, and what it has handed over.
struct StreamFixture {
    var state: StreamState
    private(set) var items: [StreamItem] = []

    init(
        tables: [String] = ["a", "b", "c"],
        rows: Int = 1000,
        bytes: Int = 1 << 20,
        outstandingBytes: Int = .max,
        received: GTIDSet = GTIDSet(),
        plan: ReplayPlan? = nil,
        foldsNames: Bool = false,
        isWanted: @escaping @Sendable (TableName) -> Bool = { $0.table != "ignored" }
    ) throws {
        state = StreamState(
            limits: .init(rows: rows, bytes: bytes, interval: .zero, outstandingBytes: outstandingBytes),
            received: received,
            plan: try plan ?? ReplayPlan([]),
            foldsNames: foldsNames,
            isWanted: isWanted
        )
        for table in tables { state.follow(try Self.mapping(table)) }
    }

    static func name(_ text: String) -> TableName {
        TableName(parsing: text) ?? TableName(database: BinlogWriter.database, table: text)
    }

    /// - Parameter table: in `shop`, or with its database.
    static func mapping(_ table: String) throws -> TableMapping {
        let columns = ["id", "v"].map { ColumnDefinition(name: $0, columnType: "int", isNullable: false) }
        let name = name(table)
        return try TableMapping(
            TableDefinition(name: name, columns: columns, primaryKey: ["id"]),
            database: name.database
        )
    }

    mutating func take(_ sequence: Int64, _ pieces: [BinlogWriter.Piece]) throws {
        try take(try BinlogWriter.transaction(sequence, pieces: pieces))
    }

    mutating func take(_ events: [[UInt8]]) throws {
        for event in events {
            try event.withUnsafeBytes { try state.take($0) }
            items += state.takeEmitted()
        }
    }

    mutating func resume() throws {
        try state.resume()
        items += state.takeEmitted()
    }

    /// Hands over what is open.
    mutating func flush() {
        state.cutIfDue(.now + .seconds(3600))
        items += state.takeEmitted()
    }

    /// What was handed over, and forgets it.
    mutating func takeItems() -> [StreamItem] {
        flush()
        defer { items = [] }
        return items
    }

    /// Tables that were refused, in order.
    var refused: [String] { refusals.map(\.table) }

    var refusals: [(table: String, refusal: TableRefusal)] {
        items.compactMap { if case .refused(let table, let refusal) = $0 { (table.table, refusal) } else { nil } }
    }

    var batches: [OpenBatch] { items.compactMap { if case .batch(let batch) = $0 { batch } else { nil } } }

    var barriers: [StreamBarrier] { items.compactMap { if case .barrier(let barrier) = $0 { barrier } else { nil } } }

    /// Rows handed over of a table.
    func rows(of table: String) -> Int {
        batches.reduce(0) { $0 + ($1.tables["\(BinlogWriter.database).\(table)"]?.rows ?? 0) }
    }

    /// Whether transaction `sequence` was received whole.
    func hasReceived(_ sequence: Int64) throws -> Bool {
        state.received.contains(try GTID(uuid: MySQLUUID(parsing: BinlogWriter.uuid), sequence: sequence))
    }
}
