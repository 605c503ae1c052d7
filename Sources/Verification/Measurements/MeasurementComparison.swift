/// Compares the points of one measurement.
struct MeasurementComparison: Sendable {
    /// Windows in which the two sides were different.
    private struct Unequal {
        var span: SeriesSpan
        var source: WindowSums
        var warehouse: WindowSums
    }

    let reader: SeriesReader
    let pipeline: String
    let options: MeasurementVerifier.Options
    let searching: @Sendable () -> Void

    /// Windows looked at again, and remembered, at the most; what lies beyond only counts.
    private static let unequalMax = 500
    /// Windows that settle no pipeline are looked at so often, in case both sides were read around a write.
    private static let attempts = 3
    private static let hour: Int64 = 3_600_000_000_000

    private var measurement: VerifiedMeasurement { reader.compared.measurement }

    /// - Parameter now: the end of what is compared, in nanoseconds since the epoch.
    func fill(_ result: inout TableResult, upTo now: Int64) async throws {
        let start = oldest(at: now)
        let days = try await reader.days(from: start, to: now)
        var source = WindowSums()
        var warehouse = WindowSums()
        var unequal: [Unequal] = []
        var hasMore = false
        for span in SeriesSpan.plan(from: start, to: now, days: days) {
            try Task.checkCancellation()
            let sums = try await reader.sums(span)
            for index in sums.source.indices {
                source.add(sums.source[index])
                warehouse.add(sums.warehouse[index])
                guard sums.source[index] != sums.warehouse[index] else { continue }
                if unequal.count < Self.unequalMax {
                    unequal.append(
                        Unequal(
                            span: span.part(index...index),
                            source: sums.source[index],
                            warehouse: sums.warehouse[index]
                        )
                    )
                } else {
                    hasMore = true
                }
            }
        }
        for _ in 0..<Self.attempts {
            unequal = try await settle(unequal, &source, &warehouse)
            result.sourceRows = source.points
            result.warehouseRows = warehouse.points
            result.sourceChecksum = source.description
            result.warehouseChecksum = warehouse.description
            result.isEqual = unequal.isEmpty && !hasMore
            if result.isEqual {
                result.duplicateKeys = 0
                return
            }
            searching()
            if try await search(unequal, &result, hasMore: hasMore) { return }
        }
        throw VerificationError(
            .sourceMoving,
            "\(measurement.name) is written to so fast that some spans of time were never the same on both sides",
            remedy: "stop the writers for a moment and verify again"
        )
    }

    /// Older points may be gone on one side because of their age.
    private func oldest(at now: Int64) -> Int64 {
        let ages = [measurement.retention, measurement.timeToLive].compactMap { $0?.components.seconds }
        // The earliest that InfluxDB can hold.
        guard let age = ages.min() else { return .min + 2 }
        let (nanoseconds, overflow) = age.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .min + 2 : max(.min + 2, now - nanoseconds + Self.hour)
    }

    // MARK: Settling

    /// Compares the windows again until they are equal, or nothing speaks for that they will be.
    ///
    /// - Returns: those that are still different. The totals are kept right.
    private func settle(
        _ unequal: [Unequal],
        _ source: inout WindowSums,
        _ warehouse: inout WindowSums
    ) async throws -> [Unequal] {
        var left = unequal
        var attempt = 0
        let deadline = ContinuousClock.now + options.settleMax
        while !left.isEmpty {
            attempt += 1
            let progress = try await SeriesProgress.read(
                reader.warehouse,
                pipeline: pipeline,
                measurement: measurement.table
            )
            let isHopeful = left.contains { progress.mayChange($0.span) } && ContinuousClock.now < deadline
            if attempt > Self.attempts, !isHopeful { break }
            try await Task.sleep(for: options.settleInterval)
            var still: [Unequal] = []
            for run in Self.runs(left) {
                let sums = try await reader.sums(run.span)
                for (index, old) in run.windows.enumerated() {
                    source.remove(old.source)
                    warehouse.remove(old.warehouse)
                    source.add(sums.source[index])
                    warehouse.add(sums.warehouse[index])
                    guard sums.source[index] != sums.warehouse[index] else { continue }
                    still.append(
                        Unequal(span: old.span, source: sums.source[index], warehouse: sums.warehouse[index])
                    )
                }
            }
            left = still
        }
        return left
    }

    /// Windows that follow each other, together.
    private static func runs(_ windows: [Unequal]) -> [(span: SeriesSpan, windows: [Unequal])] {
        var runs: [(span: SeriesSpan, windows: [Unequal])] = []
        for window in windows {
            let isNext = runs.last.map { last in
                last.span.end == window.span.start && last.span.window == window.span.window
                    && last.windows.allSatisfy { $0.span.length == window.span.window }
            }
            if isNext == true {
                runs[runs.count - 1].span.end = window.span.end
                runs[runs.count - 1].windows.append(window)
            } else {
                runs.append((window.span, [window]))
            }
        }
        return runs
    }

    // MARK: Searching

    /// Lists the points that differ.
    ///
    /// - Returns: false if all that differs was just written.
    private func search(_ windows: [Unequal], _ result: inout TableResult, hasMore: Bool) async throws -> Bool {
        var found: [Difference] = []
        var isCut = false
        for window in windows where !isCut {
            let points = max(window.source.points, window.warehouse.points)
            found += try await differences(in: window.span, points: points, isCut: &isCut)
            if found.count > options.differencesMax { isCut = true }
        }
        result.differences = Array(found.prefix(options.differencesMax))
        result.hasMoreDifferences = hasMore || isCut
        return hasMore || !found.isEmpty
    }

    /// The differences within a span, which is divided until it fits into memory.
    ///
    /// - Parameter isCut: set if there may be more than are returned.
    private func differences(in span: SeriesSpan, points: UInt64, isCut: inout Bool) async throws -> [Difference] {
        if points <= options.pointsMax || span.length <= 1 {
            let before = try await reader.knownPoints(span)
            try await Task.sleep(for: options.settleInterval)
            let shown = try await reader.shownPoints(span)
            let after = try await reader.knownPoints(span)
            return SeriesDifferenceFinder(compared: reader.compared)
                .differences(before: before, shown: shown, after: after)
        }
        var found: [Difference] = []
        let parts = SeriesSpan(span.start, span.end, windowsMax: 64)
        let sums = try await reader.sums(parts)
        for index in sums.source.indices where sums.source[index] != sums.warehouse[index] {
            if found.count > options.differencesMax {
                isCut = true
                break
            }
            found += try await differences(
                in: parts.part(index...index),
                points: max(sums.source[index].points, sums.warehouse[index].points),
                isCut: &isCut
            )
        }
        return found
    }
}
