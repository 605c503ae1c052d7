/// A CREATE TABLE as far as a replica of the rows is concerned.
package struct CreateTable: Hashable, Sendable {
    package var name: TableName
    package var ifNotExists: Bool
    /// MariaDB's `OR REPLACE`: a table of that name is dropped first.
    package var orReplace: Bool
    /// `LIKE other`.
    package var like: TableName?
    /// The table is filled by a query. In row format the rows follow as events and the query is gone from the binlog; a
    /// query that is still there was logged as a statement.
    package var hasSelect: Bool
    /// MySQL 8.0.21's atomic CREATE TABLE … SELECT: rows follow in the same transaction.
    package var startsTransaction: Bool
    /// Columns, keys and options; `nil` for LIKE, with a query, and where something in it was not understood.
    package var body: CreateTableBody?

    package init(
        name: TableName,
        ifNotExists: Bool = false,
        orReplace: Bool = false,
        like: TableName? = nil,
        hasSelect: Bool = false,
        startsTransaction: Bool = false,
        body: CreateTableBody? = nil
    ) {
        self.name = name
        self.ifNotExists = ifNotExists
        self.orReplace = orReplace
        self.like = like
        self.hasSelect = hasSelect
        self.startsTransaction = startsTransaction
        self.body = body
    }
}
