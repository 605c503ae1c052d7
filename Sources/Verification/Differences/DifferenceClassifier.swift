import ClickHouseClient
import LeatState
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Warehouse

/// Finds out how differences have come about, where that can be determined.
struct DifferenceClassifier {
    /// Keys that are asked for in one statement.
    private static let keysMax = 500

    let comparison: TableComparison
    let table: ComparedTable
    let span: KeySpan

    /// The same differences with the kinds that say more, and the rows behind them.
    func classify(_ found: [DifferenceFinder.Found]) async throws -> ([Difference], [DifferentRow]) {
        var keys: [String] = []
        for entry in found where keys.last != entry.rowKey { keys.append(entry.rowKey) }
        let foreign = try await foreignVersions(of: keys)
        let stale = try await staleRows(found, except: foreign)
        let orphans = try await orphans(found, except: foreign)
        let differences = found.map { entry in
            var difference = entry.difference
            switch difference.kind {
            case .missing, .extra, .value:
                if foreign[entry.rowKey] != nil {
                    difference.kind = .foreign
                } else if orphans.contains(entry.rowKey) {
                    difference.kind = .orphan
                } else if difference.kind == .value, stale.contains(entry.rowKey) {
                    difference.kind = .stale
                }
            default: break
            }
            return difference
        }
        return (differences, keys.map { DifferentRow(key: $0, foreignVersions: foreign[$0] ?? []) })
    }

    // MARK: Foreign writes

    /// Versions that no batch of the pipeline has, by row: only of rows whose newest version is such.
    private func foreignVersions(of keys: [String]) async throws -> [String: [UInt64]] {
        var foreign: [String: [UInt64]] = [:]
        for portion in Self.portions(of: keys) {
            let history = try await comparison.warehouse.history(of: portion, in: table, span)
            let numbers = Set(history.values.joined().map(RowVersion.batch(of:)))
            let (known, lowest) = try await comparison.progress.batches(numbers)
            let copiedFrom = try await comparison.progress.tables()[table.name]?.copiedFrom
            for (key, versions) in history {
                let strange = versions.filter {
                    // What a copy has not found is marked under the number after which it began.
                    RowVersion.batch(of: $0) != copiedFrom && !isOwn($0, known, lowest)
                }
                if let newest = versions.max(), strange.contains(newest) { foreign[key] = strange.sorted() }
            }
        }
        return foreign
    }

    private func isOwn(_ version: UInt64, _ known: [UInt64: Set<String>], _ lowest: UInt64) -> Bool {
        let number = RowVersion.batch(of: version)
        guard let batch = known[number] else {
            // Records of old batches are deleted after a month.
            return number < lowest
        }
        return batch.contains(table.name)
    }

    // MARK: Stale rows

    /// Rows with a time that is later at the source.
    private func staleRows(
        _ found: [DifferenceFinder.Found],
        except foreign: [String: [UInt64]]
    ) async throws -> Set<String> {
        let times = table.columns.filter { column in
            switch column.type {
            case .timestamp, .dateTime, .dateText(.timestamp), .dateText(.dateTime): true
            default: false
            }
        }
        let names = Set(times.map(\.name))
        let candidates = found.filter {
            $0.difference.kind == .value && foreign[$0.rowKey] == nil && names.contains($0.difference.column ?? "")
        }
        var stale: Set<String> = []
        for portion in Self.portions(of: Array(Set(candidates.map(\.rowKey)))) {
            let known = try await comparison.source.texts(of: times, keys: portion, in: table, span)
            let shown = try await comparison.warehouse.texts(of: times, keys: portion, in: table, span)
            for key in portion {
                guard let known = known[key], let shown = shown[key] else { continue }
                // Texts of one column have the same number of digits, so they sort as the times do.
                let isLater = zip(known, shown).contains { ($0 ?? "") > ($1 ?? "") }
                let isEarlier = zip(known, shown).contains { ($0 ?? "") < ($1 ?? "") }
                if isLater, !isEarlier { stale.insert(key) }
            }
        }
        return stale
    }

    // MARK: Cascades

    /// Rows that the source has lost or changed with the row that a foreign key of theirs pointed to.
    private func orphans(
        _ found: [DifferenceFinder.Found],
        except foreign: [String: [UInt64]]
    ) async throws -> Set<String> {
        let candidates = found.filter { [.extra, .value].contains($0.difference.kind) && foreign[$0.rowKey] == nil }
        guard !candidates.isEmpty else { return [] }
        do {
            return try await orphans(among: candidates)
        } catch let error as MySQLError where error.code == .server {
            // The user may not read the parent. Then it is not known, and the difference stays what it is.
            return []
        }
    }

    private func orphans(among candidates: [DifferenceFinder.Found]) async throws -> Set<String> {
        var orphans: Set<String> = []
        for link in try await comparison.source.cascades(of: table) {
            guard let column = table.columns.first(where: { $0.name == link.column }) else { continue }
            let concerned = candidates.filter {
                $0.difference.kind == .extra ? link.deletesRows : $0.difference.column == link.column
            }
            for portion in Self.portions(of: Array(Set(concerned.map(\.rowKey)))) {
                let shown = try await comparison.warehouse.texts(of: [column], keys: portion, in: table, span)
                for (key, values) in shown {
                    guard let value = values.first.flatMap({ $0 }) else { continue }
                    if try await !comparison.source.hasParent(link, value, column.type) { orphans.insert(key) }
                }
            }
        }
        return orphans
    }

    private static func portions(of keys: [String]) -> [[String]] {
        stride(from: 0, to: keys.count, by: keysMax).map { Array(keys[$0..<min($0 + keysMax, keys.count)]) }
    }
}
