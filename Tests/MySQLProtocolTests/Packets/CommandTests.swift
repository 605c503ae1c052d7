import MySQLProtocol
import Testing

@Suite("Command")
struct CommandTests {
    @Test("one byte and the arguments")
    func simple() {
        #expect(Command.quit.encoded() == [0x01])
        #expect(Command.ping.encoded() == [0x0E])
        #expect(Command.query("SELECT 'ü'").encoded() == [0x03] + Array("SELECT 'ü'".utf8))
    }

    @Test("registering a replica")
    func registerReplica() {
        let encoded = Command.registerReplica(serverID: 0x0403_0201).encoded()
        #expect(encoded == hexBytes("15 01020304 00 00 00 0000 00000000 00000000"))
    }

    @Test("asking for a binlog by GTID set")
    func dumpBinlog() {
        let encoded = Command.dumpBinlog(serverID: 7, encodedGTIDSet: [9, 8, 7]).encoded()
        #expect(encoded == hexBytes("1e 0400 07000000 00000000 0400000000000000 03000000 090807"))
    }
}
