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
    ) -> [Difference] {
        var found: [(key: String, differences: [Difference])] = []
        for key in Set(before.keys).union(shown.keys) where before[key] == after[key] {
            let name = SeriesPointKey.describe(key, tags: compared.tags.count)
            let copies = shown[key] ?? []
            func difference(_ kind: Difference.Kind, _ column: String? = nil) -> Difference {
                Difference(key: name, column: column, kind: kind)
            }
            guard let point = before[key] else {
                found.append((name, [difference(.extra)]))
                continue
            }
            if copies.isEmpty {
                found.append((name, [difference(.missing)]))
                continue
            }
            var differences = copies.count > 1 ? [difference(.duplicate)] : []
            for (index, field) in compared.fields.enumerated()
            where copies.contains(where: { $0[index] != point[index] }) {
                differences.append(difference(.value, field.name))
            }
            if !differences.isEmpty { found.append((name, differences)) }
        }
        return found.sorted { $0.key < $1.key }.flatMap(\.differences)
    }
}
