import MySQLSchema
import Testing

@testable import MySQLReplication

/// Lines as `SHOW GRANTS` of MySQL 9.7 prints them.
@Suite("What an account may read, by its grants")
struct VisibleRightsTests {
    private let orders = TableName(database: "shop", table: "orders")

    private func extent(_ grants: String..., of table: TableName? = nil, partialRevokes: Bool = false)
        -> VisibleRights.Extent
    {
        VisibleRights(grants: grants, hasPartialRevokes: partialRevokes).extent(of: table ?? orders)
    }

    @Test("SELECT on everything, on a database and on a table is all of it")
    func all() {
        #expect(
            extent("GRANT SELECT, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `leat`@`%`") == .all
        )
        #expect(extent("GRANT USAGE ON *.* TO `l`@`%`", "GRANT SELECT ON `shop`.* TO `l`@`%`") == .all)
        #expect(extent("GRANT SELECT, INSERT ON `shop`.`orders` TO `l`@`%` WITH GRANT OPTION") == .all)
        #expect(extent("GRANT ALL PRIVILEGES ON `shop`.* TO `l`@`%`") == .all)
        #expect(extent("GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION") == .all)
    }

    @Test("other privileges, other tables and routines give nothing")
    func nothing() {
        #expect(extent("GRANT USAGE ON *.* TO `l`@`%`") == .none)
        #expect(extent("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `l`@`%`") == .none)
        #expect(extent("GRANT INSERT, UPDATE ON `shop`.`orders` TO `l`@`%`") == .none)
        #expect(extent("GRANT SELECT ON `shop`.`order` TO `l`@`%`", "GRANT SELECT ON `shop2`.* TO `l`@`%`") == .none)
        #expect(extent("GRANT EXECUTE ON PROCEDURE `shop`.`orders` TO `l`@`%`") == .none)
        #expect(extent("GRANT PROXY ON ``@`` TO `l`@`%` WITH GRANT OPTION") == .none)
        #expect(extent("GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `l`@`%`") == .none)
    }

    @Test("SELECT on columns is named column by column, beside other privileges")
    func columns() {
        #expect(
            extent("GRANT INSERT (`id`), SELECT (`id`, `na``me`), UPDATE ON `shop`.`orders` TO `l`@`%`")
                == .columns(["id", "na`me"])
        )
        #expect(extent("GRANT SELECT, SELECT (`id`) ON `shop`.`orders` TO `l`@`%`") == .all)
    }

    @Test("names of databases are patterns, unless partial_revokes makes them names")
    func patterns() {
        #expect(extent("GRANT SELECT ON `sh%`.* TO `l`@`%`") == .all)
        #expect(extent("GRANT SELECT ON `sh_p`.* TO `l`@`%`") == .all)
        #expect(extent("GRANT SELECT ON `sh\\_p`.* TO `l`@`%`") == .none)
        let other = TableName(database: "sh_p", table: "orders")
        #expect(extent("GRANT SELECT ON `sh\\_p`.* TO `l`@`%`", of: other) == .all)
        #expect(extent("GRANT SELECT ON `sh%`.* TO `l`@`%`", partialRevokes: true) == .none)
    }

    @Test("a database that a partial revoke takes out is not readable, the others are")
    func partialRevokes() {
        let lines = ["GRANT SELECT ON *.* TO `l`@`%`", "REVOKE SELECT ON `shop`.* FROM `l`@`%`"]
        let rights = VisibleRights(grants: lines, hasPartialRevokes: true)
        #expect(rights.extent(of: orders) == .none)
        #expect(rights.extent(of: TableName(database: "other", table: "t")) == .all)
    }

    @Test("roles are distinguished from privileges; a role that is not active is named as the cause")
    func roles() {
        let plain = VisibleRights(grants: ["GRANT USAGE ON *.* TO `l`@`%`", "GRANT `reader`@`%`,`b`@`h` TO `l`@`%`"])
        #expect(plain.roles == ["`reader`@`%`", "`b`@`h`"] && plain.extent(of: orders) == .none)
        let all = VisibleRights(grants: ["GRANT SELECT ON `shop`.* TO `l`@`%`", "GRANT `reader`@`%` TO `l`@`%`"])
        let rights = SourceRights(active: plain, withAllRoles: all, account: "'l'@'%'")
        #expect(rights.refusal(of: orders)?.remedy.hasPrefix("SET DEFAULT ROLE ALL TO 'l'@'%'") == true)
        #expect(SourceRights(active: all, withAllRoles: all, account: "'l'@'%'").refusal(of: orders) == nil)
    }

    @Test("a refusal names the columns that may be read and the grant that is missing")
    func refusal() {
        let rights = VisibleRights(grants: ["GRANT SELECT (`id`, `name`) ON `shop`.`orders` TO `l`@`%`"])
        let found = SourceRights(active: rights, withAllRoles: rights, account: "'l'@'%'").refusal(of: orders)
        #expect(found?.cause.contains("`id`, `name`") == true)
        #expect(found?.remedy.contains("GRANT SELECT ON `shop`.`orders` TO 'l'@'%'") == true)
    }
}
