import MySQLProtocol

extension BinlogWriter {
    /// A piece of a transaction, after its GTID.
    enum Piece {
        case begin
        /// The commit of a transactional engine.
        case xid
        case rows(Rows)
        /// A statement, and the databases that it says it used; nil for none said.
        case query(String, schema: String = BinlogWriter.database, databases: [String]? = nil, collation: UInt16? = nil)
        case raw([UInt8])
    }

    /// All events of one transaction, piece by piece.
    static func transaction(_ sequence: Int64, pieces: [Piece]) throws -> [[UInt8]] {
        var events = [try gtid(sequence)]
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .begin: events.append(query("BEGIN"))
            case .xid: events.append(event(type: 16, integer(UInt64(1))))
            case .rows(let part):
                let id = UInt64(index + 10)
                events.append(tableMap(id, part.table))
                events.append(contentsOf: rowsEvents(id, part.changes))
            case .query(let sql, let schema, let databases, let collation):
                events.append(query(sql, schema: schema, databases: databases, collation: collation))
            case .raw(let bytes): events.append(bytes)
            }
        }
        return events
    }

    static func query(
        _ sql: String,
        schema: String = "",
        databases: [String]? = nil,
        collation: UInt16? = nil
    ) -> [UInt8] {
        query(Array(sql.utf8), schema: schema, databases: databases, collation: collation)
    }

    /// - Parameter databases: 254 stands for them where there are more than 16, as on a server.
    static func query(
        _ sql: [UInt8],
        schema: String = "",
        databases: [String]? = nil,
        collation: UInt16? = nil
    ) -> [UInt8] {
        var variables: [UInt8] = []
        if let collation { variables += [4] + integer(collation) + integer(collation) + integer(collation) }
        if let databases {
            variables += databases.count > 16 ? [12, 254] : [12, UInt8(databases.count)]
            if databases.count <= 16 { for name in databases { variables += Array(name.utf8) + [0] } }
        }
        return event(
            type: 2,
            integer(UInt32(1)),
            integer(UInt32(0)),
            [UInt8(schema.utf8.count)],
            integer(UInt16(0)),
            integer(UInt16(variables.count)),
            variables,
            Array(schema.utf8),
            [0],
            sql
        )
    }

    /// `LOAD DATA` as a statement: what the replica runs once it has the file's blocks.
    static func loadQuery(_ sql: String, databases: [String]?) -> [[UInt8]] {
        var variables: [UInt8] = []
        if let databases {
            variables += [12, UInt8(databases.count)]
            for name in databases { variables += Array(name.utf8) + [0] }
        }
        let execute = event(
            type: 18,
            integer(UInt32(1)),
            integer(UInt32(0)),
            [UInt8(database.utf8.count)],
            integer(UInt16(0)),
            integer(UInt16(variables.count)),
            integer(UInt32(7)),
            integer(UInt32(10)),
            integer(UInt32(20)),
            [0],
            variables,
            Array(database.utf8),
            [0],
            Array(sql.utf8)
        )
        return [event(type: 17, integer(UInt32(7)), [1, 2, 3]), event(type: 9, integer(UInt32(7)), [4]), execute]
    }
}

/// Tables `(id BIGINT PRIMARY KEY, c1 … BIGINT NULL)` whose rows are NULL but for their key.
extension BinlogWriter {
    static func wideTableMap(_ id: UInt64, _ nullable: Int) -> [UInt8] {
        let count = nullable + 1
        func lengthEncoded(_ value: Int) -> [UInt8] {
            value < 251 ? [UInt8(value)] : [252] + integer(UInt16(value))
        }
        // The key is not nullable.
        var nullBits = [UInt8](repeating: 0xFF, count: (count + 7) / 8)
        nullBits[0] = 0xFE
        var names: [UInt8] = [2] + Array("id".utf8)
        for index in 1...nullable { names += [UInt8("c\(index)".utf8.count)] + Array("c\(index)".utf8) }
        let signs = [UInt8](repeating: 0, count: (count + 7) / 8)
        var columns = lengthEncoded(count) + [UInt8](repeating: 8, count: count) + [0] + nullBits
        columns += [1] + lengthEncoded(signs.count) + signs
        columns += [4] + lengthEncoded(names.count) + names + [8, 1, 0]
        return event(
            type: 19,
            tableID(id),
            integer(UInt16(1)),
            [UInt8(database.utf8.count)],
            Array(database.utf8),
            [0, 4],
            Array("wide".utf8),
            [0],
            columns
        )
    }

    static func wideRows(_ id: UInt64, _ nullable: Int, _ keys: [Int]) -> [UInt8] {
        let count = nullable + 1
        var nulls = [UInt8](repeating: 0xFF, count: (count + 7) / 8)
        nulls[0] = 0xFE
        var rows: [UInt8] = []
        for key in keys { rows += nulls + integer(Int64(key)) }
        let present = [UInt8](repeating: 0xFF, count: (count + 7) / 8)
        return event(
            type: 30,
            tableID(id),
            integer(UInt16(1)),
            integer(UInt16(2)),
            [252] + integer(UInt16(count)),
            present,
            rows
        )
    }
}

extension BinlogWriter {
    /// A transaction's events as one, as `binlog_transaction_compression` makes it, but not compressed.
    static func payload(_ events: [[UInt8]]) -> [UInt8] {
        let inner = Array(events.joined())
        // Fields: compression (255), the payload's size, the end.
        return event(type: 40, [2, 3, 252, 255, 0], [1, 9, 254], integer(UInt64(inner.count)), [0], inner)
    }
}
