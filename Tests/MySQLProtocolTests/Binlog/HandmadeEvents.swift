/// Events that the real binlog lacks: made by a sender, by old servers, or by accidents.
enum HandmadeEvents {
    static let artificialRotate = EventBytes.event(
        type: 4,
        flags: 0x20,
        body: EventBytes.integer(UInt64(4)) + Array("binlog.000007".utf8)
    )
    static let heartbeat = EventBytes.event(type: 27, position: 1234, body: Array("binlog.000007".utf8))
    static let heartbeat2 = EventBytes.event(
        type: 41,
        body: [1, 13] + Array("binlog.000007".utf8) + [2, 9, 254] + EventBytes.integer(UInt64(1) << 33) + [0]
    )
    static let incident = EventBytes.event(type: 26, body: [1, 0, 11] + Array("LOST_EVENTS".utf8))
    static let stop = EventBytes.event(type: 3, body: [])
    static let viewChange = EventBytes.event(type: 37, body: Array(repeating: 0, count: 52))
    static let transactionContext = EventBytes.event(type: 36, body: Array(repeating: 0, count: 18))
    /// A type of the future that may be skipped.
    static let ignorable = EventBytes.event(type: 99, flags: 0x80, body: [1, 2, 3])
    /// GTID of 5.6: no logical clock, no timestamps.
    static let oldGTID = EventBytes.event(
        type: 33,
        body: [1] + Array(repeating: 0xAB, count: 16) + EventBytes.integer(UInt64(5))
    )
    static let anonymousGTID = EventBytes.event(
        type: 34,
        body: [0] + Array(repeating: 0, count: 16) + EventBytes.integer(UInt64(0)) + [2] + EventBytes.integer(UInt64(0))
            + EventBytes.integer(UInt64(1))
    )
    /// From a replica: the original commit time differs. Microseconds 1_700_000_000_000_001 and …000.
    static let replicatedGTID = EventBytes.event(
        type: 33,
        body: [0] + Array(repeating: 0xAB, count: 16) + EventBytes.integer(UInt64(6)) + [2]
            + EventBytes.integer(UInt64(0)) + EventBytes.integer(UInt64(1))
            + EventBytes.integer(UInt64(1_700_000_000_000_001) | 1 << 55).prefix(7)
            + EventBytes.integer(UInt64(1_700_000_000_000_000)).prefix(7)
            + [252, 0x2C, 0x01] + EventBytes.integer(UInt32(80403))
    )
    static let xid = EventBytes.event(type: 16, body: EventBytes.integer(UInt64(42)))
    /// `CREATE TABLE t (a TIME, b DATETIME, c TIMESTAMP)` of 5.5, with the types that it wrote.
    static let oldTemporalMap = EventBytes.event(
        type: 19,
        body: [9, 0, 0, 0, 0, 0, 1, 0, 1] + Array("d".utf8) + [0, 1] + Array("t".utf8)
            + [0, 3, 11, 12, 7, 0, 0b111]
    )
    /// `CREATE TABLE v2 (id INT PRIMARY KEY, c VARCHAR(10), v VECTOR(3), d CHAR(3) CHARACTER SET latin1, b BLOB)` of
    /// 9.7, in which the vector has a collation, too.
    static let vectorMap = EventBytes.event(type: 19, body: vectorMapBody)
    static let vectorMapBody: [UInt8] = [
        0x6D, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x74, 0x00, 0x02, 0x76, 0x32, 0x00, 0x05, 0x03,
        0x0F, 0xF2, 0xFE, 0xFC, 0x06, 0x28, 0x00, 0x04, 0xFE, 0x03, 0x02, 0x1E, 0x01, 0x01, 0x00, 0x03, 0x06,
        0xFC, 0xFF, 0x00, 0x3F, 0x08, 0x3F, 0x0D, 0x01, 0x03, 0x04, 0x0B, 0x02, 0x69, 0x64, 0x01, 0x63, 0x01,
        0x76, 0x01, 0x64, 0x01, 0x62, 0x08, 0x01, 0x00, 0x0C, 0x01, 0xF8,
    ]
    /// Rows of version 1: ('-838:59:59', '2011-12-31 23:59:58', from_unixtime(1)), (NULL, NULL, NULL).
    static let oldTemporalRows = EventBytes.event(
        type: 23,
        body: [9, 0, 0, 0, 0, 0, 1, 0, 3, 0xFF] + [0xF8]
            + EventBytes.integer(Int32(-8_385_959)).prefix(3) + EventBytes.integer(UInt64(20_111_231_235_958))
            + EventBytes.integer(UInt32(1)) + [0xFF]
    )

    static let all = [
        artificialRotate, heartbeat, heartbeat2, incident, stop, viewChange, transactionContext, ignorable, oldGTID,
        anonymousGTID, replicatedGTID, xid, oldTemporalMap, oldTemporalRows,
    ]
}
