import LeatState

/// Which spans of a measurement are complete in the warehouse and which have to be read (again). Decides, and does
/// nothing: no clock, no servers.
///
/// Time is cut into windows of one length. A window is *complete* when a read of all of it has begun after the last
/// pushed point of the window was inserted, and none came until the read's rows were inserted: whatever a push said,
/// the read said it later. Complete windows are below the ``frontier`` or in ``copied``, and not among the ``open``
/// ones. All others are read sooner or later; so a crash loses nothing as long as the recorded state never claims more
/// than this.
package struct WindowBook: Sendable {
    /// What has to be recorded, all of it or nothing.
    package typealias Changes = WindowChanges

    /// What a finished read was for.
    package enum Purpose: Sendable, Hashable {
        /// To move the frontier to the end of the span, which begins at or below it.
        case frontier
        /// A part of the first copy.
        case copy
        /// To close open windows.
        case open
    }

    /// Pushed points of a window that is not complete.
    private struct Mark {
        /// Batches that have been taken for writing and are not in the warehouse yet.
        var underWay = 0
        /// When one last came or was inserted, on the book's own clock …
        var touched: UInt64 = 0
        /// … and on the caller's (nanoseconds).
        var touchedAt: Int64 = 0
        /// When rows of one last began or ended to be inserted, on the book's own clock.
        var written: UInt64 = 0
    }

    /// More open windows than this are not kept one by one: the frontier goes back instead.
    package static let openMax = 50_000

    /// Of a window, in nanoseconds.
    package let length: Int64
    /// Everything before it is complete, save what is open; nil until the first copy is complete.
    package private(set) var frontier: Int64?
    /// Rows before it came by reads, or a read has confirmed them. What came by pushes above it is taken back where the
    /// source does not have it. Never below the frontier.
    package private(set) var confirmed: Int64?
    /// What the first copy has completed: by rising start, apart from each other.
    package private(set) var copied: [TimeRange]
    /// Starts of windows that are to be read again although the frontier, or the copy, is past them, or before it comes
    /// to them.
    package private(set) var open: Set<Int64>
    private var marks: [Int64: Mark] = [:]
    private var clock: UInt64 = 0

    package init(
        length: Int64,
        frontier: Int64? = nil,
        confirmed: Int64? = nil,
        copied: [TimeRange] = [],
        open: Set<Int64> = []
    ) {
        self.length = length
        self.frontier = frontier
        self.confirmed = [frontier, confirmed].compactMap { $0 }.max()
        self.copied = []
        self.open = open
        for range in copied { merge(range) }
    }

    /// The window that holds a time.
    package func window(of time: Int64) -> Int64 { time.floored(to: length) }

    /// Whether nothing has to be read there.
    package func isComplete(_ window: Int64) -> Bool {
        guard !open.contains(window) else { return false }
        return isBehind(window)
    }

    private func isBehind(_ window: Int64) -> Bool {
        let end = window.addingClamped(length)
        if let frontier, end <= frontier { return true }
        return copied.contains { $0.start <= window && end <= $0.end }
    }

    // MARK: Pushes

    /// A batch with points in `windows` is about to be written.
    ///
    /// - Returns: what must be recorded before any of its rows is inserted.
    package mutating func beginPush(_ windows: Set<Int64>, at now: Int64) -> Changes {
        clock += 1
        var changes = Changes()
        for window in windows {
            if isComplete(window) {
                open.insert(window)
                changes.opened.append(window)
            }
            var mark = marks[window] ?? Mark()
            mark.underWay += 1
            mark.touched = clock
            mark.touchedAt = now
            mark.written = clock
            marks[window] = mark
        }
        changes.opened.sort()
        limitOpen(&changes)
        return changes
    }

    /// The batch is in the warehouse, or will never be.
    package mutating func endPush(_ windows: Set<Int64>, at now: Int64) {
        clock += 1
        for window in windows {
            guard var mark = marks[window] else { continue }
            mark.underWay -= 1
            mark.touched = clock
            mark.touchedAt = now
            mark.written = clock
            marks[window] = mark
        }
    }

    /// Points of these windows were pushed that are not written from their push: the windows are read as soon as
    /// nothing comes in them.
    ///
    /// - Returns: what must be recorded.
    package mutating func hold(_ windows: Set<Int64>, at now: Int64) -> Changes {
        clock += 1
        var changes = Changes()
        for window in windows {
            if isComplete(window) {
                open.insert(window)
                changes.opened.append(window)
            } else if let frontier, window >= frontier {
                open.insert(window)
            }
            // A read that has begun may have missed them.
            var mark = marks[window] ?? Mark()
            mark.touched = clock
            mark.touchedAt = now
            marks[window] = mark
        }
        changes.opened.sort()
        limitOpen(&changes)
        return changes
    }

    /// Everything from the window of `time` on is to be read again.
    package mutating func goBack(to time: Int64) -> Changes {
        var changes = Changes()
        let start = window(of: time)
        guard let frontier, start < frontier else { return changes }
        moveBack(to: start, &changes)
        open = open.filter { $0 < start }
        return changes
    }

    // MARK: Reads

    /// A read begins now; hand the number to ``endRead(_:began:for:)``.
    package mutating func beginRead() -> UInt64 {
        clock += 1
        return clock
    }

    /// Everything that the source had within `range` when the read began is in the warehouse.
    ///
    /// - Returns: what must be recorded; until then a crash only makes the read happen again.
    package mutating func endRead(_ range: TimeRange, began: UInt64, for purpose: Purpose) -> Changes {
        var changes = Changes()
        let dirty = Set(
            marks.compactMap { window, mark in
                let isTouched = mark.underWay > 0 || mark.touched > began
                let isWithin = window < range.end && window.addingClamped(length) > range.start
                return isTouched && isWithin ? window : nil
            }
        )
        let behind = dirty.filter(isBehind)
        for window in open where range.contains(self.range(of: window)) && !dirty.contains(window) {
            changes.closed.append(window)
        }
        for window in changes.closed { open.remove(window) }
        switch purpose {
        case .open: break
        case .frontier:
            guard let frontier, range.start <= frontier, range.end > frontier else { break }
            self.frontier = range.end
            confirmed = max(confirmed ?? range.end, range.end)
            changes.frontier = range.end
        case .copy:
            merge(range)
            changes.copied = range
        }
        // The frontier has gone past windows whose rows this read may have made older: they stay to be read.
        for window in dirty where isComplete(window) || (isBehind(window) && !behind.contains(window)) {
            open.insert(window)
            changes.opened.append(window)
        }
        for window in marks.keys where !dirty.contains(window) && isComplete(window) { marks[window] = nil }
        changes.opened.sort()
        changes.closed.sort()
        limitOpen(&changes)
        return changes
    }

    /// A copy begins. What is pushed before `horizon` is not written from its push from now on.
    ///
    /// - Returns: what must be recorded.
    package mutating func beginCopy(at horizon: Int64) -> Changes {
        var changes = Changes()
        guard frontier == nil, confirmed == nil else { return changes }
        confirmed = horizon
        changes.confirmed = horizon
        return changes
    }

    /// The first copy is complete: from now on there is a frontier.
    package mutating func endCopy(at frontier: Int64) -> Changes {
        var changes = Changes()
        self.frontier = frontier
        confirmed = max(confirmed ?? frontier, frontier)
        copied = []
        // What is above the frontier is read anyway.
        open = open.filter { $0.addingClamped(length) <= frontier }
        changes.frontier = frontier
        return changes
    }

    /// Windows within the spans differ from the source: they have to be read again.
    package mutating func reopen(_ windows: [Int64]) -> Changes {
        var changes = Changes()
        for window in windows where isComplete(window) {
            open.insert(window)
            changes.opened.append(window)
        }
        limitOpen(&changes)
        return changes
    }

    /// Pushes may have been lost: every window from the frontier up to `end` is read again as soon as nothing comes in
    /// it, and not only when the look-back is over. The push of a new point shows in the counts when it is lost; that
    /// of a corrected value does not.
    ///
    /// Not recorded: after a crash, pushes have been lost again.
    package mutating func openRecent(until end: Int64) {
        // With more the frontier is on its way anyway, which reads all of them.
        guard let frontier, end > frontier else { return }
        // The frontier may be centuries back, for a device whose clock is.
        let (span, overflow) = end.subtractingReportingOverflow(frontier)
        guard !overflow, span / length < Int64(Self.openMax / 2) else { return }
        openRecent(stride(from: frontier, to: end, by: Int64.Stride(length)))
    }

    /// The same for single windows; those before the frontier are left as they are.
    package mutating func openRecent(_ windows: some Sequence<Int64>) {
        guard let frontier else { return }
        for window in windows where window >= frontier { open.insert(window) }
    }

    /// What of `range` the first copy has not completed, by falling start.
    package func uncopied(within range: TimeRange) -> [TimeRange] {
        var gaps: [TimeRange] = []
        var end = range.end
        for done in copied.reversed() where done.start < range.end && done.end > range.start {
            if done.end < end { gaps.append(TimeRange(done.end, end)) }
            end = min(end, done.start)
        }
        if range.start < end { gaps.append(TimeRange(range.start, end)) }
        return gaps
    }

    /// The next span that has to be read to move the frontier: whole windows that end at least `lookback` ago, of
    /// together at most `lengthMax` nanoseconds but at least one window.
    package func dueFrontier(at now: Int64, lookback: Int64, lengthMax: Int64) -> TimeRange? {
        guard let frontier else { return nil }
        let limit = window(of: now.addingClamped(-lookback))
        guard limit > frontier else { return nil }
        let end = frontier.addingClamped(max(length, lengthMax.floored(to: length)))
        return TimeRange(frontier, min(limit, end))
    }

    /// The next span of open windows in which nothing came for `quiet` nanoseconds, as many of them as there are within
    /// `lengthMax` nanoseconds: what lies between them is read as well, which costs less than another statement.
    ///
    /// - Parameter within: windows outside are left alone.
    package func dueOpen(at now: Int64, quiet: Int64, lengthMax: Int64, within: TimeRange = .all) -> TimeRange? {
        let due = open.filter { window in
            guard within.start < window.addingClamped(length), window < within.end else { return false }
            return isQuiet(window, at: now, for: quiet)
        }.sorted()
        guard let first = due.first else { return nil }
        var last = first
        for window in due.dropFirst() {
            guard window.addingClamped(length) <= first.addingClamped(lengthMax) else { break }
            last = window
        }
        return TimeRange(first, last.addingClamped(length))
    }

    /// Whether nothing was pushed into this window for so many nanoseconds.
    package func isQuiet(_ window: Int64, at now: Int64, for quiet: Int64) -> Bool {
        guard let mark = marks[window] else { return true }
        return mark.underWay == 0 && mark.touchedAt.addingClamped(quiet) <= now
    }

    /// Whether rows of pushed points were being written into this window since the moment that ``beginRead()`` gave.
    package func wasWritten(_ window: Int64, since moment: UInt64) -> Bool {
        guard let mark = marks[window] else { return false }
        return mark.underWay > 0 || mark.written > moment
    }

    /// The windows within `range` of which pushed points came or were inserted since that moment.
    package func touched(since moment: UInt64, within range: TimeRange) -> [Int64] {
        marks.filter { range.contains(self.range(of: $0.key)) && ($0.value.underWay > 0 || $0.value.touched > moment) }
            .map(\.key).sorted()
    }

    private func range(of window: Int64) -> TimeRange { TimeRange(window, window.addingClamped(length)) }

    private mutating func merge(_ range: TimeRange) {
        guard !range.isEmpty else { return }
        var merged = range
        var result: [TimeRange] = []
        for other in copied {
            if other.end < merged.start || other.start > merged.end {
                result.append(other)
            } else {
                merged = TimeRange(min(merged.start, other.start), max(merged.end, other.end))
            }
        }
        result.append(merged)
        copied = result.sorted { $0.start < $1.start }
    }

    private mutating func limitOpen(_ changes: inout Changes) {
        guard open.count > Self.openMax, let frontier, let first = open.min(), first < frontier else { return }
        moveBack(to: first, &changes)
        open = []
    }

    private mutating func moveBack(to start: Int64, _ changes: inout Changes) {
        frontier = start
        changes.frontier = start
        changes.confirmed = confirmed
        changes.forgetsOpen = true
        changes.opened = []
    }
}
