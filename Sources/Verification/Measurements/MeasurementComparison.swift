/// Compares the points of one measurement.
struct MeasurementComparison: Sendable {
    let reader: SeriesReader
    let pipeline: String
    let options: MeasurementVerifier.Options
    let report: @Sendable (VerificationProgress) -> Void

    /// Maximum of spans with differences that are kept and checked again; those beyond it are only counted.
    private static let spansMax = 64
    /// Points that differ and are remembered from one check to the next.
    private static let trackedMax = 10_000
    /// So often windows are compared again before their points are read: what was on its way is there by then.
    private static let attempts = 3
    private static let hour: Int64 = 3_600_000_000_000

    private var measurement: MeasurementToVerify { reader.compared.measurement }

    /// - Parameter now: the end of what is compared, in nanoseconds since the epoch.
    func fill(_ result: inout TableResult, upTo now: Int64) async throws {
        let start = oldest(at: now)
        let days = try await reader.days(from: start, to: now)
        var source = WindowSums()
        var warehouse = WindowSums()
        var left: [ComparedSpan] = []
        var hasMore = false
        for span in SeriesSpan.plan(from: start, to: now, days: days) {
            try Task.checkCancellation()
            let sums = try await reader.sums(span)
            let compared = ComparedSpan(span, source: sums.source, warehouse: sums.warehouse)
            if compared.unequal.isEmpty || left.count >= Self.spansMax {
                for sums in compared.source { source.add(sums) }
                for sums in compared.warehouse { warehouse.add(sums) }
                hasMore = hasMore || !compared.unequal.isEmpty
            } else {
                left.append(compared)
            }
        }
        try await settle(&left, hasMore: hasMore, &result)
        for span in left {
            for sums in span.source { source.add(sums) }
            for sums in span.warehouse { warehouse.add(sums) }
        }
        result.sourceRows = source.points
        result.warehouseRows = warehouse.points
        result.sourceChecksum = source.description
        result.warehouseChecksum = warehouse.description
        result.isEqual = result.differences.isEmpty && !result.hasMoreDifferences
        if result.isEqual { result.duplicateKeys = 0 }
        guard source.points == 0, warehouse.points == 0, result.keptRows == 0, result.isEqual,
            try await reader.hasPoints()
        else { return }
        // Neither side has points that could be compared: that proves nothing.
        result.isEqual = false
        result.failure =
            "nothing was compared: all points are near the end of their retention, or of the future\n  fix: verify again when there are younger ones"
    }

    /// Older points may be gone on one side because of their age.
    private func oldest(at now: Int64) -> Int64 {
        let ages = [measurement.retention, measurement.timeToLive].compactMap { $0?.components.seconds }
        // The earliest that InfluxDB can hold.
        guard let age = ages.min() else { return .min + 2 }
        let (nanoseconds, overflow) = age.multipliedReportingOverflow(by: 1_000_000_000)
        // A tenth of the age, at most an hour: for clocks that differ, and the time that comparing takes.
        return overflow ? .min + 2 : max(.min + 2, now - nanoseconds + min(Self.hour, nanoseconds / 10))
    }

    // MARK: Settling

    /// Compares again what was unequal: until it is equal, or the pipeline already knows of the points that differ.
    ///
    /// While the source is written to, some windows are unequal at every check. Then the points decide: those that the
    /// source had before and after a read of the warehouse must be in it.
    private func settle(_ spans: inout [ComparedSpan], hasMore: Bool, _ result: inout TableResult) async throws {
        let start = ContinuousClock.now
        var deadline = start + options.settleMax
        var known: SeriesProgress?
        var unsettled: Set<String>?
        var suspects: Set<SeriesDifference> = []
        var round = 0
        while true {
            spans = try await compareAgain(spans, pause: round > 0 ? options.settleInterval : .zero)
            round += 1
            if spans.allSatisfy(\.unequal.isEmpty) {
                result.hasMoreDifferences = hasMore
                return
            }
            if round < Self.attempts { continue }
            report(.searching(tables: [measurement.name]))
            let progress = try await progress()
            let search = try await search(spans, progress)
            let later = try await self.progress()
            let (found, isCut) = (search.differences, hasMore || search.isCut)
            result.keptRows = search.kept
            if found.isEmpty, !isCut { return exclude(&spans) }
            // Points keep arriving that a read has still to bring. Those that differed at the first check are what
            // counts: once each was seen to be equal, nothing of then is missing.
            if !isCut {
                let keys = Set(found.map { "\($0.time) \($0.difference.key ?? "")" })
                unsettled = unsettled?.intersection(keys) ?? keys
                if unsettled?.isEmpty ?? false { return exclude(&spans) }
            }
            let now = ContinuousClock.now
            // It is on its way to them, and makes progress.
            if let known, progress.differs(from: known) {
                deadline = min(now + options.settleMax, start + options.patience)
            }
            known = progress
            // A push that has just come is not on record yet: what counts was found twice.
            let certain = found.filter { !progress.mayChange($0.time) && !later.mayChange($0.time) }
            let confirmed = certain.filter(suspects.contains)
            suspects = Set(certain)
            // However many there are of those that it has still to read.
            if hasMore || !confirmed.isEmpty || now >= deadline {
                let listed = confirmed.isEmpty ? found : confirmed
                result.differences = listed.prefix(options.differencesMax).map(\.difference)
                result.hasMoreDifferences = isCut || listed.count > options.differencesMax
                result.differentSpans = spans.flatMap { $0.runs(pointsMax: 0) }.map { $0.span.start..<$0.span.end }
                return
            }
            report(.behind(table: measurement.name))
            try await Task.sleep(for: max(options.settleInterval, min(.seconds(10), (now - start) / 8)))
        }
    }

