import LeatState
import MySQLProtocol
import MySQLSchema
import Pipeline
import WireBytes

/// The state behind ``StreamDecoder``: events in, ``StreamItem``s out. No sockets, no clocks but to date a batch.
struct StreamState {
    /// A transaction that is being read.
    private struct Transaction {
        let gtid: GTID
        let text: String
        let committedAt: Int64
        /// Row images so far, over all followed and quarantined tables.
        var rows: UInt64 = 0
        /// The first row that is not in an earlier batch.
        var partStart: UInt64 = 0
        var isSplit = false
        /// Whether the row before belongs to a batch that was defined before a crash.
        var isInPlanned = false
        /// Rows below this were taken already: on a connection that broke, or before a crash.
        var skipBelow: UInt64 = 0
        /// Whether it has rows in the batch that is open.
        var hasRows = false
        var tables: Set<TableName> = []
    }

    /// Where rows of a table id go.
    private enum Route {
        case ignored
        /// Not decoded, but counted.
        case quarantined(RowDecoder)
        case followed(FollowedTable)
    }

    private let limits: StreamDecoder.Limits
    private let isWanted: @Sendable (TableName) -> Bool
    private var decoder = BinlogDecoder()
    private(set) var received: GTIDSet
    /// What was in the warehouse before this stream began.
    private let origin: GTIDSet
    /// Transactions that came since and had nothing for a table that is followed.
    private var quiet = GTIDSet()
    private(set) var plan: ReplayPlan
    private var followed: [TableName: FollowedTable] = [:]
    private var quarantined: Set<TableName> = []
    private var routes: [UInt64: (name: TableName, route: Route)] = [:]
    private var transaction: Transaction?
    /// Transactions in the middle of which a connection broke, as far as they had come.
    private var resumed: [GTID: Transaction] = [:]
    private var open = OpenBatch()
    private var openBytes = 0
    private var mustCutAtCommit = false
    private var emitted: [StreamItem] = []

    /// Events that came while the stream was to wait: a late `resume()` lets one through.
    private var held: [[UInt8]] = []

    private var outstandingBytes = 0
    /// Since when the source is held back, as far as it is not counted yet.
    private var heldSince: ContinuousClock.Instant?
    private var counts = StreamCounts()
    /// Tables with changes that are not in `counts` yet.
    private var changed: [FollowedTable] = []
    /// The table of heartbeat rows.
    private let heartbeat: TableName?
    private(set) var isInBarrier = false
    var isBlocked: Bool { isInBarrier || outstandingBytes > limits.outstandingBytes }

    var isIdle: Bool { outstandingBytes <= 0 && !isInBarrier }

    init(
        limits: StreamDecoder.Limits,
        received: GTIDSet,
        plan: ReplayPlan,
        heartbeat: TableName? = nil,
        isWanted: @escaping @Sendable (TableName) -> Bool
    ) {
        self.limits = limits
        self.received = received
        origin = received
        self.plan = plan
        self.heartbeat = heartbeat
        self.isWanted = isWanted
    }

    mutating func takeEmitted() -> [StreamItem] {
        if emitted.isEmpty { return [] }
        defer { emitted = [] }
        return emitted
    }

    /// The warehouse has taken a batch of that many bytes.
    mutating func release(bytes: Int) {
        outstandingBytes -= bytes
        guard let since = heldSince, outstandingBytes <= limits.outstandingBytes else { return }
        counts.held += .now - since
        heldSince = nil
    }

    mutating func takeCounts() -> StreamCounts {
        if let since = heldSince {
            heldSince = .now
            counts.held += .now - since
        }
        for table in changed { counts.changes[table.name, default: RowChanges()] += table.takeChanges() }
        changed.removeAll(keepingCapacity: true)
        counts.waitingBytes = outstandingBytes + openBytes
        counts.waitingBytesMax = limits.outstandingBytes
        defer { counts = StreamCounts() }
        return counts
    }

    /// The barrier was carried out: what was held goes on, up to the next barrier.
    mutating func endBarrier() throws {
        isInBarrier = false
        while !isInBarrier, !held.isEmpty {
            let payload = held.removeFirst()
            try payload.withUnsafeBytes { try take($0) }
        }
    }

    /// Everything that is in a batch, is about to be, or will be replayed into one: what the ranges of a copy must see.
    /// That includes the transaction that is being read, since a part of it may be in an earlier batch already.
    var seen: GTIDSet {
        var seen = received.union(plan.covered)
        if let transaction { seen.insert(transaction.gtid) }
        for gtid in resumed.keys { seen.insert(gtid) }
        return seen
    }

    /// What a host must have for the stream to continue there.
    var needs: StreamNeeds {
        let seen = seen
        return StreamNeeds(
            received: received,
            seen: seen,
            quiet: quiet,
            changing: seen.subtracting(origin).subtracting(quiet)
        )
    }

