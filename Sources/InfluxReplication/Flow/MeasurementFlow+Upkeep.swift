import ClickHouseClient
import InfluxProtocol
import LeatState
import Logging
import Observability
import PipelineCore
import Warehouse

extension MeasurementFlow {
    /// How the source's points come to us.
    enum Delivery: Sendable {
        /// The source pushes them.
        case pushed
        /// The source would push them, but none came lately.
        case silent
        /// It does not push.
        case polled
    }

    /// What pushes came in for a span this far in the future is compared with the present.
    private static let futureMax = PushRule.futureMax
    /// As long as a write takes in InfluxDB before it gives up (`write-timeout`).
    private static let writeMax: Int64 = 10_000_000_000

    /// Keeps the measurement complete until cancelled: copies it, moves the frontier, reads open windows again,
    /// compares.
    ///
    func upkeep(_ delivery: @Sendable () -> Delivery) async {
        var pause = Backoff()
        while !Task.isCancelled {
            do {
                if isUnsaved { await save() }
                if !isFollowed {
                    try await Task.sleep(for: .milliseconds(500))
                    continue
                }
                if try await !step(delivery()) { try await Task.sleep(for: .milliseconds(200)) }
                pause.reset()
            } catch is CancellationError {
                return
            } catch {
                if Task.isCancelled { return }
                await react(to: error)
                try? await Task.sleep(for: pause.next())
            }
        }
    }

