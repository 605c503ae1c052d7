import MySQLProtocol
import MySQLSchema
import PipelineCore
import Testing
import Warehouse

@testable import MySQLReplication

/// Statements that change rows without rows events: what a session with another `binlog_format` leaves in the binlog.
@Suite("Statements in place of rows")
struct StatementLogTests {
    private static let shop: [String]? = [BinlogWriter.database]

    @Test("two statements in one transaction stop the tables of both, and the transaction ends with its commit")
    func twoStatements() throws {
        var fixture = try StreamFixture()
        try fixture.take(1, [.begin, .query("UPDATE shop.a SET v = 1"), .query("UPDATE shop.b SET v = 1")])
        #expect(try !fixture.hasReceived(1))
        #expect(fixture.refused == ["a", "b", "c"], "a trigger may have changed any of them")
        try fixture.take([BinlogWriter.query("COMMIT")])
        #expect(try fixture.hasReceived(1))
        #expect(fixture.barriers.isEmpty)
    }

    @Test(
        "whatever table a statement names first, and by what name, those that it changes are stopped",
        arguments: [
            "UPDATE shop.a JOIN shop.b USING (id) SET b.v = 2",
            "DELETE o FROM shop.b o WHERE o.id < 100",
            "DELETE FROM x, y USING shop.a AS x JOIN shop.b AS y",
            "INSERT INTO shop.a VALUES (1, 1)",
            "REPLACE INTO shop.a SELECT * FROM elsewhere.t",
            "WITH q AS (SELECT 1) UPDATE shop.b SET v = 1",
            "DO shop.f()", "SELECT shop.f()", "CALL p()", "IMPORT TABLE FROM '/tmp/b.sdi'",
        ]
    )
    func forms(sql: String) throws {
        var fixture = try StreamFixture()
        try fixture.take(1, [.begin, .query(sql, databases: Self.shop), .xid])
        #expect(fixture.refused == ["a", "b", "c"])
        #expect(try fixture.hasReceived(1))
    }

    @Test("tables of databases that the statement did not use continue")
    func databases() throws {
        var fixture = try StreamFixture(tables: ["a", "b", "crm.a"])
        try fixture.take(1, [.begin, .query("UPDATE a SET v = 1", databases: Self.shop), .xid])
        #expect(fixture.refused == ["a", "b"])
        #expect(fixture.refusals.first?.refusal.cause.contains("UPDATE was logged as a statement") == true)
        #expect(fixture.refusals.first?.refusal.remedy.hasPrefix("leat tables resync shop.a") == true)
    }

    @Test(
        "where the databases are not said, or too many, or foreign keys lead out of them, every table is stopped",
        arguments: [nil, (0..<17).map { "d\($0)" }, [""], ["crm", ""]] as [[String]?]
    )
    func unknownDatabases(databases: [String]?) throws {
        var fixture = try StreamFixture(tables: ["a", "crm.x"])
        try fixture.take(1, [.begin, .query("UPDATE elsewhere.t SET v = 1", databases: databases), .xid])
        #expect(Set(fixture.refused) == ["a", "x"])
    }

    @Test("CREATE TABLE … SELECT as a statement stops the new table, and is no barrier that lets it be followed")
    func createSelect() throws {
        var fixture = try StreamFixture(tables: ["crm.x"])
        let sql = "CREATE TABLE shop.n (PRIMARY KEY (id)) AS SELECT * FROM shop.a"
        try fixture.take(1, [.query(sql, databases: Self.shop)])
        #expect(fixture.refused == ["n"])
        #expect(fixture.barriers.isEmpty)
        #expect(try fixture.hasReceived(1))
        // Its rows from here on are passed over.
        try fixture.take(2, [.begin, .rows(.init(table: "n", changes: [.insert(id: 1, v: 1)])), .xid])
        #expect(fixture.refused == ["n"])
    }

    @Test("rows events after a statement in the same transaction still count, those of other tables are written")
    func mixed() throws {
        var fixture = try StreamFixture(tables: ["a", "crm.x"])
        let statement = BinlogWriter.Piece.query("UPDATE crm.x SET v = 3", databases: ["crm"])
        let rows = BinlogWriter.Rows(table: "a", changes: [.insert(id: 1, v: 1), .insert(id: 2, v: 1)])
        try fixture.take(1, [.begin, statement, .rows(rows)])
        #expect(try !fixture.hasReceived(1))
        try fixture.take([BinlogWriter.event(type: 16, BinlogWriter.integer(UInt64(1)))])
        fixture.flush()
        #expect(try fixture.hasReceived(1))
        #expect(fixture.refused == ["x"])
        #expect(fixture.rows(of: "a") == 2)
    }