    mutating func forgetConnection() {
        held = []
        decoder = BinlogDecoder()
        routes = [:]
        if var transaction {
            // The connection may have broken before it came to where an earlier one was.
            transaction.skipBelow = max(transaction.skipBelow, transaction.rows)
            resumed[transaction.gtid] = transaction
        }
        transaction = nil
    }

    mutating func follow(_ mapping: TableMapping) {
        quarantined.remove(mapping.definition.name)
        followed[mapping.definition.name] = FollowedTable(mapping)
    }

    mutating func stop(_ table: TableName, asQuarantined isQuarantined: Bool) {
        followed[table] = nil
        if isQuarantined { quarantined.insert(table) } else { quarantined.remove(table) }
        // The transaction that is being read may have more rows of it.
        for (id, entry) in routes where entry.name == table {
            if case .followed(let followed) = entry.route {
                routes[id] = (table, followed.skipper.map(Route.quarantined) ?? .ignored)
            }
        }
        open.remove(table: table.description)
        for batch in plan.pending { batch.open.remove(table: table.description) }
    }

    // MARK: Events

    mutating func take(_ payload: UnsafeRawBufferPointer) throws {
        if isInBarrier {
            held.append(Array(payload))
            return
        }
        counts.bytes &+= payload.count
        // Taken out, since the decoder is busy while it delivers.
        var decoder = self.decoder
        defer { self.decoder = decoder }
        try decoder.decode(payload) { _, event in try handle(event, bytes: payload.count) }
    }

    private mutating func handle(_ event: BinlogEvent, bytes: Int) throws {
        switch event {
        case .rows(let rows): try take(rows)
        case .tableMap(let map): try take(map)
        case .gtid(let event): try begin(event)
        case .xid: commit()
        case .query(let query): try take(query)
        case .xaPrepare(let prepare):
            if !prepare.isOnePhase {
                for table in transaction?.tables ?? [] where followed[table] != nil {
                    refuse(
                        table,
                        TableRefusal(
                            cause: "it was changed by an XA transaction, which is not supported yet",
                            remedy: "leat tables resync \(table)   once the XA transaction is committed"
                        )
                    )
                }
            }
            commit()
        case .partialUpdateRows(let update):
            if let (name, route) = routes[update.tableID], case .followed = route {
                refuse(
                    name,
                    TableRefusal(
                        cause: "an update was logged in part only (binlog_row_value_options = PARTIAL_JSON)",
                        remedy: "leat tables resync \(name)   with the option switched off"
                    )
                )
            }
        case .incident: throw StreamError.incident
        case .formatDescription, .rotate, .previousGTIDs, .heartbeat, .rowsQuery, .intVar, .rand, .userVar, .stop,
            .transactionPayload, .ignored:
            break
        }
    }

    private mutating func begin(_ event: GTIDEvent) throws {
        guard let gtid = event.gtid else { throw StreamError.anonymousTransaction }
        var transaction = Transaction(
            gtid: gtid,
            text: gtid.description,
            committedAt: Int64(clamping: event.originalCommitMicroseconds)
        )
        if let earlier = resumed.removeValue(forKey: gtid) {
            transaction.skipBelow = earlier.skipBelow
            transaction.partStart = earlier.partStart
            transaction.isSplit = earlier.isSplit
            transaction.hasRows = earlier.hasRows
            transaction.isInPlanned = earlier.isInPlanned
        } else if let done = plan.doneBelow[transaction.text] {
            transaction.skipBelow = done
            transaction.partStart = done
            transaction.isSplit = true
        }
        self.transaction = transaction
        routes.removeAll(keepingCapacity: true)
    }

    private mutating func take(_ map: TableMapEvent) throws {
        let name = TableName(database: map.database, table: map.table)
        if let table = followed[name] {
            if let refusal = table.prepare(for: map) {
                refuse(name, refusal)
                routes[map.tableID] = (name, .quarantined(try map.skippingDecoder()))
            } else {
                routes[map.tableID] = (name, .followed(table))
            }
        } else if quarantined.contains(name) {
            routes[map.tableID] = (name, .quarantined(try map.skippingDecoder()))
        } else if isWanted(name) {
            refuse(
                name,
                TableRefusal(
                    cause: "its rows are in the binlog, but its CREATE TABLE was not",
                    remedy: "leat tables resync \(name)"
                )
            )
            routes[map.tableID] = (name, .quarantined(try map.skippingDecoder()))
        } else {
            routes[map.tableID] = (name, .ignored)
        }
    }

