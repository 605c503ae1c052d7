/// A span of time with the sums over its windows on both sides, as they were when they were last compared.
struct ComparedSpan: Sendable {
    let span: SeriesSpan
    private(set) var source: [WindowSums]
    private(set) var warehouse: [WindowSums]
    /// Windows that are not the same on both sides, by rising index.
    private(set) var unequal: [Int]

    /// - Parameters:
    ///   - source: of each window of the span.
    ///   - warehouse: likewise.
    init(_ span: SeriesSpan, source: [WindowSums], warehouse: [WindowSums]) {
        self.span = span
        self.source = source
        self.warehouse = warehouse
        unequal = source.indices.filter { source[$0] != warehouse[$0] }
    }

    /// The windows from the first that is unequal to the last, as a span of their own; `nil` if all are equal.
    ///
    /// One statement over all of them costs InfluxDB less than one for each.
    var unequalSpan: SeriesSpan? {
        guard let first = unequal.first, let last = unequal.last else { return nil }
        return span.part(first...last)
    }

    /// Takes what the windows of ``unequalSpan`` are now.
    mutating func update(source newSource: [WindowSums], warehouse newWarehouse: [WindowSums]) {
        guard let first = unequal.first else { return }
        for (offset, sums) in newSource.enumerated() { source[first + offset] = sums }
        for (offset, sums) in newWarehouse.enumerated() { warehouse[first + offset] = sums }
        unequal = source.indices.filter { source[$0] != warehouse[$0] }
    }

    /// The unequal windows in runs whose points, without those of the windows between, are at most `pointsMax`; a run
    /// has at least one window.
    func runs(pointsMax: UInt64) -> [WindowRun] {
        var runs: [(windows: [Int], points: UInt64)] = []
        for window in unequal {
            let points = max(source[window].points, warehouse[window].points)
            if let last = runs.last, last.points + points <= pointsMax {
                runs[runs.count - 1].windows.append(window)
                runs[runs.count - 1].points += points
            } else {
                runs.append(([window], points))
            }
        }
        return runs.map { run in
            let first = run.windows[0]
            return WindowRun(
                span: span.part(first...(run.windows.last ?? first)),
                windows: Set(run.windows.map { $0 - first }),
                points: run.points
            )
        }
    }

    /// Counts of the unequal windows what both sides have at least, and none of their texts.
    mutating func leaveOutUnequal() {
        for window in unequal {
            let sums = WindowSums(points: min(source[window].points, warehouse[window].points))
            source[window] = sums
            warehouse[window] = sums
        }
        unequal = []
    }
}

/// Some windows of a span, which are read in one go.
struct WindowRun: Sendable, Hashable {
    var span: SeriesSpan
    /// By their index in the span.
    var windows: Set<Int>
    /// How many points they hold together, about.
    var points: UInt64

    func contains(_ time: Int64) -> Bool { windows.contains(span.index(of: time)) }
}