    @Test("LOAD DATA as a statement stops tables and not the stream")
    func load() throws {
        var fixture = try StreamFixture(tables: ["a", "crm.x"])
        let load = BinlogWriter.loadQuery(
            "LOAD DATA INFILE '/tmp/SQL_LOAD-1' INTO TABLE `a` FIELDS TERMINATED BY ','",
            databases: Self.shop
        )
        try fixture.take(1, [.begin] + load.map { .raw($0) } + [.xid])
        #expect(fixture.refused == ["a"])
        #expect(try fixture.hasReceived(1))
    }

    @Test("temporary tables and other harmless statements within a transaction do not end it")
    func harmlessInside() throws {
        var fixture = try StreamFixture()
        let rows = BinlogWriter.Rows(table: "a", changes: [.insert(id: 1, v: 1)])
        try fixture.take(1, [.begin, .query("CREATE TEMPORARY TABLE x (id INT)"), .query("SAVEPOINT s"), .rows(rows)])
        #expect(try !fixture.hasReceived(1))
        try fixture.take([BinlogWriter.event(type: 16, BinlogWriter.integer(UInt64(1)))])
        fixture.flush()
        #expect(try fixture.hasReceived(1))
        #expect(fixture.rows(of: "a") == 1)
        #expect(fixture.refused.isEmpty)
    }

    @Test(
        "rows that a later statement of their transaction rolls back stop their table",
        arguments: ["ROLLBACK", "ROLLBACK TO SAVEPOINT s"]
    )
    func rolledBack(sql: String) throws {
        var fixture = try StreamFixture()
        let rows = BinlogWriter.Rows(table: "a", changes: [.insert(id: 1, v: 1)])
        try fixture.take(1, [.begin, .rows(rows), .query(sql)])
        #expect(fixture.refused == ["a"])
    }

    @Test("a statement whose text cannot be converted stops the tables of its databases")
    func inexactText() throws {
        var fixture = try StreamFixture(tables: ["a", "crm.x"])
        // Of a client that speaks GBK, in which the last of these bytes is no character.
        let sql = Array("TRUNCATE TABLE shop.a /* ".utf8) + [0xC7, 0xE5, 0xFF] + Array(" */".utf8)
        try fixture.take(1, [.raw(BinlogWriter.query(sql, databases: Self.shop, collation: 28))])
        #expect(fixture.refused == ["a"])
        #expect(fixture.barriers.isEmpty)
        #expect(try fixture.hasReceived(1))
    }

    @Test(
        "a statement that is not understood stops tables if it may change rows",
        arguments: [
            "FROBNICATE TABLE shop.a TRUNCATE NOW", "frobnicate insert", "ALTER SYSTEM DELETE ROWS",
            "CREATE WONDER REPLACE ROWS", "DROP SOMETHING PARTITION p",
        ]
    )
    func unparsable(sql: String) throws {
        var fixture = try StreamFixture()
        try fixture.take(1, [.query(sql)])
        #expect(fixture.refused == ["a", "b", "c"])
        #expect(fixture.barriers.isEmpty)
    }

    @Test("a statement that is not understood and holds none of those words is a barrier, as before")
    func harmlessUnparsable() throws {
        var fixture = try StreamFixture()
        try fixture.take(1, [.query("FROBNICATE THE SERVER")])
        #expect(fixture.refused.isEmpty)
        #expect(fixture.barriers.count == 1)
    }

    @Test("rows of CREATE TABLE … SELECT in row format belong to the table that its barrier has made")
    func createSelectAsRows() throws {
        var fixture = try StreamFixture(tables: [])
        let create = "CREATE TABLE `n` (id INT PRIMARY KEY, v INT) START TRANSACTION"
        let rows = BinlogWriter.Rows(table: "n", changes: [.insert(id: 1, v: 1)])
        try fixture.take(1, [.begin, .query(create), .rows(rows), .xid])
        let barrier = try #require(fixture.barriers.first)
        #expect(barrier.transaction == nil)
        fixture.state.follow(try StreamFixture.mapping("n"))
        try fixture.state.endBarrier()
        fixture.flush()
        #expect(fixture.rows(of: "n") == 1)
        #expect(try fixture.hasReceived(1))
    }

    @Test("with lower_case_table_names=1 a TRUNCATE written in capitals is one of the followed table")
    func foldedNames() throws {
        var fixture = try StreamFixture(foldsNames: true)
        try fixture.take(1, [.query("TRUNCATE TABLE A", schema: "SHOP")])
        #expect(fixture.barriers.first?.statement == .truncate(StreamFixture.name("a")))
        var other = try StreamFixture(foldsNames: true)
        try other.take(1, [.begin, .query("UPDATE A SET v = 1", databases: ["SHOP"]), .xid])
        #expect(other.refused == ["a", "b", "c"])
    }
}
