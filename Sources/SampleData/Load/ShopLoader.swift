import ColumnarBytes
import Logging
import MySQLClient
import MySQLProtocol
import NIOCore
import Synchronization

/// Fills a MySQL database with a shop, over several connections; resumes where an earlier run stopped.
///
/// Tables are filled one after another, each in pieces of some thousand rows that are transactions of their own; the
/// last piece of a table goes in when all others are there. So what is missing shows by the tables' keys, and no state
/// is kept apart from them but the tables' comments (`ShopProvenance`). A shop with traffic counts as complete.
///
/// Rows go in by `LOAD DATA LOCAL INFILE` where the server allows it (`local_infile=ON`), else by `INSERT` with many
/// rows.
package struct ShopLoader: Sendable {
    let session: ShopSession
    let generator: ShopGenerator
    let connections: Int

    /// - Parameters:
    ///   - endpoint: a user that may create the database, its tables and rows.
    ///   - database: created where it does not exist.
    ///   - connections: how many load at a time, 1…64.
    package init(
        endpoint: MySQLEndpoint,
        database: String = "shop",
        seed: UInt64,
        rows: Int = ShopScale.defaultRows,
        connections: Int = 4,
        logger: Logger = Logger(label: "leat.generator")
    ) {
        session = ShopSession(endpoint: endpoint, database: database, logger: logger)
        generator = ShopGenerator(seed: seed, rows: rows)
        self.connections = min(max(connections, 1), 64)
    }

    /// Creates what is missing of the shop and fills it.
    ///
    /// - Parameter progress: called after each piece, on any thread, one call at a time.
    /// - Throws: `ShopError` `.otherShop` or `.rowsRefused`, or `MySQLError`. What was loaded before stays.
    @discardableResult
    package func load(progress: @escaping @Sendable (LoadProgress) -> Void = { _ in }) async throws -> LoadSummary {
        let start = ContinuousClock.now
        let plan = try await prepare()
        let state = LoadState(plan: plan, start: start, progress: progress)
        for table in plan.tables {
            var chunks = table.missing
            let last = chunks.popLast()
            if !chunks.isEmpty { try await load(chunks, plan, state) }
            if let last { try await load([last], plan, state) }
        }
        return LoadSummary(rowsLoaded: state.rowsLoaded, rows: plan.rowsExpected, elapsed: .now - start)
    }

    // MARK: What there is to do

    struct Plan: Sendable {
        var tables: [(table: ShopTable, missing: [LoadChunk])] = []
        var usesLocalData = true
        /// Rows of the whole shop.
        var rowsExpected = 0
        /// Rows that are there.
        var rowsPresent = 0
    }

    private func prepare() async throws -> Plan {
        try await session.withConnection(database: nil) { connection in
            try await connection.execute(
                "CREATE DATABASE IF NOT EXISTS \(ShopSession.quoted(session.database)) CHARACTER SET utf8mb4"
            )
        }
        return try await session.withConnection(database: session.database) { connection in
            try await refuseOtherShops(connection)
            for definition in ShopSchema.tables {
                try await connection.execute(definition.createStatement(provenance: generator.provenance))
            }
            var plan = Plan()
            let setting = try await connection.query("SELECT @@GLOBAL.local_infile")
            plan.usesLocalData = setting.scalar == "1"
            try await fill(&plan, connection)
            return plan
        }
    }

    private func refuseOtherShops(_ connection: MySQLConnection) async throws {
        for (name, comment) in try await session.comments(connection) {
            let found = ShopProvenance(comment: comment)
            guard found != generator.provenance else { continue }
            let what =
                found.map { "holds a shop of seed \($0.seed) and \($0.rows) rows" }
                ?? "has a table `\(name)` that this generator did not make"
            throw ShopError(
                .otherShop,
                "database `\(session.database)` on \(session.endpoint.address) \(what)",
                remedy: found.map { "ask for --seed \($0.seed) --rows \($0.rows), or use another database" }
                    ?? "use another database"
            )
        }
    }

    private func fill(_ plan: inout Plan, _ connection: MySQLConnection) async throws {
        let counts = generator.model.counts()
        plan.rowsExpected = counts.values.reduce(0, +)
        let scale = generator.scale
        if try await ShopSession.exists(.orders, where: "id > \(scale.orders)", connection) {
            plan.rowsPresent = plan.rowsExpected
            return
        }
        // Tables are filled in order: all before the last one that has rows are complete.
        var latest = ShopTable.allCases.count - 1
        while latest >= 0, try await !ShopSession.exists(ShopTable.allCases[latest], connection) { latest -= 1 }
        for (index, table) in ShopTable.allCases.enumerated() {
            let chunks = LoadChunk.all(of: table, scale: scale)
            if index > latest {
                plan.tables.append((table, chunks))
            } else if index == latest {
                let missing = try await missing(of: chunks, connection)
                if !missing.isEmpty { plan.tables.append((table, missing)) }
                let units = missing.reduce(0) { $0 + $1.units.count }
                plan.rowsPresent += (counts[table] ?? 0) * (scale.units(of: table) - units) / scale.units(of: table)
            } else {
                plan.rowsPresent += counts[table] ?? 0
            }
        }
    }

    private func missing(of chunks: [LoadChunk], _ connection: MySQLConnection) async throws -> [LoadChunk] {
        guard let last = chunks.last else { return [] }
        let model = generator.model
        if try await ShopSession.exists(last.table, where: last.presence(model), connection) { return [] }
        var missing: [LoadChunk] = []
        for chunk in chunks where try await !ShopSession.exists(chunk.table, where: chunk.presence(model), connection) {
            missing.append(chunk)
        }
        return missing
    }

    // MARK: Loading

    private func load(_ chunks: [LoadChunk], _ plan: Plan, _ state: LoadState) async throws {
        let queue = ChunkQueue(chunks)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(connections, chunks.count) {
                group.addTask { try await load(from: queue, plan, state) }
            }
            try await group.waitForAll()
        }
    }

    private func load(from queue: ChunkQueue, _ plan: Plan, _ state: LoadState) async throws {
        try await session.withConnection(database: session.database) { connection in
            // Keys are known to be unique; the server need not look for each in advance.
            try await connection.execute("SET SESSION unique_checks = 0, foreign_key_checks = 0")
            let buffer = GrowableBytes(minimumCapacity: 1 << 20)
            while let chunk = queue.next() {
                try Task.checkCancellation()
                let rows =
                    plan.usesLocalData
                    ? try await loadData(chunk, buffer, connection) : try await insert(chunk, buffer, connection)
                state.loaded(rows, of: chunk.table)
            }
        }
    }

    private func loadData(
        _ chunk: LoadChunk,
        _ buffer: GrowableBytes,
        _ connection: MySQLConnection
    ) async throws -> Int {
        buffer.removeAll()
        let rows = generator.render(chunk.table, units: chunk.units, into: buffer)
        let definition = ShopSchema.definition(of: chunk.table)
        try await connection.execute("START TRANSACTION")
        let outcome = try await connection.loadData(
            definition.loadStatement,
            body: LoadBody(ByteBuffer(bytes: buffer.bytes))
        )
        // With LOCAL the server turns errors into warnings and skips rows; none of that may pass.
        guard outcome.warnings == 0, outcome.affectedRows == UInt64(rows) else {
            let warnings = try await connection.query("SHOW WARNINGS LIMIT 1")
            try await connection.execute("ROLLBACK")
            let text = warnings.rows.first.flatMap { $0.count > 2 ? $0[1] : nil } ?? "no warning"
            throw ShopError(
                .rowsRefused,
                "\(session.endpoint.address) took \(outcome.affectedRows) of \(rows) rows of"
                    + " `\(session.database)`.`\(definition.name)` (error \(text))",
                remedy: "see that nobody else writes to the database; drop it and load again"
            )
        }
        try await connection.execute("COMMIT")
        return rows
    }

    private func insert(
        _ chunk: LoadChunk,
        _ buffer: GrowableBytes,
        _ connection: MySQLConnection
    ) async throws -> Int {
        let prefix = ShopSchema.definition(of: chunk.table).insertPrefix
        var rows = 0
        try await connection.execute("START TRANSACTION")
        for start in stride(from: chunk.units.lowerBound, to: chunk.units.upperBound, by: 500) {
            buffer.removeAll()
            var row = RowWriter(buffer, style: .literals)
            let units = start..<min(start + 500, chunk.units.upperBound)
            let count = generator.render(chunk.table, units: units, into: &row)
            guard count > 0 else { continue }
            try await connection.execute(prefix + String(decoding: buffer.bytes, as: UTF8.self))
            rows += count
        }
        try await connection.execute("COMMIT")
        return rows
    }
}

