import ClickHouseFormat
import ColumnarBytes
import Testing

@Suite("Native block decoder")
struct NativeBlockDecoderTests {
    @Test("what the encoder writes is read back")
    func roundTrip() throws {
        let columns = [
            NativeColumn(name: "u8", type: "UInt8", buffer: .integers([0, 255] as [UInt8?])),
            NativeColumn(name: "i64", type: "Nullable(Int64)", buffer: .integers([Int64.min, nil], isNullable: true)),
            NativeColumn(name: "u64", type: "UInt64", buffer: .integers([UInt64.max, 1])),
            NativeColumn(
                name: "f",
                type: "Float64",
                buffer: .integers([(-0.5).bitPattern, Double.infinity.bitPattern])
            ),
            NativeColumn(name: "g", type: "Float32", buffer: .integers([Float(1.5).bitPattern, 0])),
            NativeColumn(name: "d", type: "Decimal(38, 2)", buffer: .integers([Int128(-12345), Int128.max])),
            NativeColumn(
                name: "t",
                type: "DateTime64(6, 'UTC')",
                buffer: .integers([1_700_000_000_000_000 as Int64, -1])
            ),
            NativeColumn(name: "s", type: "Nullable(String)", buffer: .strings(["größe 🙂", nil], isNullable: true)),
            NativeColumn(name: "e", type: "LowCardinality(String)", buffer: .ordinals([1, 0], of: ["open"])),
        ]
        let block = try #require(try decode(encode(columns, rows: 2)).first)
        #expect(block.rows == 2)
        #expect(block.columns.map(\.name) == columns.map(\.name))
        #expect(block["u8"]?.integer(1) == 255)
        #expect(block["i64"]?.integer(0) == .min)
        #expect(block["i64"]?.integer(1) == nil)
        #expect(block["i64"]?.isNull(1) == true)
        #expect(block["u64"]?.unsignedInteger(0) == .max)
        #expect(block["u64"]?.integer(0) == nil)
        #expect(block["f"]?.double(0) == -0.5)
        #expect(block["f"]?.double(1) == .infinity)
        #expect(block["g"]?.double(0) == 1.5)
        #expect(block["d"]?.wideInteger(1) == .max)
        #expect(block["d"]?.integer(0) == -12345)
        #expect(block["t"]?.integer(1) == -1)
        #expect(block["s"]?.string(0) == "größe 🙂")
        #expect(block["s"]?.string(1) == nil)
        #expect(block["e"]?.string(0) == "open")
        #expect(block["e"]?.string(1) == "")
        #expect(block["s"]?.integer(0) == nil)
        #expect(block["nothing"] == nil)
    }

    @Test("every way to cut the bytes short is truncated, never a trap")
    func truncated() throws {
        let columns = [
            NativeColumn(name: "a", type: "Nullable(Int32)", buffer: .integers([1 as Int32, nil], isNullable: true)),
            NativeColumn(name: "s", type: "String", buffer: .strings(["abc", "d"])),
            NativeColumn(name: "e", type: "LowCardinality(String)", buffer: .ordinals([1, 0], of: ["open"])),
        ]
        let whole = try encode(columns, rows: 2)
        for count in 1..<whole.count {
            do throws(NativeFormatError) {
                _ = try decode(Array(whole[..<count]))
                Issue.record("\(count) bytes made a block")
            } catch {
                guard case .truncated(let missing) = error else {
                    Issue.record("\(count) bytes: \(error)")
                    continue
                }
                #expect(missing > 0 && missing <= whole.count - count)
            }
        }
    }

    @Test("arrays, maps and tuples give their elements")
    func nested() throws {
        // SELECT [[1,2],[]] a, map('k', 7::UInt8) m, tuple('x', 2::UInt8) t  (types as below), two equal rows
        var bytes: [UInt8] = [3, 2]
        func add(_ text: String) { bytes += [UInt8(text.utf8.count)] + Array(text.utf8) }
        func add(_ values: UInt64...) {
            for value in values { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        }
        add("a")
        add("Array(Array(UInt8))")
        add(2, 4)
        add(2, 2, 4, 4)
        bytes += [1, 2, 1, 2]
        add("m")
        add("Map(String, UInt8)")
        add(1, 2)
        add("k")
        add("k")
        bytes += [7, 7]
        add("t")
        add("Tuple(String, UInt8)")
        add("x")
        add("x")
        bytes += [2, 2]
        let block = try #require(try decode(bytes).first)
        let outer = try #require(block["a"]?.array(1))
        #expect(outer.range == 2..<4)
        let inner = try #require(outer.elements.array(2))
        #expect(inner.range.map { inner.elements.integer($0) } == [1, 2])
        let map = try #require(block["m"]?.array(1))
        #expect(map.elements.tupleElements?[0].string(1) == "k")
        #expect(map.elements.tupleElements?[1].integer(1) == 7)
        #expect(block["t"]?.tupleElements?[1].integer(0) == 2)
    }

    @Test("an Enum gives names and numbers")
    func enumeration() throws {
        let type = "Enum8('a' = -1, 'b' = 2)"
        let column = NativeColumn(name: "e", type: type, buffer: .integers([-1 as Int8, 2, 3]))
        let decoded = try #require(try decode(encode([column], rows: 3)).first?.columns.first)
        #expect((0..<3).map(decoded.string) == ["a", "b", nil])
        #expect((0..<3).map(decoded.integer) == [-1, 2, 3])
    }

    @Test("claims beyond the limits are refused before anything is allocated")
    func limits() throws {
        // 2^60 rows of a String, then of an Array, with no bytes after them.
        let rows: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]
        for type in ["String", "UInt8", "Array(UInt8)", "LowCardinality(String)", "FixedString(999999999)"] {
            let bytes = [1] + rows + [1, 0x61, UInt8(type.utf8.count)] + Array(type.utf8)
            #expect(throws: NativeFormatError.limitExceeded("rows")) { try decode(bytes) }
            // Within the limit, but without the bytes.
            let fewer: [UInt8] = [1, 0xFF, 0xFF, 0xFF, 0x7F, 1, 0x61, UInt8(type.utf8.count)] + Array(type.utf8)
            #expect(throws: NativeFormatError.self) { try decode(fewer + [1, 0, 0, 0, 0, 0, 0, 0]) }
        }
        #expect(throws: NativeFormatError.limitExceeded("columns")) { try decode([0xFF, 0xFF, 0x7F, 1]) }
    }

