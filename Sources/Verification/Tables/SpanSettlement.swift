import ColumnarBytes
import Warehouse

/// Checks the rows of those parts of a span whose sums differ, until each row is known to be equal or different.
///
/// What was written between the two reads makes sums differ, too. So the rows are read again, and those are set aside
/// that a batch has touched since the source was read: the versions in the raw table say which. A touched row is as it
/// should be if one of these versions is what the source showed. The others are read again; a difference counts when it
/// was seen twice, each time with nobody writing to the row in between.
struct SpanSettlement {
    static let sightingsMin = 2
    /// Keys that a statement lists.
    private static let listedKeysMax = 1000

    let comparison: TableComparison
    let table: ComparedTable
    let spans: [(span: KeySpan, buckets: Int)]
    let finder: DifferenceFinder
    /// How long the source was busy.
    var sourceTime = Duration.zero

    /// - Parameter spans: those that were summed up, and into how many parts.
    init(comparison: TableComparison, table: ComparedTable, spans: [(span: KeySpan, buckets: Int)]) {
        self.comparison = comparison
        self.table = table
        self.spans = spans
        finder = DifferenceFinder(table: table)
    }

    /// Settles parts whose sums differed; what is found goes into `result` and `tally`.
    mutating func settle(
        _ unequal: [UnequalPart],
        into result: inout TableResult,
        _ tally: inout SpanTally
    ) async throws {
        guard table.hasTextualKey || table.isMultiset else {
            for index in spans.indices {
                let parts = unequal.filter { $0.span == index }
                if !parts.isEmpty { try await settleWithoutKeys(parts, of: spans[index], into: &result, &tally) }
            }
            return
        }
        let plan = BucketPlan(columns: table.columns.count)
        var left = unequal.sorted { ($0.rows, $0.span, $0.bucket) < ($1.rows, $1.span, $1.bucket) }
        while !left.isEmpty {
            try Task.checkCancellation()
            let portion = plan.readable(left)
            let isFull = result.differences.count >= comparison.limits.differencesMax
            guard !portion.isEmpty, !isFull else {
                result.hasMoreDifferences = true
                for part in left {
                    tally.source += part.known
                    tally.warehouse += part.shown
                }
                return
            }
            if table.isMultiset {
                try await settleEqualRows(portion, into: &result, &tally)
            } else {
                try await settle(portion: portion, into: &result, &tally)
            }
            left.removeFirst(portion.count)
        }
    }

    /// A row that was checked, and the span that it is of.
    private struct Seen {
        var span: Int
        var known: HashedRow?
        var shown: [HashedRow] = []
        var touched: Set<RowVersionSeen> = []
        /// Someone else has written a version that outranks every version of Leat's.
        var isForeign = false
    }

    private mutating func settle(
        portion: [UnequalPart],
        into result: inout TableResult,
        _ tally: inout SpanTally
    ) async throws {
        var open = Dictionary(grouping: portion, by: \.span).mapValues { Set($0.map(\.bucket)) }
        var settled: Set<String> = []
        var sightings: [String: Int] = [:]
        var pending: [String: Int] = [:]
        var different: [(span: Int, known: HashedRow?, shown: [HashedRow])] = []
        for _ in 1...max(Self.sightingsMin, comparison.limits.attemptsMax) {
            let listed = listedKeys(pending)
            guard let look = try await look(at: open, listed, isRepeated: !pending.isEmpty) else { continue }
            let awaited = pending
            pending = [:]
            // Rows beside the listed ones may be seen on one side only.
            for (key, row) in look where !settled.contains(key) && (listed[row.span] == nil || awaited[key] != nil) {
                switch Self.judge(row) {
                case .equal:
                    settled.insert(key)
                    if let known = row.known {
                        tally.source += Self.sums(of: known)
                        tally.warehouse += Self.sums(of: known)
                    }
                case .different where sightings[key, default: 0] + 1 >= Self.sightingsMin:
                    settled.insert(key)
                    different.append((row.span, row.known, row.shown))
                    if let known = row.known { tally.source += Self.sums(of: known) }
                    for copy in row.shown { tally.warehouse += Self.sums(of: copy) }
                case .different:
                    sightings[key, default: 0] += 1
                    pending[key] = row.span
                case .uncertain: pending[key] = row.span
                }
            }
            open = [:]
            for (key, span) in pending { open[span, default: []].insert(bucket(of: key, span)) }
            if open.isEmpty { break }
        }
        // If no check was conclusive, not even the rows are known.
        tally.unsettled += UInt64(open.isEmpty ? 0 : max(1, pending.count))
        for index in spans.indices {
            let rows = different.filter { $0.span == index }
            if rows.isEmpty { continue }
            try await report(
                rows.compactMap(\.known),
                rows.flatMap(\.shown),
                of: spans[index].span,
                into: &result,
                &tally
            )
        }
    }

