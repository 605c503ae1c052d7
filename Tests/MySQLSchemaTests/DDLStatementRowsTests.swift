import MySQLSchema
import Testing

@Suite("Statements that change rows unseen")
struct DDLStatementRowsTests {
    @Test(
        "data changes, CREATE TABLE filled by its own query, and what is not understood but speaks of rows",
        arguments: [
            "UPDATE a SET v = 1", "CREATE TABLE n AS SELECT 1", "CREATE TABLE n (id INT) SELECT 1", "DO f()",
            "frobnicate (truncate)", "ALTER SYSTEM LOAD x", "DROP WONDER tablespace",
        ]
    )
    func changing(sql: String) {
        #expect(DDLStatement(parsing: sql, defaultDatabase: "d").changesRowsUnseen(sql: sql))
    }

    @Test(
        "not: DDL that is carried out, rows that follow as events, and what is not understood otherwise",
        arguments: [
            "CREATE TABLE n (id INT)", "CREATE TABLE n (id INT) START TRANSACTION", "TRUNCATE a", "BEGIN",
            "DROP TABLE a", "GRANT SELECT ON d.* TO u", "FROBNICATE x",
        ]
    )
    func others(sql: String) {
        #expect(!DDLStatement(parsing: sql, defaultDatabase: "d").changesRowsUnseen(sql: sql))
    }
}
