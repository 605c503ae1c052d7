/// Table maps and rows of tables of integers and dates, as a server writes them.
enum ModelBinlog {
    enum Change {
        case insert([Int32?])
        case update(from: [Int32?], to: [Int32?])
        case delete([Int32?])
    }

    static func tableMap(
        _ id: UInt64,
        _ table: String,
        _ columns: [ModelSource.Column],
        hasKey: Bool = true,
        database: String = ModelSource.database
    ) -> [UInt8] {
        func name(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
        let names = columns.flatMap { name($0.name) }
        var nullable: UInt8 = 0
        for (index, column) in columns.enumerated() where column.isNullable { nullable |= 1 << index }
        let types: [UInt8] = columns.map { $0.isDate ? 10 : 3 }
        // All signed; then names and the primary key.
        let metadata: [UInt8] = [1, 1, 0, 4, UInt8(names.count)]
        return BinlogWriter.event(
            type: 19,
            BinlogWriter.tableID(id),
            BinlogWriter.integer(UInt16(1)),
            name(database),
            [0],
            name(table),
            [0, UInt8(columns.count)],
            types,
            [0, nullable],
            metadata,
            names,
            hasKey ? [8, 1, 0] : []
        )
    }

    /// - Parameter isMinimal: whether there is as little in the images as with `binlog_row_image=MINIMAL`.
    static func rows(
        _ id: UInt64,
        _ columns: [ModelSource.Column],
        _ changes: [Change],
        isMinimal: Bool = false
    ) -> [[UInt8]] {
        if isMinimal { return changes.map { minimal(id, columns, $0) } }
        return changes.map { change in
            let (type, images): (UInt8, [[Int32?]]) =
                switch change {
                case .insert(let row): (30, [row])
                case .update(let from, let to): (31, [from, to])
                case .delete(let row): (32, [row])
                }
            return BinlogWriter.event(
                type: type,
                BinlogWriter.tableID(id),
                BinlogWriter.integer(UInt16(1)),
                BinlogWriter.integer(UInt16(2)),
                [UInt8(columns.count)],
                [UInt8](repeating: 0xFF, count: images.count),
                images.flatMap { image($0, columns) }
            )
        }
    }

    private static func minimal(_ id: UInt64, _ columns: [ModelSource.Column], _ change: Change) -> [UInt8] {
        func event(_ type: UInt8, _ images: [(row: [Int32?], present: [Int])]) -> [UInt8] {
            BinlogWriter.event(
                type: type,
                BinlogWriter.tableID(id),
                BinlogWriter.integer(UInt16(1)),
                BinlogWriter.integer(UInt16(2)),
                [UInt8(columns.count)],
                images.map { image in image.present.reduce(UInt8(0xFF) << UInt8(columns.count)) { $0 | 1 << $1 } },
                images.flatMap { found in
                    image(found.present.map { found.row[$0] }, found.present.map { columns[$0] })
                }
            )
        }
        switch change {
        // What has been left out has its default.
        case .insert(let row):
            return event(30, [(row, columns.indices.filter { $0 == 0 || row[$0] != columns[$0].value })])
        case .update(let old, let row):
            let changed = columns.indices.filter { old[$0] != row[$0] }
            return event(31, [(old, [0]), (row, changed.isEmpty ? [0] : changed)])
        case .delete(let row): return event(32, [(row, [0])])
        }
    }

    private static func image(_ row: [Int32?], _ columns: [ModelSource.Column]) -> [UInt8] {
        var nulls: UInt8 = 0
        var bytes: [UInt8] = []
        for (index, value) in row.enumerated() {
            if let value {
                bytes += columns[index].isDate ? ModelDate.image(value) : BinlogWriter.integer(value)
            } else {
                nulls |= 1 << index
            }
        }
        return [nulls | (0xFF << row.count)] + bytes
    }
}
