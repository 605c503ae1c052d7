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
            _ = try identifier()
            if try accept("USING") { _ = try identifier() }
            try expect("ON")
            return .createIndex(on: try tableName(), isUnique: isUnique)
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

    private mutating func createTable(orReplace: Bool) throws -> CreateTable {
        let ifNotExists = try accept(["IF", "NOT", "EXISTS"])
        var create = CreateTable(name: try tableName(), ifNotExists: ifNotExists, orReplace: orReplace)
        if try accept("LIKE") {
            create.like = try tableName()
            try expectEnd()
            return create
        }
        if try isAt(symbol: "("), try isAt("LIKE", ahead: 1) {
            try advance(2)
            create.like = try tableName()
            try expect(symbol: ")")
            try expectEnd()
            return create
        }
        // The definitions, then options, then perhaps a query. Nothing in between may hide a query from us.
        let queryVerbs = ["SELECT", "WITH", "VALUES", "TABLE"]
        while try !isAtEnd() {
            if try isAt(symbol: "(") {
                var inside = 1
                while try isAt(symbol: "(", ahead: inside) { inside += 1 }
                if try isAt(anyOf: queryVerbs, ahead: inside) { create.hasSelect = true }
            } else if try isAt("SELECT") {
                create.hasSelect = true
            } else if try isAt("AS"), try isAt(anyOf: queryVerbs, ahead: 1) {
                create.hasSelect = true
            } else if try isAt("START"), try isAt("TRANSACTION", ahead: 1) {
                create.startsTransaction = true
            }
            if create.hasSelect { return create }
            try skipOne()
        }
        return create
    }
}