    /// Reads the newest points each second while the source does not push them; less often while it only should.
    func poll(_ delivery: @Sendable () -> Delivery) async {
        var pause = Backoff()
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: delivery() == .polled ? .seconds(1) : .seconds(5))
                guard delivery() != .pushed, isFollowed else { continue }
                try await pollOnce()
                pause.reset()
            } catch {
                if Task.isCancelled { return }
                await react(to: error)
                try? await Task.sleep(for: pause.next())
            }
        }
    }

    private func react(to error: any Error) async {
        switch error {
        case is SchemaChanged, is WrittenMeanwhile, is CancellationError: break
        case let refusal as MeasurementRefusal: await quarantine(refusal, untilResync: true)
        case let error as ClickHouseError where error.isPermanent:
            await quarantine(Self.refusal(error, state.name), untilResync: true)
        case let error as InfluxError where error.code == .unexpectedColumn || error.code == .typeMismatch:
            needsDiscovery()
        default:
            context.observer.failed(.retry, stage: .read, error)
            logger.warning("read failed; retrying", metadata: ["error": "\(error)"])
        }
    }

    /// - Returns: false if there was nothing to do.
    private func step(_ delivery: Delivery) async throws -> Bool {
        guard isComplete else {
            try await copy()
            return true
        }
        if sweep.announcement == .due {
            sweep.announcement = .made
            try await recordSweep(TimeRange.latest)
        }
        let now = WallTime.now
        let lookback = context.options.lookback.nanoseconds
        if let range = book.dueFrontier(at: now, lookback: lookback, lengthMax: chunk.nanoseconds) {
            try await read(range, for: .frontier)
            return true
        }
        // A backfill takes all that the source can do, and reads the same points: what is old can wait for its end.
        let isBesideBackfill = await context.windows.isBesideBackfill()
        let quiet = min(lookback, 10_000_000_000)
        if nextOpenRead <= .now, !isBesideBackfill,
            let range = book.dueOpen(at: now, quiet: quiet, lengthMax: openChunk.nanoseconds)
        {
            let started = ContinuousClock.now
            try await read(range, for: .open)
            // Not more than half of the time: a statement costs the source much whatever it finds, and while we wait,
            // more windows open, which the next one reads as well.
            nextOpenRead = .now + min(.now - started, .seconds(30))
            return true
        }
        if nextComparison <= .now {
            try await compareRecent()
            let interval = context.options.comparisonInterval
            nextComparison = .now + (delivery == .polled ? min(.seconds(10), interval) : interval)
            return true
        }
        return isBesideBackfill ? false : try await sweepOn()
    }

    /// Pushes may have been lost: compare with the next upkeep, also what is old, and read all windows again that are
    /// not complete yet.
    func readRecentAgain() {
        nextComparison = .now
        sweep.restart()
        book.openRecent(until: book.window(of: WallTime.now).addingClamped(book.length))
    }

    // MARK: Polling

    private func pollOnce() async throws {
        let now = WallTime.now
        let since = max(lastPoll ?? 0, now.addingClamped(-60_000_000_000)).addingClamped(-5_000_000_000)
        let range = TimeRange(book.window(of: since), now.addingClamped(Self.futureMax))
        var windows: Set<Int64> = []
        var window = range.start
        while window < range.end {
            windows.insert(window)
            window += book.length
        }
        // Like a push: whatever closes one of these windows must have begun later.
        let changes = book.beginPush(windows, at: now)
        defer { book.endPush(windows, at: WallTime.now) }
        try await record(changes)
        try await readRows(TimeRange(since, range.end), origin: .read)
        lastPoll = now
    }

    // MARK: Comparing

    /// Compares the windows that are not complete yet, and reads those again in which something is missing.
    func compareRecent() async throws {
        guard let frontier = book.frontier else { return }
        let range = TimeRange(frontier, book.window(of: WallTime.now.addingClamped(Self.futureMax)))
        let (comparison, began) = try await counts(within: range, step: book.length)
        let missing = comparison.missing
        context.observer.windowsCompared(
            table: state.name,
            windows: comparison.source.count,
            different: missing.count
        )
        // What was found for the first time may just be on its way.
        context.observer.windowsDiffer(table: state.name, windows: lacking.intersection(missing).count)
        lacking = Set(missing)
        for range in joined(missing) {
            logger.info(
                "points are missing and read again",
                metadata: ["from": "\(WallTime.text(range.start))", "to": "\(WallTime.text(range.end))"]
            )
            let began = book.beginRead()
            try await readRows(range, origin: .read)
            // What was pushed meanwhile may be newer than what was read and then inserted over it.
            book.openRecent(book.touched(since: began, within: range))
        }
        try await removeSurplus(comparison, began)
    }

    /// Counts on both sides, the source first: what is pushed meanwhile is a surplus in the warehouse, never a lack.
    ///
    /// - Parameters:
    ///   - sums: compare the sums of numbers, too.
    ///   - delivery: how long what the source counted may have been on its way to us.
    /// - Returns: also the moment before, to determine which windows were touched since.
    func counts(
        within range: TimeRange,
        step: Int64,
        sums: Bool = false,
        delivery: Duration = .milliseconds(1500)
    ) async throws -> (CountComparison, began: UInt64) {
        let table = table
        var comparison = CountComparison(table.schema, sums: sums)
        let began = book.beginRead()
        guard !range.isEmpty else { return (comparison, began) }
        let source = sourceName
        try await context.reads.withGate {
            try await comparison.countSource(context.source, source, within: range, step: step)
        }
        if step == book.length { sourceCounts.note(comparison, from: book.confirmed ?? TimeRange.latest) }
        if delivery > .zero { try await Task.sleep(for: delivery) }
        await gate.withGate {}
        try await comparison.countWarehouse(context.warehouse.client, table, within: range, step: step)
        return (comparison, began)
    }

    /// Removes what the source no longer has, if that is asked for, and what it never had: pushes that nothing has
    /// confirmed.
    func removeSurplus(_ comparison: CountComparison, _ began: UInt64) async throws {
        let oldest = oldestMirrored(at: WallTime.now)
        let unconfirmed = book.confirmed ?? TimeRange.latest
        let windows = comparison.surplus.filter { window in
            guard window >= oldest, !book.wasWritten(window, since: began) else { return false }
            // The source pushes a point before it can be read there.
            return window < unconfirmed || book.isQuiet(window, at: WallTime.now, for: Self.writeMax)
        }
        try await mirror(windows, comparison)
    }

    /// Takes back what was pushed into a span that has just been read, and that the source does not have: InfluxDB
    /// pushes points that it has refused, too. From then on the span counts as confirmed.
    func confirm(_ range: TimeRange) async throws {
        guard let confirmed = book.confirmed, range.end > confirmed else { return }
        let start = max(range.start, confirmed, oldestMirrored(at: WallTime.now))
        let (comparison, began) = try await counts(
            within: TimeRange(start, range.end),
            step: book.length,
            delivery: .zero
        )
        let surplus = comparison.surplus
        guard !surplus.contains(where: { book.wasWritten($0, since: began) }) else { throw WrittenMeanwhile() }
        try await mirror(surplus, comparison)
    }

    /// Makes those of the windows with a surplus equal to the source whose surplus was refused there, and those from
    /// which points were deleted there if that is asked for.
    func mirror(_ surplus: [Int64], _ comparison: CountComparison) async throws {
        let reasons = try await reasons(for: surplus, comparison)
        let mirrorsDeletes = context.options.onDelete == .mirror
        for reason in [Surplus.deleted, .unconfirmed] where reason == .unconfirmed || mirrorsDeletes {
            for range in joined(surplus.filter { reasons[$0] == reason }) { try await mirror(range, because: reason) }
        }
    }

    /// Why the warehouse has more in these windows than the source.
    private func reasons(for surplus: [Int64], _ comparison: CountComparison) async throws -> [Int64: Surplus] {
        let unconfirmed = book.confirmed ?? TimeRange.latest
        var reasons: [Int64: Surplus] = [:]
        for window in surplus {
            let isDeleted = window < unconfirmed || sourceCounts.hasFewer(comparison, in: window)
            reasons[window] = isDeleted ? .deleted : .unconfirmed
        }
        guard reasons.values.contains(.unconfirmed), comparison.source.isEmpty else { return reasons }
        // Without a single point at the source, the measurement was dropped, perhaps while we were away.
        guard try await extremeTime(isLast: true) == nil else { return reasons }
        needsDiscovery()
        return reasons.mapValues { _ in .deleted }
    }

    /// A batch that waited long for the warehouse came into a span while it was being confirmed.
    struct WrittenMeanwhile: Error {}

    /// Windows as spans, those next to each other together, none longer than a read should be.
    func joined(_ windows: [Int64]) -> [TimeRange] {
        Self.runs(windows, of: book.length, lengthMax: max(chunk.nanoseconds, book.length))
    }

    /// Intervals of one length as spans, those next to each other together.
    private static func runs(_ starts: [Int64], of length: Int64, lengthMax: Int64) -> [TimeRange] {
        var ranges: [TimeRange] = []
        for start in starts {
            let end = start.addingClamped(length)
            if let last = ranges.last, last.end == start, end - last.start <= lengthMax {
                ranges[ranges.count - 1].end = end
            } else {
                ranges.append(TimeRange(start, end))
            }
        }
        return ranges
    }

    // MARK: Sweeping

    /// Points before this may be gone at the source, or here, because of their age: nothing is read or removed there.
    func oldestMirrored(at now: Int64) -> Int64 {
        RetentionBound(retention: retention, timeToLive: context.options.timeToLive?.nanoseconds)
            .oldest(at: now, window: book.length)
    }

    /// Compares a part of what the source retains, from the frontier backwards, whenever a sweep is due.
    private func sweepOn() async throws -> Bool {
        guard sweep.next <= .now, let frontier = book.frontier else { return false }
        let now = WallTime.now
        let position = sweep.position ?? frontier
        if sweep.position == nil {
            sweep.position = frontier
            sweep.oldest = try await oldestPoint()
        }
        let end = min(position, frontier)
        let start = max(end.addingClamped(-sweep.step), oldestMirrored(at: now), sweep.oldest ?? end)
        guard start < end else {
            try await compareFuture()
            // It may have been started again meanwhile.
            guard sweep.position == position else { return true }
            sweep.position = nil
            sweep.next = .now + context.options.sweepInterval
            if sweep.announcement == .made {
                sweep.announcement = .none
                try await recordSweep(start, isOver: true)
            }
            return true
        }
        let started = ContinuousClock.now
        try await compareOld(TimeRange(book.window(of: start), end))
        sweep.took(.now - started)
        guard sweep.position == position else { return true }
        sweep.position = start
        if sweep.announcement == .made { try await recordSweep(start) }
        return true
    }

    private func recordSweep(_ position: Int64, isOver: Bool = false) async throws {
        try await context.untilTaken(.checkpoint) {
            try await context.windows.recordSweep(of: key.tableName, position: position, isOver: isOver)
        }
    }

    /// The time of the first point that either side has; nil if there is none.
    private func oldestPoint() async throws -> Int64? {
        let source = try await extremeTime(isLast: false)
        guard context.options.onDelete == .mirror else { return source }
        let row = try await context.warehouse.client.rows(
            "SELECT count(), toUnixTimestamp64Nano(min(time)) FROM \(table.rawIdentifier)"
        ).first
        guard row?[0] != "0", let here = row?[1].flatMap({ Int64($0) }) else { return source }
        return source.map { min($0, here) } ?? here
    }

    private func compareOld(_ range: TimeRange) async throws {
        let hour = max(book.length, 3_600_000_000_000)
        // Little arrives there, and what differs is checked again.
        let (hours, began) = try await counts(within: range, step: hour, sums: true, delivery: .zero)
        var different = Set(hours.missing).union(hours.changed)
        if context.options.onDelete == .mirror { different.formUnion(hours.surplus) }
        context.observer.windowsCompared(
            table: state.name,
            windows: hours.source.count,
            different: different.count
        )
        // Points that were pushed between the two counts make up for others that are missing. Of the minutes of such an
        // hour, those that they went into are open, and the others are counted by themselves.
        different.formUnion(book.touched(since: began, within: range).map { $0.floored(to: hour) })
        for run in Self.runs(different.sorted(), of: hour, lengthMax: 24 * hour) {
            let part = run.intersection(range)
            let (windows, began) = try await counts(within: part, step: book.length, sums: true)
            try await record(book.reopen(Set(windows.missing + windows.changed).sorted()))
            try await removeSurplus(windows, began)
        }
    }

    /// What is dated so far in the future that nothing else checks there.
    private func compareFuture() async throws {
        let start = book.window(of: WallTime.now.addingClamped(Self.futureMax))
        guard let last = try await extremeTime(isLast: true), last >= start else { return }
        let range = TimeRange(start, TimeRange.latest)
        var comparison = CountComparison(table.schema, sums: false)
        let year: Int64 = 365 * 86_400_000_000_000
        let source = sourceName
        try await context.reads.withGate {
            try await comparison.countSource(context.source, source, within: range, step: year)
        }
        try await comparison.countWarehouse(context.warehouse.client, table, within: range, step: year)
        if !comparison.missing.isEmpty { try await readRows(range, origin: .read) }
    }
}