    private func progress() async throws -> SeriesProgress {
        try await SeriesProgress.read(reader.warehouse, pipeline: pipeline, measurement: measurement.table)
    }

    private func compareAgain(_ spans: [ComparedSpan], pause: Duration) async throws -> [ComparedSpan] {
        try await Task.sleep(for: pause)
        var again = spans
        for index in again.indices {
            guard let span = again[index].unequalSpan else { continue }
            let sums = try await reader.sums(span)
            again[index].update(source: sums.source, warehouse: sums.warehouse)
        }
        return again
    }

    /// The points of these windows are all there, save those just written: of either side's sums, which were not taken
    /// at the same moment, only what both have is counted.
    private func exclude(_ spans: inout [ComparedSpan]) {
        for index in spans.indices { spans[index].leaveOutUnequal() }
    }

    // MARK: Searching

    /// What a search has found.
    private struct Found {
        var differences: [SeriesDifference] = []
        /// Points that the warehouse keeps as it is meant to.
        var kept: UInt64 = 0
        /// There may be more than were checked.
        var isCut = false

        mutating func add(_ other: Found) {
            differences += other.differences
            kept += other.kept
            isCut = isCut || other.isCut
        }
    }

    /// The points that differ, but for those just written; none if that is all that differs.
    private func search(_ spans: [ComparedSpan], _ progress: SeriesProgress) async throws -> Found {
        var found = Found()
        for run in spans.flatMap({ $0.runs(pointsMax: options.pointsMax) }) {
            if found.differences.count > Self.trackedMax {
                found.isCut = true
                break
            }
            found.add(try await differences(in: run, progress))
        }
        return found
    }

    /// The differences within some windows, which are divided until they fit into memory.
    private func differences(in run: WindowRun, _ progress: SeriesProgress) async throws -> Found {
        if run.points <= options.pointsMax || run.span.length <= 1 {
            let before = try await reader.knownPoints(run)
            try await Task.sleep(for: options.settleInterval)
            let shown = try await reader.shownPoints(run)
            let after = try await reader.knownPoints(run)
            let all = SeriesDifferenceFinder(compared: reader.compared)
                .differences(before: before, shown: shown, after: after)
            return classify(all, progress)
        }
        var found = Found()
        let parts = SeriesSpan(run.span.start, run.span.end, windowsMax: 64)
        let sums = try await reader.sums(parts)
        let compared = ComparedSpan(parts, source: sums.source, warehouse: sums.warehouse)
        for part in compared.runs(pointsMax: options.pointsMax) {
            if found.differences.count > Self.trackedMax {
                found.isCut = true
                break
            }
            found.add(try await differences(in: part, progress))
        }
        return found
    }

    /// Distinguishes what the warehouse keeps on purpose from what differs.
    private func classify(_ all: [SeriesDifference], _ progress: SeriesProgress) -> Found {
        guard measurement.keepsDeleted else { return Found(differences: all) }
        var found = Found()
        var kept: Set<String?> = []
        for difference in all {
            if difference.isSurplus, progress.isConfirmed(difference.time) {
                kept.insert(difference.difference.key)
            } else {
                found.differences.append(difference)
            }
        }
        found.kept = UInt64(kept.count)
        return found
    }
}