    enum Judgement { case equal, different, uncertain }

    private static func judge(_ row: Seen) -> Judgement {
        if let known = row.known, row.shown.count == 1, row.shown[0].cells == known.cells { return .equal }
        // Only its touched versions are left of a row that has come and gone between the reads.
        if row.known == nil, row.shown.isEmpty { return .equal }
        if row.touched.isEmpty || row.isForeign { return .different }
        let isGone = row.touched.contains(where: \.isTombstone)
        func isWritten(_ cells: [String]) -> Bool {
            row.touched.contains { !$0.isTombstone && $0.row.cells == cells }
        }
        // What the source showed has been written, and what the view shows is that or something newer.
        let isCarried = row.known.map { isWritten($0.cells) } ?? isGone
        let isShown =
            switch row.shown.count {
            case 0: isGone
            case 1: row.shown[0].cells == row.known?.cells || isWritten(row.shown[0].cells)
            default: false
            }
        return isCarried && isShown ? .equal : .uncertain
    }

    /// The first columns' values of the keys of rows that are still to be settled, by span, where that saves reading
    /// the whole table: a slice has no index.
    private func listedKeys(_ pending: [String: Int]) -> [Int: [String]] {
        guard table.textColumn != nil else { return [:] }
        var listed: [Int: [String]] = [:]
        for (key, span) in pending where spans[span].span.slices > 1 {
            // A key of another form than the table's: all rows of the parts are checked.
            guard let value = finder.keyValues(of: key)?.first else { return [:] }
            listed[span, default: []].append(value.hexadecimal)
        }
        return listed.filter { $0.value.count <= Self.listedKeysMax }
    }

    /// Reads the rows of some parts on both sides, and who has written to them since.
    ///
    /// - Parameters:
    ///   - listed: by span, what else is known of the rows that are wanted (``KeySpan/firstKeys``).
    ///   - isRepeated: whether these rows were looked at before and nothing could be said of some.
    /// - Returns: the rows by key; nil if a TRUNCATE or a new copy came between, so that the read says nothing.
    private mutating func look(
        at open: [Int: Set<Int>],
        _ listed: [Int: [String]],
        isRepeated: Bool
    ) async throws -> [String: Seen]? {
        let table = table
        var spans = spans
        for (index, keys) in listed { spans[index].span.firstKeys = keys }
        let places = spans
        let (source, warehouse, progress) = (comparison.source, comparison.warehouse, comparison.progress)
        let state = try await comparison.requireStreaming(table.name)
        let acknowledged = try await progress.checkpoint()?.acknowledged ?? 0
        var rows: [String: Seen] = [:]
        var versions: [String: Set<RowVersionSeen>] = [:]
        let parts = open.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
        sourceTime += try await comparison.aligned {
            for (index, buckets) in parts {
                let (span, count) = places[index]
                for row in try await source.rows(ofBuckets: buckets, of: count, in: table, span) {
                    rows[row.key] = Seen(span: index, known: row)
                }
            }
        } meanwhile: {
            // A merge takes the version that the source has shown away as soon as there is a newer one, and that may be
            // long before the warehouse has all of what the source showed.
            guard isRepeated else { return }
            versions.merge(try await self.versions(in: parts, of: places, above: acknowledged)) { $0.union($1) }
        } then: {
            // Before the rows, since a merge may come between, too.
            versions.merge(try await self.versions(in: parts, of: places, above: acknowledged)) { $0.union($1) }
            for (index, buckets) in parts {
                let (span, count) = places[index]
                for row in try await warehouse.rows(ofBuckets: buckets, of: count, in: table, span) {
                    rows[row.key, default: Seen(span: index)].shown.append(row)
                }
            }
        }
        // And after them: whatever they show of a batch, this shows, too. And the claims after that: a batch is claimed
        // before it is written, so what is beyond the last claim was not written by Leat.
        versions.merge(try await self.versions(in: parts, of: places, above: acknowledged)) { $0.union($1) }
        let claimed = try await progress.claimed()
        for (key, touched) in versions {
            rows[key]?.touched = touched.filter { RowVersion.batch(of: $0.version) <= claimed }
            rows[key]?.isForeign = touched.contains { RowVersion.batch(of: $0.version) > claimed }
        }
        return try await comparison.requireStreaming(table.name) == state ? rows : nil
    }

