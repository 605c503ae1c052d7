import ClickHouseFormat
import ColumnarBytes
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Deterministic fuzzing: whole blocks with flipped, cut, repeated and inserted bytes go through the decoder and, where
/// it accepts them, through every accessor. `LEAT_FUZZ_INPUTS` sets the number of inputs.
@Suite("Native decoder under fuzzing")
struct NativeFuzzTests {
    /// xorshift64*: the same inputs on every machine.
    struct Randomness {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_F491_4F6C_DD1D
        }

        mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }
    }

    static let inputCount = getenv("LEAT_FUZZ_INPUTS").flatMap { Int(String(cString: $0)) } ?? 20_000

    static func seeds() throws -> [[UInt8]] {
        let columns = [
            NativeColumn(
                name: "a",
                type: "Nullable(Int32)",
                buffer: .integers([1 as Int32, nil, 3], isNullable: true)
            ),
            NativeColumn(name: "s", type: "String", buffer: .strings(["abc", "", "ü"])),
            NativeColumn(name: "e", type: "LowCardinality(String)", buffer: .ordinals([1, 0, 2], of: ["open", "x"])),
            NativeColumn(
                name: "f",
                type: "LowCardinality(Nullable(String))",
                buffer: .ordinals([1, nil, 0], of: ["open"], isNullable: true)
            ),
            NativeColumn(name: "d", type: "Decimal(38, 10)", buffer: .integers([1 as Int128, 2, 3])),
            NativeColumn(name: "z", type: "Enum8('a' = 1)", buffer: .integers([1 as Int8, 2, 3])),
        ]
        var seeds = [try encode(columns, rows: 3)]
        for column in columns { seeds.append(try encode([column], rows: 3)) }
        // Types that only the decoder knows, with zeros for all their bytes.
        for type in [
            "Array(String)", "Array(LowCardinality(Nullable(String)))", "Map(String, UInt8)",
            "Tuple(a UInt8, b Nullable(String))",
            "Array(Array(Nullable(FixedString(3))))", "SimpleAggregateFunction(any, Nullable(UInt8))", "Tuple()",
            "UInt256",
        ] {
            seeds.append([1, 2, 1, 0x61, UInt8(type.utf8.count)] + Array(type.utf8) + [UInt8](repeating: 0, count: 80))
            seeds.append([1, 2, 1, 0x61, UInt8(type.utf8.count)] + Array(type.utf8) + [UInt8](repeating: 1, count: 80))
        }
        return seeds
    }

    static func mutate(_ seed: [UInt8], _ random: inout Randomness) -> [UInt8] {
        var bytes = seed
        for _ in 0..<(1 + random.below(6)) {
            if bytes.isEmpty { break }
            let place = random.below(bytes.count)
            switch random.below(7) {
            case 0: bytes[place] ^= 1 << UInt8(random.below(8))
            case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
            case 4:
                bytes.insert(
                    contentsOf: (0..<random.below(9)).map { _ in UInt8(truncatingIfNeeded: random.next()) },
                    at: place
                )
            case 5: bytes.append(contentsOf: bytes[place...])
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    /// Touches every value, so that a wrong index would trap here.
    static func touch(_ column: DecodedColumn) -> Int {
        var sum = 0
        for row in 0..<min(column.rows, 1000) {
            if column.isNull(row) { sum &+= 1 }
            sum &+= Int(truncatingIfNeeded: column.integer(row) ?? 0)
            sum &+= column.string(row)?.utf8.count ?? 0
            if let value = column.double(row), value > 0 { sum &+= 1 }
            _ = column.withBytes(row) { sum &+= $0.count }
            if let (elements, range) = column.array(row) {
                if row == 0 { sum &+= touch(elements) }
                for element in range.prefix(10) where elements.isNull(element) { sum &+= 1 }
            }
        }
        for element in column.tupleElements ?? [] { sum &+= touch(element) }
        return sum
    }

    @Test("no input makes the decoder trap")
    func fuzz() throws {
        let seeds = try Self.seeds()
        var random = Randomness(state: 0x9E37_79B9_7F4A_7C15)
        let limits = NativeDecodingLimits(columnsMax: 100, rowsMax: 100_000, nameBytesMax: 1000, blockBytesMax: 1 << 20)
        var decoded = 0
        var sum = 0
        for _ in 0..<Self.inputCount {
            let input = Self.mutate(seeds[random.below(seeds.count)], &random)
            do throws(NativeFormatError) {
                for block in try decode(input, limits: limits) {
                    decoded += 1
                    for column in block.columns { sum &+= Self.touch(column) }
                }
            } catch {
                continue
            }
        }
        // Were every input refused, the accessors would not have been tried.
        #expect(decoded > Self.inputCount / 100)
        #expect(sum != 0)
    }

    @Test("the reader finds the same as the decoder, whatever the bytes and however they are cut")
    func fuzzReader() throws {
        let seeds = try Self.seeds()
        var random = Randomness(state: 7)
        let limits = NativeDecodingLimits(columnsMax: 100, rowsMax: 100_000, nameBytesMax: 1000, blockBytesMax: 1 << 20)
        var blockCount = 0
        for _ in 0..<(Self.inputCount / 4) {
            var input = Self.mutate(seeds[random.below(seeds.count)], &random)
            if random.below(2) == 0 { input = seeds[random.below(seeds.count)] + input }
            let whole = Result { () throws(NativeFormatError) in try decode(input, limits: limits).map(\.rows) }
            let cut = Result { () throws(NativeFormatError) in
                var reader = NativeBlockReader(limits: limits)
                var rows: [Int] = []
                var offset = 0
                while offset < input.count {
                    let end = min(input.count, offset + 1 + random.below(40))
                    input[offset..<end].withUnsafeBytes { reader.append($0) }
                    offset = end
                    while let block = try reader.next() { rows.append(block.rows) }
                }
                while let block = try reader.finish() { rows.append(block.rows) }
                return rows
            }
            switch (whole, cut) {
            case (.success(let left), .success(let right)):
                #expect(left == right)
                blockCount += left.count
            case (.failure, .failure): break
            default: Issue.record("\(whole) and \(cut) for \(hex(input))")
            }
        }
        #expect(blockCount > 0)
    }

    @Test("no frame makes a decompressor trap or stand still", arguments: [CompressionMethod.lz4, .zstd])
    func fuzzFrames(method: CompressionMethod) throws {
        let frame = try FrameCompressionTests.compress(
            FrameCompressionTests.content(3000),
            with: FrameCompressor(method),
            pieceBytes: 1000
        )
        var random = Randomness(state: 99)
        var output = [UInt8](repeating: 0, count: 4096)
        var accepted = 0
        for _ in 0..<(Self.inputCount / 20) {
            let input = Self.mutate(frame, &random)
            let decompressor = try FrameDecompressor(method)
            do {
                try input.withUnsafeBytes { bytes in
                    var rest = bytes
                    var steps = 0
                    while !rest.isEmpty && steps < 10_000 {
                        _ = try output.withUnsafeMutableBytes { try decompressor.decompress(&rest, into: $0) }
                        steps += 1
                    }
                    #expect(steps < 10_000)
                }
                accepted += 1
            } catch is CompressionError {
                continue
            }
        }
        #expect(accepted > 0)
    }

    @Test("no text makes the type parser trap, and what it accepts prints to what it accepts")
    func fuzzTypes() throws {
        let seeds = [
            "Nullable(Decimal(12, 2))", "Enum8('a' = 1, 'b\\'' = -2)", "Tuple(a UInt8, `b c` Array(String))",
            "DateTime64(6, 'UTC')", "Map(String, LowCardinality(Nullable(String)))", "AggregateFunction(sum, UInt64)",
            "SimpleAggregateFunction(groupArray(3), Array(UInt8))",
        ].map { Array($0.utf8) }
        var random = Randomness(state: 42)
        var accepted = 0
        for _ in 0..<(Self.inputCount / 4) {
            let text = String(decoding: Self.mutate(seeds[random.below(seeds.count)], &random), as: UTF8.self)
            guard let type = try? ClickHouseType(parsing: text) else { continue }
            accepted += 1
            #expect((try? ClickHouseType(parsing: type.description)) == type, "\(text)")
        }
        #expect(accepted > 0)
    }
}
