import ColumnarBytes
import MySQLProtocol
import Warehouse

/// Rows events: each row is numbered within its transaction and goes into the batch that is to hold it.
extension StreamState {
    mutating func take(_ event: RowsEvent) throws {
        guard let (name, route) = router.route(of: event.tableID) else {
            // The closing event of a statement may hold nothing and name no table.
            if event.rows.isAtEnd { return }
            throw StreamError.unknownTable
        }
        if case .ignored = route {} else { transactions.current?.noteChange() }
        if event.isWithoutColumns, case .followed(let table) = route {
            refuse(name, Self.refusal(.incompleteImage(column: 0), of: table.mapping))
            return
        }
        transactions.current?.note(name)
        switch route {
        case .ignored(let decoder): _ = skip(event, decoder)
        case .quarantined(let decoder): meter.changes(skip(event, decoder), of: name, event.operation)
        case .followed(let table) where transactions.current?.hasUncertainParts ?? false:
            refuse(name, Self.uncertainParts(of: name))
            _ = skip(event, table.skipper)
        case .followed(let table):
            guard let decoder = table.decoder, let skipper = table.skipper, let before = transactions.current?.rows
            else { throw StreamError.unknownTable }
            let began = SuspendingClock.now
            defer { cutter.decoded(in: SuspendingClock.now - began) }
            do {
                try take(event, of: table, decoder)
            } catch let error as RowDecodingError {
                refuse(name, Self.refusal(error, of: table.mapping))
                transactions.current?.rewind(toRow: before)
                _ = skip(event, skipper)
            }
        }
    }

    private mutating func take(_ event: RowsEvent, of table: FollowedTable, _ decoder: RowDecoder) throws {
        guard var current = transactions.current else { throw StreamError.unexpectedEvent }
        defer { transactions.current = current }
        let isPartial = !event.isWhole
        if isPartial, !RowKey.canBeRead(of: table.mapping) { throw RowDecodingError.incompleteImage(column: 0) }
        let before = current.rows
        split(&current)
        var images = event.rows
        /// How far the open batch, or a planned one, has been informed of its growth.
        var counted = (rows: cutter.open.rows, remaining: images.remaining)
        func tell(_ batch: OpenBatch, hasEarlier: Bool) {
            let rows = Int(clamping: batch.rows &- counted.rows) * table.rowBytesMax
            let wire = 8 * (counted.remaining - images.remaining)
            batch.grew(byAtMost: hasEarlier ? 2 * (rows + wire) : rows + wire)
            counted = (batch.rows, images.remaining)
        }
        var batch = cutter.open
        var rows: RowBatch?
        var earlier: (images: BeforeImages, decoder: RowDecoder)?
        while !images.isAtEnd {
            guard let row = current.next() else {
                try decoder.skip(&images, of: event)
                continue
            }
            #if DEBUG
            if DecoderFault.dropsRow() {
                try decoder.skip(&images, of: event)
                continue
            }
            #endif
            var isOpen = true
            if !transactions.plan.isEmpty || current.isInPlanned {
                let (planned, complete) = transactions.plannedBatch(for: current, row: row)
                for batch in complete { cutter.handOver(batch) }
                isOpen = planned == nil
                if !isOpen { current.placedInPlanned() }
                let target = planned ?? cutter.open
                if target !== batch {
                    tell(batch, hasEarlier: earlier != nil)
                    batch = target
                    counted.rows = batch.rows
                    rows = nil
                    earlier = nil
                }
            }
            if isOpen { current.placedInOpen(row) }
            let into: RowBatch
            if let rows {
                into = rows
            } else {
                into = batch.rows(of: table)
                rows = into
                earlier = imagesFromBefore(event, of: table, in: batch)
            }
            try batch.append(
                event,
                &images,
                decoder,
                to: into,
                incomplete: isPartial ? batch.incompleteRows(of: table) : nil,
                before: earlier,
                committedAt: current.committedAt
            )
            if batch.times.started == nil { batch.times.started = .now }
            // An event may hold a gigabyte of rows.
            if batch.rows &- counted.rows >= table.rowsPerCheck || counted.remaining &- images.remaining >= 1 << 18 {
                tell(batch, hasEarlier: earlier != nil)
                split(&current)
                if isOpen, batch !== cutter.open {
                    batch = cutter.open
                    counted.rows = 0
                    rows = nil
                    earlier = nil
                }
            }
        }
        tell(batch, hasEarlier: earlier != nil)
        meter.changes(current.rows &- before, of: table, event.operation)
    }

    /// Where what the event's rows were goes, if anywhere: what a replayed batch does to checksums is recorded already.
    private func imagesFromBefore(
        _ event: RowsEvent,
        of table: FollowedTable,
        in batch: OpenBatch
    ) -> (images: BeforeImages, decoder: RowDecoder)? {
        guard cutter.hasChecksums, batch.number == nil, event.operation != .write, let decoder = table.beforeDecoder
        else { return nil }
        return (batch.before(table.mapping.warehouse, named: table.name), decoder)
    }

    /// Counts the rows of an event and passes over them, as far as they can be read: nobody wants them, and whoever
    /// reads them again comes as far.
    ///
    /// - Returns: how many there are.
    private mutating func skip(_ event: RowsEvent, _ decoder: RowDecoder?) -> UInt64 {
        guard let decoder else { return 0 }
        var images = event.rows
        var rows: UInt64 = 0
        while !images.isAtEnd, (try? decoder.skip(&images, of: event)) != nil { rows &+= 1 }
        transactions.current?.count(rows)
        return rows
    }
}
