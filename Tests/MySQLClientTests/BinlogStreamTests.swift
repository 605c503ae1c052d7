import Testing

@testable import MySQLClient

@Suite("BinlogStream")
struct BinlogStreamTests {
    @Test("the session says both names of each variable, and the heartbeat in nanoseconds")
    func session() {
        let statements = BinlogStream.sessionStatements(heartbeat: .milliseconds(1500)).joined(separator: ";")
        for name in ["source_binlog_checksum", "master_binlog_checksum", "replica_uuid", "slave_uuid"] {
            #expect(statements.contains("@\(name) = "))
        }
        #expect(statements.contains("@source_heartbeat_period = 1500000000"))
        #expect(statements.contains("@master_heartbeat_period = 1500000000"))
    }

    @Test("each stream has its own UUID")
    func uuid() throws {
        let pattern = /@replica_uuid = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'/
        let uuids = try (0..<100).map { _ in
            let text = BinlogStream.sessionStatements(heartbeat: .seconds(1)).joined()
            return String(try #require(text.firstMatch(of: pattern)).1)
        }
        #expect(Set(uuids).count == 100)
    }
}