/// Pieces that several connections take in turn.
private final class ChunkQueue: Sendable {
    private let rest: Mutex<ArraySlice<LoadChunk>>

    init(_ chunks: [LoadChunk]) { rest = Mutex(chunks[...]) }

    func next() -> LoadChunk? { rest.withLock { $0.popFirst() } }
}

/// One buffer as the content of `LOAD DATA`'s file, in parts that a packet holds.
private struct LoadBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let partBytesMax = 1 << 20
    private let buffer: ByteBuffer

    init(_ buffer: ByteBuffer) { self.buffer = buffer }

    func makeAsyncIterator() -> Iterator { Iterator(rest: buffer) }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ByteBuffer

        mutating func next() async -> ByteBuffer? {
            let length = Swift.min(rest.readableBytes, LoadBody.partBytesMax)
            return length > 0 ? rest.readSlice(length: length) : nil
        }
    }
}

/// Rows counted by all connections, and the reporting of them.
private final class LoadState: Sendable {
    private struct Counters {
        var loaded = 0
    }

    private let counters = Mutex(Counters())
    private let plan: ShopLoader.Plan
    private let start: ContinuousClock.Instant
    private let progress: @Sendable (LoadProgress) -> Void

    init(plan: ShopLoader.Plan, start: ContinuousClock.Instant, progress: @escaping @Sendable (LoadProgress) -> Void) {
        self.plan = plan
        self.start = start
        self.progress = progress
    }

    var rowsLoaded: Int { counters.withLock { $0.loaded } }

    func loaded(_ rows: Int, of table: ShopTable) {
        counters.withLock { counters in
            counters.loaded += rows
            progress(
                LoadProgress(
                    table: table.name,
                    rows: plan.rowsPresent + counters.loaded,
                    rowsExpected: plan.rowsExpected,
                    rowsLoaded: counters.loaded,
                    elapsed: .now - start
                )
            )
        }
    }
}
