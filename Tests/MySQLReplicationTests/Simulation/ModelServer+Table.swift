extension ModelServer.Table {
    /// Applies row events; false where a row is not as they have it.
    mutating func apply(_ changes: [ModelBinlog.Change]) -> Bool {
        for change in changes {
            switch change {
            case .insert(let row) where !hasKey:
                guard row.count == columns.count else { return false }
                rows[(rows.keys.max() ?? 0) + 1] = row
            case .update(let old, let row) where !hasKey:
                guard let place = rows.keys.sorted().first(where: { rows[$0] == old }) else { return false }
                rows[place] = row
            case .delete(let old) where !hasKey:
                guard let place = rows.keys.sorted().first(where: { rows[$0] == old }) else { return false }
                rows[place] = nil
            case .insert(let row):
                guard let id = row[0], rows[id] == nil, row.count == columns.count else { return false }
                rows[id] = row
            case .update(let old, let row):
                guard let id = old[0], rows[id] == old else { return false }
                rows[id] = row
            case .delete(let old):
                guard let id = old[0], rows[id] == old else { return false }
                rows[id] = nil
            }
        }
        return true
    }

    mutating func setAll(to value: Int32) {
        for id in rows.keys { rows[id]?[1] = value }
    }

    mutating func add(_ column: ModelServer.Column, _ value: Int32?) {
        columns.append(column)
        for id in rows.keys { rows[id]?.append(value) }
    }

    mutating func removeLastColumn() {
        columns.removeLast()
        for id in rows.keys { rows[id]?.removeLast() }
    }

    mutating func renumber() {
        var numbered: [Int32: [Int32?]] = [:]
        for (index, id) in rows.keys.sorted().enumerated() {
            var row = rows[id] ?? []
            row[0] = Int32(index + 1)
            numbered[Int32(index + 1)] = row
        }
        rows = numbered
    }
}
