extension SQLParser {
    /// What follows CREATE TABLE.
    mutating func createTable(orReplace: Bool) throws -> CreateTable {
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
        let start = position
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
        // Where the body is not understood, the statement still says which table it creates.
        var reader = self
        reader.rewind(to: start)
        create.body = try? reader.createTableBody()
        return create
    }

    /// `(column or key, …) options… [PARTITION BY …]`, to the end.
    private mutating func createTableBody() throws -> CreateTableBody {
        var body = CreateTableBody(columns: [])
        try expect(symbol: "(")
        repeat {
            switch try tableElement() {
            case .column(let parsed):
                body.columns.append(parsed.column)
                body.keys += parsed.keys
                if parsed.position != .unspecified { throw SQLSyntaxError("a position in CREATE TABLE") }
                if parsed.hasReference { body.hasForeignKeys = true }
            case .key(let key): body.keys.append(key)
            case .foreignKey: body.hasForeignKeys = true
            case .check: break
            }
        } while try accept(symbol: ",")
        try expect(symbol: ")")
        while try !isAtEnd(), try !isAt("PARTITION") {
            _ = try accept(symbol: ",")
            if try accept(["START", "TRANSACTION"]) { continue }
            switch try tableOption() {
            case .charset(let name): body.charset = name
            case .collation(let name): body.collation = name
            case .engine(let name): body.engine = name
            case .other: break
            case .rows, nil: throw SQLSyntaxError("unknown table option \(try here())")
            }
        }
        if try accept("PARTITION") {
            try expect("BY")
            while try !isAtEnd() { try skipOne() }
        }
        return body
    }
}