    private mutating func take(_ event: RowsEvent) throws {
        guard let (name, route) = routes[event.tableID] else {
            // The closing event of a statement may hold nothing and name no table.
            if event.rows.isAtEnd { return }
            throw StreamError.unknownTable
        }
        if event.isWithoutColumns, case .followed(let table) = route {
            refuse(name, Self.refusal(.incompleteImage(column: 0), of: table.mapping))
            return
        }
        splitIfLarge()
        transaction?.tables.insert(name)
        switch route {
        case .ignored: return
        case .quarantined(let decoder):
            let before = transaction?.rows ?? 0
            try skip(event, decoder)
            let rows = (transaction?.rows ?? before) &- before
            counts.changes[name.description, default: RowChanges()].add(Int(clamping: rows), event.operation)
        case .followed(let table):
            guard let decoder = table.decoder, let skipper = table.skipper, let rowsBefore = transaction?.rows else {
                throw StreamError.unknownTable
            }
            let began = SuspendingClock.now
            defer { open.decodeTime += SuspendingClock.now - began }
            do {
                try take(event, of: table, decoder)
            } catch let error as RowDecodingError {
                refuse(name, Self.refusal(error, of: table.mapping))
                transaction?.rows = rowsBefore
                try skip(event, skipper)
                routes[event.tableID] = (name, .quarantined(skipper))
            }
        }
    }

    private mutating func take(_ event: RowsEvent, of table: FollowedTable, _ decoder: RowDecoder) throws {
        guard var current = transaction else { throw StreamError.unexpectedEvent }
        defer { transaction = current }
        let before = current.rows
        var isTaken = false
        var images = event.rows
        var batch = open
        var rows: RowBatch?
        var earlier: (images: BeforeImages, decoder: RowDecoder)?
        while !images.isAtEnd {
            let ordinal = current.rows
            current.rows &+= 1
            if ordinal < current.skipBelow {
                try decoder.skip(&images, of: event)
                continue
            }
            #if DEBUG
                if DecoderFault.dropsRow() {
                    try decoder.skip(&images, of: event)
                    continue
                }
            #endif
            if !plan.isEmpty || current.isInPlanned {
                let planned = plannedBatch(for: current, row: ordinal)
                if planned == nil, current.isInPlanned {
                    // Its beginning is in batches that were defined before the crash.
                    current.isSplit = true
                    current.partStart = ordinal
                }
                current.isInPlanned = planned != nil
                let target = planned ?? open
                if target !== batch {
                    batch = target
                    rows = nil
                }
            }
            let into: RowBatch
            if let rows {
                into = rows
            } else {
                into = batch.rows(of: table.mapping.warehouse, named: table.name)
                rows = into
                earlier = imagesFromBefore(event, of: table, in: batch)
            }
            guard batch.rows < RowVersion.rowsMax - 2 else { throw StreamError.batchTooLarge }
            try batch.append(
                event,
                &images,
                decoder,
                to: into,
                before: earlier,
                committedAt: current.committedAt
            )
            if batch === open { current.hasRows = true }
            isTaken = true
        }
        if table.count(current.rows &- before, event.operation) { changed.append(table) }
        guard isTaken else { return }
        if batch.startedAt == nil { batch.startedAt = .now }
        openBytes += event.rows.remaining
    }

    /// Where what the event's rows were goes, if anywhere: what a replayed batch does to checksums is recorded already.
    private func imagesFromBefore(
        _ event: RowsEvent,
        of table: FollowedTable,
        in batch: OpenBatch
    ) -> (images: BeforeImages, decoder: RowDecoder)? {
        guard limits.hasChecksums, batch.number == nil, event.operation != .write, let decoder = table.beforeDecoder
        else { return nil }
        return (batch.before(table.mapping.warehouse, named: table.name), decoder)
    }

    private mutating func skip(_ event: RowsEvent, _ decoder: RowDecoder) throws {
        var images = event.rows
        while !images.isAtEnd {
            try decoder.skip(&images, of: event)
            transaction?.rows &+= 1
        }
    }

    private mutating func take(_ query: QueryEvent) throws {
        if query.sql == "BEGIN" { return }
        if query.sql == "COMMIT" {
            commit()
            return
        }
        let dialect = SQLDialect(sqlMode: query.sqlMode?.rawValue ?? 0)
        // Names that could not be converted would be other tables' names.
        let statement =
            query.isExactText
            ? DDLStatement(parsing: query.sql, defaultDatabase: query.schema, dialect: dialect)
            : .unparsable("its text is in a character set that cannot be converted")
        switch statement {
        case .transactionControl(let control):
            switch control {
            case .commit, .rollback: commit()
            // The rows came with XA PREPARE.
            case .xaCommit, .xaRollback: commit(isQuiet: false)
            case .begin, .savepoint, .rollbackToSavepoint, .releaseSavepoint, .xaStart, .xaEnd, .xaPrepare: break
            }
        case .irrelevant: commit()
        default:
            guard concernsUs(statement), let current = transaction else {
                commit()
                return
            }
            // Rows of CREATE TABLE … SELECT follow in the same transaction, which then is not complete yet.
            var goesOn = false
            if case .createTable(let create) = statement { goesOn = create.startsTransaction }
            emit()
            emitted.append(
                .barrier(
                    StreamBarrier(
                        transaction: goesOn ? nil : current.gtid,
                        number: plan.barrier(of: current.gtid),
                        statement: statement
                    )
                )
            )
            isInBarrier = true
            if goesOn { return }
            counts.transactions &+= 1
            received.insert(current.gtid)
            _ = plan.finished(current.gtid, text: current.text)
            transaction = nil
        }
    }

