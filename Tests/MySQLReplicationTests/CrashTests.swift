import ClickHouseFormat
import ColumnarBytes
import LeatState
import MySQLProtocol
import MySQLSchema
import Testing
import Warehouse

@testable import MySQLReplication

/// Runs the stream over random transactions, ends it at random places as a crash does, and starts it again from what
/// the warehouse would have recorded. Whatever happens: the rows with the highest versions are the source's rows, a
/// batch that is written twice is the same both times, and what the batches say of checksums adds up to that of the
/// rows.
@Suite("The stream and crashes")
struct CrashTests {
    @Test(
        "after any number of crashes and broken connections the newest versions are the source's rows",
        arguments: 0..<400
    )
    func crashes(seed: UInt64) throws {
        var random = Randomness(state: seed)
        let source = try RandomSource(&random)
        var warehouse = SimulatedWarehouse()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            // Up to here it comes this time; not all that is in the open batch has been handed over.
            let end = Int.random(in: 0...source.events.count, using: &random)
            try warehouse.run(source, until: end, crashes: true, &random)
        }
        try warehouse.run(source, until: source.events.count, crashes: false, &random)
        for table in RandomSource.followed {
            #expect(warehouse.rows(of: table) == source.tables[table], "\(table)")
            #expect(warehouse.checksum(of: table) == Self.checksum(source.tables[table] ?? [:]), "\(table)")
        }
        #expect(try warehouse.position == source.position)
    }

    private static func checksum(_ rows: [Int32: Int32]) -> RowsChecksum {
        let id = ColumnBuffer(layout: .fixed(width: 4), isNullable: false)
        let v = ColumnBuffer(layout: .fixed(width: 4), isNullable: false)
        for row in rows {
            id.append(row.key)
            v.append(row.value)
        }
        return RowHashing.checksum(of: [("id", id), ("v", v)])
    }
}

/// A source that has done some transactions of some statements.
private struct RandomSource {
    static let followed = ["orders", "items"]
    private(set) var tables: [String: [Int32: Int32]] = ["orders": [:], "items": [:], "ignored": [:]]
    /// Every event, with the transaction that it belongs to.
    private(set) var events: [(transaction: Int64, bytes: [UInt8])] = []

    var position: GTIDSet {
        get throws { try GTIDSet(parsing: "\(BinlogWriter.uuid):1-\(events.last?.transaction ?? 0)") }
    }

    init(_ random: inout Randomness) throws {
        for sequence in 1...Int64.random(in: 3...12, using: &random) {
            let isLarge = Int.random(in: 0..<4, using: &random) == 0
            var statements: [BinlogWriter.Rows] = []
            for _ in 0..<Int.random(in: isLarge ? 10...40 : 1...4, using: &random) {
                statements.append(statement(&random))
            }
            for event in try BinlogWriter.transaction(sequence, statements.filter { !$0.changes.isEmpty }) {
                events.append((sequence, event))
            }
        }
    }

    private mutating func statement(_ random: inout Randomness) -> BinlogWriter.Rows {
        let table = ["orders", "orders", "items", "ignored"].randomElement(using: &random) ?? "orders"
        var rows = tables[table] ?? [:]
        var changes: [BinlogWriter.Change] = []
        let kind = Int.random(in: 0..<4, using: &random)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            // Few keys, so that each is changed often.
            let id = Int32.random(in: 1...20, using: &random)
            let v = Int32.random(in: 0...1_000_000, using: &random)
            let other = Int32.random(in: 1...20, using: &random)
            switch (kind, rows[id]) {
            case (0, nil), (1, nil):
                changes.append(.insert(id: id, v: v))
                rows[id] = v
            case (0, let old?), (1, let old?):
                changes.append(.update(from: (id, old), to: (id, v)))
                rows[id] = v
            case (2, let old?):
                changes.append(.delete(id: id, v: old))
                rows[id] = nil
            case (3, let old?) where rows[other] == nil:
                changes.append(.update(from: (id, old), to: (other, v)))
                rows[id] = nil
                rows[other] = v
            default: break
            }
        }
        tables[table] = rows
        return BinlogWriter.Rows(table: table, changes: changes)
    }
}

/// What the pipeline does around the stream, and ClickHouse, in so far as it matters here.
private struct SimulatedWarehouse {
    private struct Row: Equatable {
        var id: Int32
        var v: Int32
        var version: UInt64
        var isDeleted: Bool
    }

    private var definitions: [BatchDefinition] = []
    private var written: [UInt64: [String: [Row]]] = [:]
    private var acknowledged: UInt64 = 0
    private(set) var position = GTIDSet()
    private var waiting: [(after: Int, transactions: GTIDSet)] = []
    /// Nothing that comes now is recorded any more.
    private var isDead = false

    /// The rows that a view would show.
    func rows(of table: String) -> [Int32: Int32] {
        var newest: [Int32: Row] = [:]
        for batch in written.values {
            for row in batch["\(BinlogWriter.database).\(table)"] ?? []
            where row.version >= newest[row.id]?.version ?? 0 {
                newest[row.id] = row
            }
        }
        return newest.filter { !$0.value.isDeleted }.mapValues(\.v)
    }

