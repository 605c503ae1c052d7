import InfluxProtocol

/// A difference of a point, and the point's time (nanoseconds since the epoch).
struct SeriesDifference: Sendable, Hashable {
    var difference: Difference
    var time: Int64
    /// The warehouse has something that the source has not: the point, or the field.
    var isSurplus = false
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
        var found: [(key: String, differences: [SeriesDifference])] = []
        for key in Set(before.keys).union(shown.keys) where before[key] == after[key] {
            let name = SeriesPointKey.describe(key, tags: compared.tags.count)
            let time = SeriesPointKey.parse(key, tags: compared.tags.count)?.time ?? 0
            let copies = shown[key] ?? []
            guard let point = before[key] else {
                found.append((name, [difference(.extra, of: name, time, isSurplus: true)]))
                continue
            }
            if copies.isEmpty {
                found.append((name, [difference(.missing, of: name, time)]))
                continue
            }
            var differences = copies.count > 1 ? [difference(.duplicate, of: name, time)] : []
            for (index, field) in compared.fields.enumerated()
            where copies.contains(where: { $0[index] != point[index] }) {
                let isSurplus = point[index] == Self.hashOfNull(field.type)
                differences.append(difference(.value, of: name, time, field.name, isSurplus: isSurplus))
            }
            if !differences.isEmpty { found.append((name, differences)) }
        }
        return found.sorted { $0.key < $1.key }.flatMap(\.differences)
    }

    private func difference(
        _ kind: Difference.Kind,
        of key: String,
        _ time: Int64,
        _ column: String? = nil,
        isSurplus: Bool = false
    ) -> SeriesDifference {
        SeriesDifference(
            difference: Difference(key: key, column: column, kind: kind),
            time: time,
            isSurplus: isSurplus
        )
    }

    /// The hash of the cell of a field that a point does not have (``ComparedMeasurement``).
    private static func hashOfNull(_ type: FieldType) -> UInt64 {
        Array((type == .string ? "N" : "N,").utf8).withUnsafeBytes { SipHash.hash($0) }
    }
}
