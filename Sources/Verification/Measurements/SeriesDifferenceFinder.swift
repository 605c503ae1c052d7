/// A difference of a point, and the point's time (nanoseconds since the epoch).
struct SeriesDifference: Sendable, Hashable {
    var difference: Difference
    var time: Int64
}

/// Finds out from the points of both sides which points and fields differ.
struct SeriesDifferenceFinder {
    let compared: ComparedMeasurement

    /// All differences that cannot come from a write at the source meanwhile, ordered by the points' keys.
    ///
    /// - Parameters:
    ///   - before: the source's points, read before those of the warehouse.
    ///   - after: the source's points, read after them. What is not the same in both was just written.
    ///   - shown: the warehouse's points, each as often as it is shown.
    func differences(
        before: [[UInt8]: [UInt64]],
        shown: [[UInt8]: [[UInt64]]],
        after: [[UInt8]: [UInt64]]
    ) -> [SeriesDifference] {
        var found: [(key: String, time: Int64, differences: [Difference])] = []
        for key in Set(before.keys).union(shown.keys) where before[key] == after[key] {
            let name = SeriesPointKey.describe(key, tags: compared.tags.count)
            let time = SeriesPointKey.parse(key, tags: compared.tags.count)?.time ?? 0
            let copies = shown[key] ?? []
            func difference(_ kind: Difference.Kind, _ column: String? = nil) -> Difference {
                Difference(key: name, column: column, kind: kind)
            }
            guard let point = before[key] else {
                found.append((name, time, [difference(.extra)]))
                continue
            }
            if copies.isEmpty {
                found.append((name, time, [difference(.missing)]))
                continue
            }
            var differences = copies.count > 1 ? [difference(.duplicate)] : []
            for (index, field) in compared.fields.enumerated()
            where copies.contains(where: { $0[index] != point[index] }) {
                differences.append(difference(.value, field.name))
            }
            if !differences.isEmpty { found.append((name, time, differences)) }
        }
        return found.sorted { $0.key < $1.key }.flatMap { point in
            point.differences.map { SeriesDifference(difference: $0, time: point.time) }
        }
    }
}
