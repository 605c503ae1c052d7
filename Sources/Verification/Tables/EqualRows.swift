import Warehouse

/// Rows of a table without a key that are equal in all columns: how many each side has.
///
/// The stream adds and takes away one at a time, so the source has shown the number after some of what a batch has done
/// since the last acknowledged one, and the warehouse the number after all of it.
struct EqualRows: Sendable {
    /// One of them.
    var row: HashedRow
    var span: Int
    /// How many the source has shown, and the view after that.
    var known = 0
    var shown = 0
    /// What was written of them after the last acknowledged batch, before and after the view was read.
    var before: Set<RowVersionSeen> = []
    var after: Set<RowVersionSeen> = []
    /// Somebody else has written some.
    var isForeign = false

    func judge() -> SpanSettlement.Judgement {
        if isForeign { return known == shown ? .equal : .different }
        if after.isEmpty { return known == shown ? .equal : .different }
        // The view may have shown any of what came between.
        guard before == after else { return .uncertain }
        var count = shown - after.reduce(0) { $0 + $1.change }
        if count == known { return .equal }
        for version in after.sorted(by: { $0.version < $1.version }) {
            count += version.change
            if count == known { return .equal }
        }
        return .uncertain
    }
}

extension RowVersionSeen {
    /// Of a table without a key: how many more there are of a row.
    fileprivate var change: Int { isTombstone ? -1 : 1 }
}

extension SpanSettlement {
    /// Counts rows that are equal in all columns, on both sides, until each number is known to be right or wrong.
    mutating func settleEqualRows(
        _ portion: [UnequalPart],
        into result: inout TableResult,
        _ tally: inout SpanTally
    ) async throws {
        var open = Dictionary(grouping: portion, by: \.span).mapValues { Set($0.map(\.bucket)) }
        var settled: Set<HashedRow> = []
        var sightings: [HashedRow: Int] = [:]
        var pending: [HashedRow: EqualRows] = [:]
        var different: [EqualRows] = []
        for _ in 1...max(Self.sightingsMin, comparison.limits.attemptsMax) {
            guard let look = try await lookForEqualRows(at: open) else { continue }
            pending = [:]
            for rows in look where !settled.contains(rows.row) {
                let judgement = rows.judge()
                if judgement == .different { sightings[rows.row, default: 0] += 1 }
                let isSettled =
                    judgement == .equal
                    || (judgement == .different && sightings[rows.row, default: 0] >= Self.sightingsMin)
                guard isSettled else {
                    pending[rows.row] = rows
                    continue
                }
                settled.insert(rows.row)
                if judgement == .different { different.append(rows) }
                for _ in 0..<rows.known { tally.source += Self.sums(of: rows.row) }
                let shown = judgement == .equal ? rows.known : rows.shown
                for _ in 0..<shown { tally.warehouse += Self.sums(of: rows.row) }
            }
            open = [:]
            for (row, rows) in pending { open[rows.span, default: []].insert(bucket(of: row.key, rows.span)) }
            if open.isEmpty { break }
        }
        // If no look was conclusive, not even the rows are known.
        tally.unsettled += UInt64(
            open.isEmpty ? 0 : max(1, pending.values.reduce(0) { $0 + max(1, abs($1.known - $1.shown)) })
        )
        report(different, into: &result)
    }

    /// - Returns: nil if a TRUNCATE or a new copy came between, so that the read says nothing.
    private mutating func lookForEqualRows(at open: [Int: Set<Int>]) async throws -> [EqualRows]? {
        let (table, places) = (table, spans)
        let (source, warehouse, progress) = (comparison.source, comparison.warehouse, comparison.progress)
        let state = try await comparison.requireStreaming(table.name)
        let acknowledged = try await progress.checkpoint()?.acknowledged ?? 0
        let parts = open.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
        var rows: [HashedRow: EqualRows] = [:]
        func note(_ row: HashedRow, _ span: Int, _ change: (inout EqualRows) -> Void) {
            change(&rows[row, default: EqualRows(row: row, span: span)])
        }
        sourceTime += try await comparison.aligned {
            for (index, buckets) in parts {
                let (span, count) = places[index]
                for row in try await source.rows(ofBuckets: buckets, of: count, in: table, span) {
                    note(row, index) { $0.known += 1 }
                }
            }
        } then: {
            for version in try await self.versions(in: parts, of: places, above: acknowledged).values.joined() {
                note(version.row, parts[0].0) { $0.before.insert(version) }
            }
            for (index, buckets) in parts {
                let (span, count) = places[index]
                for row in try await warehouse.rows(ofBuckets: buckets, of: count, in: table, span) {
                    note(row, index) { $0.shown += 1 }
                }
            }
        }
        for version in try await self.versions(in: parts, of: places, above: acknowledged).values.joined() {
            note(version.row, parts[0].0) { $0.after.insert(version) }
        }
        let claimed = try await progress.claimed()
        for row in rows.keys where rows[row]?.after.contains(where: { $0.isBeyond(claimed) }) ?? false {
            rows[row]?.isForeign = true
        }
        return try await comparison.requireStreaming(table.name) == state ? Array(rows.values) : nil
    }

    /// A difference for each row that is missing or too many.
    private func report(_ different: [EqualRows], into result: inout TableResult) {
        let named = different.map { (name: finder.describe(key: $0.row.key), rows: $0) }
        for (name, rows) in named.sorted(by: { $0.name < $1.name }) {
            let kind: Difference.Kind = rows.isForeign ? .foreign : rows.known > rows.shown ? .missing : .extra
            for _ in 0..<abs(rows.known - rows.shown) {
                guard result.differences.count < comparison.limits.differencesMax else {
                    result.hasMoreDifferences = true
                    return
                }
                result.differences.append(Difference(key: name, column: nil, kind: kind))
            }
        }
    }
}

extension RowVersionSeen {
    /// Whether it is of a batch that was not claimed, and so not Leat's.
    fileprivate func isBeyond(_ claimed: UInt64) -> Bool { RowVersion.batch(of: version) > claimed }
}
