import MySQLProtocol
import Testing

@Suite("ColumnDefinition41")
struct ColumnDefinition41Tests {
    @Test("an alias of a key column")
    func key() throws {
        let column = try decodePacket(GoldenPackets.columnID, ColumnDefinition41.init(decoding:))
        #expect(column.schema == "t")
        #expect(column.table == "x")
        #expect(column.originalTable == "x")
        #expect(column.name == "id")
        #expect(column.originalName == "a")
        #expect(column.collation == 63)
        #expect(column.length == 11)
        #expect(column.type == 3)
        #expect(column.flags.isSuperset(of: [.notNull, .primaryKey]))
        #expect(!column.flags.contains(.unsigned))
        #expect(column.decimals == 0)
    }

    @Test("a decimal of a derived table")
    func decimal() throws {
        let column = try decodePacket(GoldenPackets.columnDecimal, ColumnDefinition41.init(decoding:))
        #expect(column.schema == "")
        #expect(column.table == "q")
        #expect(column.type == 0xF6)
        #expect(column.decimals == 1)
    }

    @Test("cut anywhere it is an error, and so is a byte more")
    func malformed() {
        let whole = GoldenPackets.columnID
        for length in 0..<whole.count {
            #expect(throws: PacketError.truncated, "cut at \(length)") {
                try decodePacket(Array(whole.prefix(length)), ColumnDefinition41.init(decoding:))
            }
        }
        #expect(throws: PacketError.trailingBytes(count: 1)) {
            try decodePacket(whole + [0], ColumnDefinition41.init(decoding:))
        }
    }

    @Test("a fixed part of another length is an error")
    func fixedLength() {
        var changed = GoldenPackets.columnID
        changed[changed.count - 13] = 13
        #expect(throws: PacketError.malformed("a column definition's fixed part is not 12 bytes long")) {
            try decodePacket(changed + [0], ColumnDefinition41.init(decoding:))
        }
    }
}
