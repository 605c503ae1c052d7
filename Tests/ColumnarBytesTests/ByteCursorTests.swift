import ColumnarBytes
import Testing

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

    @Test(
        "length-encoded integers",
        arguments: [
            ([0], 0), ([250], 250), ([252, 251, 0], 251), ([252, 0xFF, 0xFF], 0xFFFF), ([253, 0, 0, 1], 0x10000),
            ([254, 0, 0, 0, 0, 0, 0, 0, 0x80], 1 << 63),
        ] as [([UInt8], UInt64)]
    )
    func lengthEncoded(bytes: [UInt8], value: UInt64) throws {
        try bytes.withUnsafeBytes { (raw) throws in
            var cursor = ByteCursor(raw)
            #expect(try cursor.readLengthEncodedInteger() == value)
            #expect(cursor.isAtEnd)
        }
    }

    @Test(
        "what is no length-encoded integer, or counts more than there is",
        arguments: [[251], [255], [252, 1], [254, 1, 2], [5, 1, 2]] as [[UInt8]]
    )
    func lengthEncodedErrors(bytes: [UInt8]) {
        bytes.withUnsafeBytes { raw in
            var cursor = ByteCursor(raw)
            #expect(throws: ByteCursorError.self) { try cursor.readLengthEncodedBytes() }
        }
    }

    @Test("three bytes, and zero-terminated text")
    func odd() throws {
        let bytes: [UInt8] = [1, 2, 3, 0x61, 0, 0x62]
        try bytes.withUnsafeBytes { (raw) throws in
            var cursor = ByteCursor(raw)
            #expect(try cursor.readUInt24() == 0x03_0201)
            #expect(try Array(cursor.readNullTerminated()) == [0x61])
            #expect(throws: ByteCursorError.truncated(needed: 2, available: 1)) { try cursor.readNullTerminated() }
            #expect(throws: ByteCursorError.truncated(needed: 3, available: 1)) { try cursor.readUInt24() }
        }
    }
}
