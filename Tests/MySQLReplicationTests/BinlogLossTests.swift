import MySQLClient
import Testing

@testable import MySQLReplication

/// Texts as servers of 8.0 and 9.7 send them with error 1236.
@Suite("Error 1236 by its text")
struct BinlogLossTests {
    @Test(
        "each text is distinguished from the others",
        arguments: [
            (
                "Cannot replicate because the source purged required binary logs. Replicate the missing transactions "
                    + "from elsewhere, or provision a new replica from backup. Consider increasing the source's binary "
                    + "log expiration period. The GTID set sent by the replica is '', and the missing transactions are "
                    + "'aaaaaaaa-0000-0000-0000-000000000000:1-3'",
                BinlogLoss.purged
            ),
            ("Could not find first log file name in binary log index file", .purged),
            (
                "A replica with the same server_uuid/server_id as this replica has connected to the source; the first "
                    + "event 'binlog.000002' at 4, the last event read from './binlog.000002' at 126",
                .clash
            ),
            (
                "A slave with the same server_uuid/server_id as this slave has connected to the master; the first event",
                .clash
            ),
            (
                "Replica can not handle replication events with the checksum that source is configured to log; the "
                    + "first event 'binlog.000001' at 4",
                .checksum
            ),
            (
                "Slave can not handle replication events with the checksum that master is configured to log",
                .checksum
            ),
            (
                "Replica has more GTIDs than the source has, using the source's SERVER_UUID. This may indicate that the "
                    + "the last binary log file was truncated or lost",
                .ahead
            ),
            ("Slave has more GTIDs than the master has, using the master's SERVER_UUID.", .ahead),
            ("binlog truncated in the middle of event; consider out of disk space on source", .damaged),
            ("event read from binlog did not pass crc check; the first event", .damaged),
            ("log event entry exceeded max_allowed_packet; Increase max_allowed_packet on source", .damaged),
            (
                "The replication sender thread cannot start in AUTO_POSITION mode: this server has GTID_MODE = OFF "
                    + "instead of ON.", .setting
            ),
            ("Binary log is not open", .setting),
            ("something that nobody has heard of", .unknown),
        ]
    )
    func texts(text: String, expected: BinlogLoss) { #expect(BinlogLoss(text: text) == expected) }

    @Test("a clash of server ids and a change of checksums are over with a new connection to the same host")
    func reconnects() {
        for loss in [BinlogLoss.clash, .checksum] { #expect(loss.step == .reconnect && !loss.isLasting) }
    }

    @Test("only binlogs that are gone and transactions that the host has lost cannot come back there")
    func lasting() {
        for loss in [BinlogLoss.purged, .ahead] { #expect(loss.isLasting && loss.step == .nextHost) }
        for loss in [BinlogLoss.damaged, .setting, .unknown] { #expect(!loss.isLasting && loss.step == .nextHost) }
    }

    @Test("only a loss has the remedy of copying everything again")
    func remedies() {
        for loss in [BinlogLoss.clash, .checksum, .damaged, .setting, .unknown] {
            #expect(!loss.remedy.contains("--copy-again"))
        }
    }

    @Test("other errors of the server are none")
    func others() {
        let server = MySQLError.ServerMessage(errno: 1045, sqlState: "28000", text: "purged required")
        #expect(BinlogLoss(MySQLError(.server, "x", server: server)) == nil)
        #expect(BinlogLoss(MySQLError(.timeout, "x")) == nil)
    }
}