    private func concernsUs(_ statement: DDLStatement) -> Bool {
        switch statement {
        case .createDatabase, .alterDatabase, .transactionControl, .irrelevant: false
        case .dropDatabase(let database):
            (Array(followed.keys) + quarantined).contains { $0.database == database }
        case .unparsable: true
        case .dataChange(_, let table): table.map { isWanted($0) } ?? true
        default: statement.tables.contains { isWanted($0) || followed[$0] != nil || quarantined.contains($0) }
        }
    }

    // MARK: Batches

    private mutating func plannedBatch(for transaction: Transaction, row: UInt64) -> OpenBatch? {
        for batch in plan.passed(text: transaction.text, row: row) { emitted.append(.batch(batch.open)) }
        return plan.index(of: transaction.gtid, text: transaction.text, row: row).map { plan.pending[$0].open }
    }

    /// - Parameter isQuiet: whether a transaction without rows has changed nothing.
    private mutating func commit(isQuiet: Bool = true) {
        guard var current = transaction else { return }
        if isQuiet, current.rows == 0 { quiet.insert(current.gtid) }
        transaction = nil
        counts.transactions &+= 1
        if let heartbeat, current.tables.contains(heartbeat) { counts.heartbeatCommit = current.committedAt }
        received.insert(current.gtid)
        if !plan.isEmpty {
            let isPlanned = plan.covers(current.gtid)
            for batch in plan.finished(current.gtid, text: current.text) {
                emitted.append(.batch(batch.open))
            }
            if isPlanned { return }
        }
        if current.isInPlanned {
            // All its rows are in batches that were defined before the crash, but not its end.
            current.isSplit = true
            current.partStart = current.rows
        }
        if current.isSplit {
            open.parts.append(
                .init(transaction: current.text, first: current.partStart, end: BatchDefinition.Part.untilTheEnd)
            )
        }
        open.transactions.insert(current.gtid)
        open.newestCommit = max(open.newestCommit, current.committedAt)
        if open.startedAt == nil { open.startedAt = .now }
        if mustCutAtCommit || open.rows >= limits.rows || openBytes >= limits.bytes { emit() }
    }

    /// A transaction that alone fills a batch is cut between two of its events.
    private mutating func splitIfLarge() {
        guard openBytes >= 2 * limits.bytes || open.rows >= 8 * UInt64(limits.rows), var current = transaction,
            current.hasRows, current.rows >= current.skipBelow
        else { return }
        recordPart(of: &current)
        transaction = current
        emit()
    }

    mutating func cutIfDue(_ now: ContinuousClock.Instant) {
        guard let startedAt = open.startedAt, now - startedAt >= limits.interval else { return }
        if transaction?.hasRows ?? false || resumed.values.contains(where: \.hasRows) {
            mustCutAtCommit = true
        } else {
            emit()
        }
    }

    /// The open batch ends within `transaction`.
    private func recordPart(of transaction: inout Transaction) {
        let end = max(transaction.rows, transaction.skipBelow)
        open.parts.append(.init(transaction: transaction.text, first: transaction.partStart, end: end))
        transaction.isSplit = true
        transaction.partStart = end
        transaction.hasRows = false
    }

    /// Hands the open batch over and starts another.
    private mutating func emit() {
        mustCutAtCommit = false
        // Begun on an earlier connection, and not sent again yet.
        for (gtid, var earlier) in resumed where earlier.hasRows {
            recordPart(of: &earlier)
            resumed[gtid] = earlier
        }
        guard !open.isEmpty || !open.transactions.isEmpty else { return }
        let batch = open
        let bytes = openBytes
        open = OpenBatch()
        openBytes = 0
        if batch.isEmpty && batch.parts.isEmpty {
            emitted.append(.progress(batch.transactions, newestCommit: batch.newestCommit))
        } else {
            batch.sourceBytes = bytes
            batch.cutAt = .now
            outstandingBytes += bytes
            if outstandingBytes > limits.outstandingBytes, heldSince == nil { heldSince = .now }
            emitted.append(.batch(batch))
        }
    }

    private mutating func refuse(_ table: TableName, _ refusal: TableRefusal) {
        stop(table, asQuarantined: true)
        emitted.append(.refused(table, refusal))
    }
}
