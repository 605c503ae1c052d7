extension SQLParser {
    /// What follows CREATE.
    mutating func create() throws -> DDLStatement {
        let orReplace = try accept(["OR", "REPLACE"])
        if try accept(["TEMPORARY", "TABLE"]) { return .irrelevant("CREATE TEMPORARY TABLE") }
        if try accept("TABLE") { return .createTable(try createTable(orReplace: orReplace)) }
        if try accept(anyOf: ["DATABASE", "SCHEMA"]) {
            _ = try accept(["IF", "NOT", "EXISTS"])
            return .createDatabase(try objectName())
        }
        let start = position
        _ = try accept(anyOf: ["ONLINE", "OFFLINE"])
        let isUnique = try accept("UNIQUE")
        if !isUnique { _ = try accept(anyOf: ["FULLTEXT", "SPATIAL", "VECTOR"]) }
        if try accept("INDEX") {
            _ = try accept(["IF", "NOT", "EXISTS"])
            let name = try identifier()
            try skipIndexType()
            try expect("ON")
            let table = try tableName()
            let parts = try keyParts()
            return .createIndex(
                on: table,
                KeyDefinition(kind: isUnique ? .unique : .index, name: name, parts: parts)
            )
        }
        rewind(to: start)
        try skipRoutineModifiers()
        if let object = try harmlessObject() { return .irrelevant("CREATE \(object)") }
        // MySQL 9.4: CREATE JSON RELATIONAL DUALITY VIEW.
        if try accept(["JSON", "RELATIONAL"]) || accept(["JSON", "DUALITY"]) { return .irrelevant("CREATE VIEW") }
        throw SQLSyntaxError("unknown CREATE \(try here())")
    }

    /// `DEFINER = …`, `ALGORITHM = …`, `SQL SECURITY …` and `AGGREGATE`, in front of views and routines.
    mutating func skipRoutineModifiers() throws {
        while true {
            if try accept("ALGORITHM") {
                try expect(symbol: "=")
                try advance()
            } else if try accept("DEFINER") {
                try expect(symbol: "=")
                try advance()
                if try isAt(symbol: "(") { try skipParentheses() }
                if try accept(symbol: "@") {
                    try advance()
                    while try accept(symbol: ".") { try advance() }
                }
            } else if try accept(["SQL", "SECURITY"]) {
                try advance()
            } else if try !accept("AGGREGATE") {
                return
            }
        }
    }
}