    /// What was written to the rows of some parts after a batch, by key.
    func versions(
        in parts: [(Int, [Int])],
        of places: [(span: KeySpan, buckets: Int)],
        above batch: UInt64
    ) async throws -> [String: Set<RowVersionSeen>] {
        var versions: [String: Set<RowVersionSeen>] = [:]
        for (index, buckets) in parts {
            let (span, count) = places[index]
            let touched = try await comparison.warehouse.versions(
                ofBuckets: buckets,
                of: count,
                in: table,
                span,
                afterBatch: batch
            )
            versions.merge(touched.mapValues(Set.init)) { $0.union($1) }
        }
        return versions
    }

    private mutating func report(
        _ known: [HashedRow],
        _ shown: [HashedRow],
        of span: KeySpan,
        into result: inout TableResult,
        _ tally: inout SpanTally
    ) async throws {
        let found = finder.found(source: known, warehouse: shown)
        let classifier = DifferenceClassifier(comparison: comparison, table: table, span: span)
        let space = max(0, comparison.limits.differencesMax - result.differences.count)
        if found.count > space { result.hasMoreDifferences = true }
        tally.duplicates += UInt64(found.count { $0.difference.kind == .duplicate })
        let (differences, rows) = try await classifier.classify(Array(found.prefix(space)))
        result.differences += differences
        result.differentRows += rows
    }

    /// Without the whole key as a text the rows cannot be distinguished: the sums are compared until they are equal, or
    /// differ with nobody writing.
    private mutating func settleWithoutKeys(
        _ unequal: [UnequalPart],
        of place: (span: KeySpan, buckets: Int),
        into result: inout TableResult,
        _ tally: inout SpanTally
    ) async throws {
        var left = Set(unequal.map(\.bucket))
        var known: [Int: RowSums] = [:]
        var shown: [Int: RowSums] = [:]
        var quietLooks = 0
        let table = table
        let (source, warehouse, progress) = (comparison.source, comparison.warehouse, comparison.progress)
        for _ in 1...max(Self.sightingsMin, comparison.limits.attemptsMax) where quietLooks < Self.sightingsMin {
            let state = try await comparison.requireStreaming(table.name)
            let acknowledged = try await progress.checkpoint()?.acknowledged ?? 0
            sourceTime += try await comparison.aligned {
                known = try await source.buckets(place.buckets, of: table, in: place.span)
            } then: {
                shown = try await warehouse.buckets(place.buckets, of: table, in: place.span)
            }
            guard try await comparison.requireStreaming(table.name) == state else { continue }
            for bucket in left where known[bucket] == shown[bucket] {
                tally.source += known[bucket] ?? RowSums()
                tally.warehouse += shown[bucket] ?? RowSums()
                left.remove(bucket)
            }
            if left.isEmpty { return }
            if try await !progress.isWritten(table.name, above: acknowledged) { quietLooks += 1 }
        }
        if quietLooks < Self.sightingsMin {
            tally.unsettled += UInt64(left.count)
        } else {
            result.hasMoreDifferences = true
        }
        for bucket in left {
            tally.source += known[bucket] ?? RowSums()
            tally.warehouse += shown[bucket] ?? RowSums()
        }
    }

    func bucket(of key: String, _ span: Int) -> Int {
        let bytes = DifferenceFinder.bytes(key)
        return bytes.withUnsafeBytes { Int(CRC32.checksum($0)) / spans[span].span.slices % spans[span].buckets }
    }

    /// Of one row: that it is not the same as of parts does no harm, since both sides are summed up alike.
    static func sums(of row: HashedRow) -> RowSums {
        var text = row.key + ":" + row.cells.joined(separator: ",")
        return RowSums(rows: 1, hash: text.withUTF8 { SipHash.hash(UnsafeRawBufferPointer($0)) })
    }
}