    /// What all batches together have made of a table's checksum.
    func checksum(of table: String) -> RowsChecksum {
        definitions.reduce(into: RowsChecksum()) { sum, definition in
            if let change = definition.checksums["\(BinlogWriter.database).\(table)"] { sum += change }
        }
    }

    mutating func run(_ source: RandomSource, until end: Int, crashes: Bool, _ random: inout Randomness) throws {
        isDead = false
        let open = definitions.filter { $0.number > acknowledged }
        let parts = definitions.filter { $0.number <= acknowledged }.flatMap(\.parts)
        let plan = try ReplayPlan(open, acknowledgedParts: parts, position: position)
        var state = StreamState(
            limits: .init(
                rows: Int.random(in: 1...12, using: &random),
                bytes: [60, 1 << 20].randomElement(using: &random) ?? 60,
                interval: .zero,
                outstandingBytes: .max,
                hasChecksums: true
            ),
            received: position,
            plan: plan,
            isWanted: { RandomSource.followed.contains($0.table) }
        )
        for table in RandomSource.followed { state.follow(try Self.mapping(table)) }
        let cutsOften = Bool.random(using: &random)
        var next = 0
        while next < end {
            let event = source.events[next]
            next += 1
            if state.received.contains(try Self.gtid(event.transaction)) { continue }
            try event.bytes.withUnsafeBytes { try state.take($0) }
            if cutsOften { state.cutIfDue(.now + .seconds(1)) }
            try take(state.takeEmitted(), crashes: crashes, &random)
            if Int.random(in: 0..<40, using: &random) == 0 {
                // The connection breaks; another one begins with the transaction that was not complete.
                state.forgetConnection()
                if cutsOften { state.cutIfDue(.now + .seconds(1)) }
                while next > 0, source.events[next - 1].transaction == event.transaction { next -= 1 }
            }
        }
        if !crashes { state.cutIfDue(.now + .seconds(1)) }
        try take(state.takeEmitted(), crashes: crashes, &random)
        acknowledge(crashes: crashes, &random)
    }

    /// Batches are defined in order; before a crash some of them are not written any more, and the last not even
    /// defined.
    private mutating func take(_ items: [StreamItem], crashes: Bool, _ random: inout Randomness) throws {
        for item in items where !isDead {
            isDead = crashes && Int.random(in: 0..<30, using: &random) == 0
            switch item {
            case .batch(let batch):
                var number = UInt64(definitions.count + 1)
                if let defined = batch.number {
                    number = defined
                } else {
                    var definition = batch.definition(checksums: true)
                    definition.number = number
                    definitions.append(definition)
                }
                if crashes && Int.random(in: 0..<5, using: &random) == 0 { continue }
                let rows = try Self.rows(of: batch, number: number)
                // Said in a word: all rows would be a page.
                let isSame = written[number].map { $0 == rows } ?? true
                #expect(isSame, "batch \(number) differs from the first time")
                written[number] = rows
            // What has nothing for the warehouse counts once all before it is acknowledged.
            case .progress(let transactions, _): waiting.append((definitions.count, transactions))
            case .barrier, .refused, .unannounced: Issue.record("\(item) out of nothing but rows")
            }
        }
    }

    /// As far as batches are written without a gap; a crash may come before that is recorded.
    private mutating func acknowledge(crashes: Bool, _ random: inout Randomness) {
        while acknowledged < UInt64(definitions.count), written[acknowledged + 1] != nil {
            if crashes && Int.random(in: 0..<6, using: &random) == 0 { break }
            acknowledged += 1
            if let set = try? GTIDSet(parsing: definitions[Int(acknowledged) - 1].position) { position.formUnion(set) }
        }
        for entry in waiting where entry.after <= acknowledged { position.formUnion(entry.transactions) }
        waiting = []
    }

    private static func gtid(_ sequence: Int64) throws -> GTID {
        try GTID(uuid: MySQLUUID(parsing: BinlogWriter.uuid), sequence: sequence)
    }

    private static func mapping(_ table: String) throws -> TableMapping {
        let columns = ["id", "v"].map { ColumnDefinition(name: $0, columnType: "int", isNullable: false) }
        let name = TableName(database: BinlogWriter.database, table: table)
        return try TableMapping(
            TableDefinition(name: name, columns: columns, primaryKey: ["id"]),
            database: name.database
        )
    }

    /// The rows as ClickHouse would read them.
    private static func rows(of batch: OpenBatch, number: UInt64) throws -> [String: [Row]] {
        try batch.tables.filter { $0.value.rows > 0 }.mapValues { table in
            let encoded = try table.encoded(asBatch: number)
            let block = try withExtendedLifetime(encoded) {
                var cursor = ByteCursor(encoded.bytes)
                return try NativeBlockDecoder.decodeBlock(&cursor)
            }
            func column(_ name: String) throws -> DecodedColumn {
                try #require(block[name])
            }
            let (id, v, version, deleted) = try (column("id"), column("v"), column("_version"), column("_deleted"))
            return try (0..<block.rows).map { row in
                Row(
                    id: try #require(id.integer(row).map { Int32($0) }),
                    v: v.integer(row).map { Int32($0) } ?? 0,
                    version: try #require(version.unsignedInteger(row)),
                    isDeleted: deleted.integer(row) == 1
                )
            }
        }
    }
}
