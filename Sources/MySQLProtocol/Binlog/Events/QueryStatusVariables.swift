import ColumnarBytes

/// The session's state that QUERY_EVENT carries: a code, then a value whose length the code implies. What comes after
/// an unknown code cannot be read, and by the format's rule need not be.
struct QueryStatusVariables {
    private(set) var sqlMode: QueryEvent.SQLMode?
    private(set) var clientCollation: UInt16?
    private(set) var connectionCollation: UInt16?
    private(set) var serverCollation: UInt16?
    private(set) var defaultUTF8MB4Collation: UInt16?
    private(set) var explicitDefaultsForTimestamp: Bool?
    private(set) var ddlXID: UInt64?
    private(set) var updatedDatabases: [String]?

    init(decoding bytes: consuming ByteCursor) {
        while !bytes.isAtEnd, let known = try? readVariable(&bytes), known {}
    }

    /// - Returns: whether the code is known.
    private mutating func readVariable(_ bytes: inout ByteCursor) throws(ByteCursorError) -> Bool {
        switch try bytes.read(UInt8.self) {
        case 0: try bytes.skip(4)  // flags2
        case 1: sqlMode = QueryEvent.SQLMode(rawValue: try bytes.read())
        case 2:  // catalog, zero-terminated
            let length = try bytes.read(UInt8.self)
            try bytes.skip(Int(length) + 1)
        case 3: try bytes.skip(4)  // auto_increment_increment and _offset
        case 4:
            clientCollation = try bytes.read()
            connectionCollation = try bytes.read()
            serverCollation = try bytes.read()
        case 5, 6:  // time_zone, catalog
            let length = try bytes.read(UInt8.self)
            try bytes.skip(Int(length))
        case 7, 8: try bytes.skip(2)  // lc_time_names, collation_database
        case 9: try bytes.skip(8)  // tables of a multi-table update
        case 10: try bytes.skip(4)  // length on the source
        case 11:  // invoker: user and host
            for _ in 0..<2 {
                let length = try bytes.read(UInt8.self)
                try bytes.skip(Int(length))
            }
        case 12:  // names of updated databases; 254 for too many to list
            let count = try bytes.read(UInt8.self)
            if count < 254 {
                var names: [String] = []
                for _ in 0..<count { names.append(String(decoding: try bytes.readNullTerminated(), as: UTF8.self)) }
                // An empty name stands for all databases, as 254 does.
                if !names.contains("") { updatedDatabases = names }
            }
        case 13: try bytes.skip(3)  // microseconds
        case 16: explicitDefaultsForTimestamp = try bytes.read(UInt8.self) != 0
        case 19, 20: try bytes.skip(1)  // require_primary_key, encryption
        case 17: ddlXID = try bytes.read()
        case 18: defaultUTF8MB4Collation = try bytes.read()
        default: return false
        }
        return true
    }
}