    @Test(
        "broken structure is malformed",
        arguments: [
            // An index without its key.
            "01 01 01 65 16 4c 6f 77 43 61 72 64 69 6e 61 6c 69 74 79 28 53 74 72 69 6e 67 29 01 00 00 00 00 00 00 00"
                + " 00 06 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 01",
            // An unknown version of LowCardinality.
            "01 01 01 65 16 4c 6f 77 43 61 72 64 69 6e 61 6c 69 74 79 28 53 74 72 69 6e 67 29 02 00 00 00 00 00 00 00",
            // Array offsets that go backwards.
            "01 02 01 61 0c 41 72 72 61 79 28 55 49 6e 74 38 29 02 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 01 01",
            // A type that is none.
            "01 01 01 61 02 28 28",
            // A VarUInt that does not fit.
            "ff ff ff ff ff ff ff ff ff ff ff",
        ]
    )
    func malformed(dump: String) {
        do throws(NativeFormatError) {
            _ = try decode(bytes(hex: dump))
            Issue.record("decoded")
        } catch {
            guard case .malformed = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test(
        "types that carry their own structure are refused by name",
        arguments: ["Dynamic", "AggregateFunction(sum, UInt8)"]
    )
    func unsupported(type: String) {
        let bytes = [1, 1, 1, 0x61, UInt8(type.utf8.count)] + Array(type.utf8) + [UInt8](repeating: 0, count: 64)
        #expect(throws: NativeFormatError.unsupportedType(type)) { try decode(bytes) }
    }

    @Test("the reader finds the same blocks however the stream is cut", arguments: [1, 2, 3, 7, 64, 1000, 100_000])
    func reader(step: Int) throws {
        let output = GrowableBytes()
        for block in 0..<5 {
            let values = (0..<200).map { "value \($0 * block)" }
            let columns = [
                NativeColumn(name: "n", type: "Int64", buffer: .integers((0..<200).map { Int64($0 + block) })),
                NativeColumn(name: "s", type: "String", buffer: .strings(values)),
            ]
            try NativeBlockEncoder.encode(columns: columns, rows: 200, into: output)
        }
        let stream = Array(output.bytes)
        var reader = NativeBlockReader()
        var blocks: [DecodedBlock] = []
        var offset = 0
        while offset < stream.count {
            let end = min(offset + step, stream.count)
            stream[offset..<end].withUnsafeBytes { reader.append($0) }
            offset = end
            while let block = try reader.next() { blocks.append(block) }
        }
        while let block = try reader.finish() { blocks.append(block) }
        #expect(blocks.count == 5)
        #expect(blocks.map { $0["s"]?.string(199) } == (0..<5).map { "value \(199 * $0)" })
    }

    @Test("the reader says so when the stream ends inside a block")
    func readerTruncated() throws {
        let whole = try encode([.init(name: "n", type: "Int64", buffer: .integers([1 as Int64]))], rows: 1)
        var reader = NativeBlockReader()
        whole.dropLast().withUnsafeBytes { reader.append($0) }
        #expect(try reader.next()?.rows == nil)
        #expect(throws: NativeFormatError.truncated(missing: 1)) { try reader.finish() }
    }

    @Test("the reader gives up on a block that is larger than its limit")
    func readerLimit() throws {
        var reader = NativeBlockReader(limits: .init(blockBytesMax: 100))
        let whole = try encode(
            [.init(name: "s", type: "String", buffer: .strings([String(repeating: "x", count: 99)]))],
            rows: 1
        )
        whole.prefix(50).withUnsafeBytes { reader.append($0) }
        #expect(throws: NativeFormatError.limitExceeded("bytes of a block")) { try reader.next() }
    }
}
