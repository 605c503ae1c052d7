import MySQLProtocol
import Testing

@Suite("OKPacket")
struct OKPacketTests {
    @Test("counts, status and remark, with and without a length before it")
    func fields() throws {
        let login = try decodePacket(GoldenPackets.ok) { (raw) throws(PacketError) in try OKPacket(decoding: raw) }
        #expect(login == OKPacket(status: .autocommit))
        let insert = try decodePacket(GoldenPackets.okAfterInsert) { (raw) throws(PacketError) in
            try OKPacket(decoding: raw)
        }
        #expect(
            insert
                == OKPacket(
                    affectedRows: 2,
                    lastInsertID: 4,
                    status: .autocommit,
                    info: "Records: 2  Duplicates: 0  Warnings: 0"
                )
        )
        let plain = try decodePacket(hexBytes("00 fcfb00 00 0900 0300") + Array("hello".utf8)) {
            (raw) throws(PacketError) in
            try OKPacket(decoding: raw)
        }
        #expect(plain.affectedRows == 251)
        #expect(plain.status == [.inTransaction, .moreResultsExist])
        #expect(plain.warnings == 3)
        #expect(plain.info == "hello")
    }

    @Test("the end of rows has another first byte")
    func rowsEnd() throws {
        let end = try decodePacket(GoldenPackets.rowsEnd) { (raw) throws(PacketError) in
            try OKPacket(decoding: raw, endsRows: true)
        }
        #expect(end.status == .autocommit)
        #expect(throws: PacketError.unexpectedKind(0xFE)) {
            try decodePacket(GoldenPackets.rowsEnd) { (raw) throws(PacketError) in try OKPacket(decoding: raw) }
        }
    }

    @Test("cut packets are errors", arguments: 0..<7)
    func truncated(length: Int) {
        #expect(throws: PacketError.truncated) {
            try decodePacket(Array(GoldenPackets.okAfterInsert.prefix(length))) { (raw) throws(PacketError) in
                try OKPacket(decoding: raw)
            }
        }
    }
}
