import Testing
import WireBytes

@Suite("ByteCursor")
struct ByteCursorTests {
    @Test("reading past the end throws and does not move")
    func truncated() {
        let bytes: [UInt8] = [1, 2, 3]
        bytes.withUnsafeBytes { raw in
            var cursor = ByteCursor(raw)
            #expect(throws: ByteCursorError.truncated(needed: 4, available: 3)) { try cursor.read(UInt32.self) }
            #expect(cursor.remaining == 3)
            #expect(throws: ByteCursorError.truncated(needed: -1, available: 3)) { try cursor.skip(-1) }
        }
    }

    @Test("integers of both byte orders and odd widths")
    func integers() throws {
        let bytes: [UInt8] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08]
        try bytes.withUnsafeBytes { (raw) throws in
            var cursor = ByteCursor(raw)
            #expect(try cursor.read(UInt16.self) == 0x0201)
            #expect(try cursor.readBigEndian(UInt16.self) == 0x0304)
            #expect(try cursor.readUInt(width: 3) == 0x07_0605)
            #expect(try cursor.readUIntBigEndian(width: 1) == 8)
            #expect(cursor.isAtEnd)
        }
    }

    @Test("VarUInt round trips", arguments: [0, 1, 127, 128, 300, 1 << 32, UInt64.max])
    func varUInt(value: UInt64) throws {
        let buffer = GrowableBytes()
        buffer.appendVarUInt(value)
        var cursor = ByteCursor(buffer.bytes)
        #expect(try cursor.readVarUInt() == value)
        #expect(cursor.isAtEnd)
    }

    @Test("a VarUInt of more than 64 bits is an error")
    func varUIntOverflow() {
        let bytes = [UInt8](repeating: 0xFF, count: 11)
        bytes.withUnsafeBytes { raw in
            var cursor = ByteCursor(raw)
            #expect(throws: ByteCursorError.overflow) { try cursor.readVarUInt() }
        }
    }
}
