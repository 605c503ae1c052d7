/// A span of time, divided into windows of one length: the times from `start` up to and without `end`, in nanoseconds
/// since the epoch.
struct SeriesSpan: Sendable, Hashable {
    var start: Int64
    var end: Int64
    /// Nanoseconds of a window; the last one may be shorter. At least 1.
    var window: UInt64

    /// - Parameter windowsMax: into how many windows at most; at least 1.
    init(_ start: Int64, _ end: Int64, windowsMax: UInt64) {
        self.init(start, end, window: 1)
        window = max(1, length / windowsMax + (length.isMultiple(of: windowsMax) ? 0 : 1))
    }

    init(_ start: Int64, _ end: Int64, window: UInt64) {
        self.start = start
        self.end = max(start, end)
        self.window = max(1, window)
    }

    /// Nanoseconds; up to 2⁶⁴ − 1, which does not fit a signed number.
    var length: UInt64 { UInt64(bitPattern: end &- start) }

    var count: Int { Int(length / window) + (length.isMultiple(of: window) ? 0 : 1) }

    /// The window that holds a time of the span.
    func index(of time: Int64) -> Int {
        min(count - 1, Int(UInt64(bitPattern: max(start, time) &- start) / window))
    }

    /// A run of windows as a span of its own with the same windows.
    func part(_ indexes: ClosedRange<Int>) -> SeriesSpan {
        let first = start &+ Int64(bitPattern: UInt64(indexes.lowerBound) * window)
        let (edge, overflow) = UInt64(indexes.upperBound + 1).multipliedReportingOverflow(by: window)
        let last = overflow || edge >= length ? end : start &+ Int64(bitPattern: edge)
        return SeriesSpan(first, last, window: window)
    }

    // MARK: Plan

    private static let day: Int64 = 86_400_000_000_000
    private static let windowsMax: UInt64 = 4096

    /// Divides a range of time into spans that hold about as many points each, as far as the warehouse knows; so that
    /// no statement takes long and windows hold few points where there are many.
    ///
    /// - Parameters:
    ///   - days: the starts of days that have points, and how many; by rising start.
    ///   - rowsMax: of a span, about.
    static func plan(
        from start: Int64,
        to end: Int64,
        days: [(start: Int64, rows: UInt64)],
        rowsMax: UInt64 = 500_000
    ) -> [SeriesSpan] {
        var spans: [SeriesSpan] = []
        var position = start
        func add(to edge: Int64) {
            let edge = min(edge, end)
            guard edge > position else { return }
            spans.append(SeriesSpan(position, edge, windowsMax: windowsMax))
            position = edge
        }
        var open: UInt64 = 0
        for (dayStart, rows) in days {
            let (dayEnd, overflow) = dayStart.addingReportingOverflow(day)
            let edge = overflow ? Int64.max : dayEnd
            guard edge > position, dayStart < end else { continue }
            // What lies before a day without points is a span of its own.
            if dayStart > position, open == 0 || UInt64(bitPattern: dayStart &- position) > UInt64(7 * day) {
                add(to: dayStart)
                open = 0
            }
            open += rows
            guard open >= rowsMax else { continue }
            let pieces = Int64(min(1000, open / rowsMax))
            let from = position
            let length = Int64(clamping: UInt64(bitPattern: edge &- from)) / pieces
            for piece in 1...pieces { add(to: piece == pieces ? edge : from + length * piece) }
            open = 0
        }
        add(to: end)
        return spans
    }
}
