import ColumnarBytes
import Testing

@testable import InfluxProtocol

/// Deterministic fuzzing. `LEAT_FUZZ_INPUTS=1000000` tries a million inputs.
@Suite("Results under fuzzing")
struct StreamFuzzTests {
    static let grouped = Array(
        #"{"results":[{"statement_id":0,"series":[{"name":"m","tags":{"site":"x"},"columns":["time","i"],"values":[[1,1],[2,null]]}],"messages":[{"level":"warning","text":"x"}]}]}"#
            .utf8
    )
    static let csv = Array(
        "name,tags,time,b,f,i,site\nm,,1,true,0.1,-3,a\nm,,2,,,,\"q\"\",\"\n\nname,tags,time,i\nn,,4,1\n".utf8
    )

    /// Tries inputs whole and cut at random: both ways must end alike.
    static func fuzz(_ seeds: [[UInt8]], state: UInt64, _ make: () -> some StreamDecoder) {
        var random = Randomness(state: state)
        var accepted = 0
        var rows = 0
        for _ in 0..<(fuzzInputCount / 3) {
            let seed = seeds[random.below(seeds.count)]
            let input = random.below(10) == 0 ? seed : random.mutate(seed)
            let whole = StreamRun(input, make(), columns: StreamDecoderTests.columns)
            let cut = StreamRun(input, make(), columns: StreamDecoderTests.columns, batchRows: 1 + random.below(3)) {
                1 + random.below(20)
            }
            if whole.isComplete != cut.isComplete || whole.error?.code != cut.error?.code
                || (whole.isComplete && whole.rows != cut.rows)
            {
                Issue.record("\(whole) and \(cut) for \(String(decoding: input, as: UTF8.self))")
            }
            if whole.isComplete { accepted += 1 }
            rows += whole.rows.count
        }
        // Were every input refused, the values would not have been tried.
        #expect(accepted > fuzzInputCount / 100)
        #expect(rows > 0)
    }

    @Test("no JSON makes the decoder trap, or read otherwise when it comes in pieces")
    func json() {
        Self.fuzz([Array(StreamDecoderTests.json.utf8), Self.grouped], state: 1) { JSONResultDecoder() }
    }

    @Test("no MessagePack makes the decoder trap, or read otherwise when it comes in pieces")
    func messagePack() {
        let grouped = Packed.chunk(
            columns: ["time", "i"],
            tags: [("site", "x")],
            rows: [[.integer(1), .integer(300)], [.integer(70_000), .null]]
        )
        Self.fuzz([StreamDecoderTests.packed, grouped], state: 2) { MessagePackDecoder() }
    }

    @Test("no CSV makes the decoder trap, or read otherwise when it comes in pieces")
    func csv() { Self.fuzz([Self.csv], state: 3) { CSVDecoder() } }

    @Test("no answer makes the decoder of small results, or of error messages, trap")
    func results() {
        var random = Randomness(state: 4)
        var accepted = 0
        let seeds = [Self.grouped, Array(StreamDecoderTests.json.utf8.prefix { $0 != UInt8(ascii: "\u{0}") })]
        for _ in 0..<(fuzzInputCount / 3) {
            let input = random.mutate(seeds[random.below(seeds.count)])
            input.withUnsafeBytes { bytes in
                if (try? ResultDecoder.decode(bytes)) != nil { accepted += 1 }
            }
        }
        #expect(accepted > 0)
    }

    @Test("neither deep nesting nor enormous lengths cost stack or memory")
    func hostile() {
        let columns = StreamDecoderTests.columns
        let deep = Array(#"{"x":"#.utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(StreamRun(deep, JSONResultDecoder(), columns: columns).error?.code == .protocolViolation)
        let isRead = deep.withUnsafeBytes { bytes in (try? ResultDecoder.decode(bytes)) != nil }
        #expect(!isRead)
        let packedDeep: [UInt8] = [0x81, 0xA1, 0x78] + [UInt8](repeating: 0x91, count: 1_000_000)
        #expect(!StreamRun(packedDeep, MessagePackDecoder(), columns: columns).isComplete)
        let packedMaps: [UInt8] = [0x81, 0xA1, 0x78] + [UInt8](repeating: 0xDF, count: 1_000_000)
        #expect(!StreamRun(packedMaps, MessagePackDecoder(), columns: columns).isComplete)
        for head in [[0xDF, 0xFF, 0xFF, 0xFF, 0xFF], [0x81, 0xDB, 0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]] {
            #expect(!StreamRun(head + [0xA1, 0x78], MessagePackDecoder(), columns: columns).isComplete)
        }
    }
}
