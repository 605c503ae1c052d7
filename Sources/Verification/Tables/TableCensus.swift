import LeatState

/// Finds the tables that only one side has. Pure.
///
/// `leat.tables` is read before the source's list, and again when the pipeline has come to a position of the source
/// that was read after the list: a CREATE or DROP in between must not pass for a fault.
struct TableCensus: Sendable, Hashable {
    /// What the pipeline knew before the source's list was read.
    private var before: [String: PipelineProgress.Table]
    /// The source's tables that the configuration follows.
    private var source: Set<String>
    /// Of ``before``, those that the configuration follows.
    private var wanted: Set<String>

    /// - Parameters:
    ///   - before: as `leat.tables` had it before the source's list was read.
    ///   - source: the source's tables, of those that the configuration follows.
    ///   - isFollowed: whether the configuration follows a table of that name.
    init(before: [String: PipelineProgress.Table], source: Set<String>, isFollowed: (String) -> Bool) {
        self.before = before
        self.source = source
        wanted = Set(before.keys.filter(isFollowed))
    }

    /// Whether something may be wrong, so that it is worth waiting for the pipeline.
    var isSuspicious: Bool {
        !source.isSubset(of: known(in: before)) || !wanted.intersection(known(in: before)).isSubset(of: source)
    }

    /// - Parameter after: what the pipeline knows, having reached a position of the source after its list.
    /// - Returns: by name what is wrong with each table that only one side has.
    func strays(after: [String: PipelineProgress.Table]) -> [String: Difference.Kind] {
        var strays: [String: Difference.Kind] = [:]
        for name in wanted.intersection(known(in: before)).subtracting(source) where after[name] == before[name] {
            strays[name] = .extraTable
        }
        for name in source.subtracting(known(in: before)) where after[name] == before[name] {
            strays[name] = .missingTable
        }
        return strays
    }

    private func known(in tables: [String: PipelineProgress.Table]) -> Set<String> {
        Set(tables.filter { $0.value.phase != .dropped }.keys)
    }
}
