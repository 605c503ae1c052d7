import ClickHouseFormat
import Testing

@Suite("Compression of bodies")
struct FrameCompressionTests {
    /// Half repetitive, half not.
    static func content(_ count: Int) -> [UInt8] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { index in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return index / 1000 % 2 == 0 ? UInt8(index % 7) : UInt8(truncatingIfNeeded: state)
        }
    }

    static func compress(_ content: [UInt8], with compressor: FrameCompressor, pieceBytes: Int) throws -> [UInt8] {
        compressor.begin()
        var result: [UInt8] = []
        var offset = 0
        repeat {
            let end = min(content.count, offset + pieceBytes)
            let piece = Array(content[offset..<end])
            var output = [UInt8](repeating: 0, count: compressor.outputBound(forPieceOf: piece.count))
            let written = try output.withUnsafeMutableBytes { room in
                try piece.withUnsafeBytes { try compressor.compress($0, isLast: end == content.count, into: room) }
            }
            result += output[..<written]
            offset = end
        } while offset < content.count
        return result
    }

    static func decompress(
        _ bytes: [UInt8],
        with decompressor: FrameDecompressor,
        inputBytes: Int,
        outputBytes: Int
    ) throws -> [UInt8] {
        var result: [UInt8] = []
        var output = [UInt8](repeating: 0, count: outputBytes)
        var offset = 0
        while offset < bytes.count {
            let end = min(bytes.count, offset + inputBytes)
            try bytes[offset..<end].withUnsafeBytes { part in
                var rest = part
                while true {
                    let written = try output.withUnsafeMutableBytes { try decompressor.decompress(&rest, into: $0) }
                    result += output[..<written]
                    if rest.isEmpty && written < outputBytes { break }
                }
            }
            offset = end
        }
        return result
    }

    @Test(
        "what is compressed in pieces comes back",
        arguments: CompressionMethod.allCases,
        [0, 1, 1000, 100_000, 3_000_000]
    )
    func roundTrip(method: CompressionMethod, count: Int) throws {
        let content = Self.content(count)
        let compressor = try FrameCompressor(method)
        // Twice, to see that a context can be used again, also after a body that was given up.
        for _ in 0..<2 {
            let compressed = try Self.compress(content, with: compressor, pieceBytes: 1 << 20)
            if method != .none && count > 1000 { #expect(compressed.count < count) }
            let decompressor = try FrameDecompressor(method)
            #expect(
                try Self.decompress(compressed, with: decompressor, inputBytes: 4099, outputBytes: 65_536) == content
            )
            #expect(decompressor.isAtFrameBoundary)
            var output = [UInt8](repeating: 0, count: compressor.outputBound(forPieceOf: 5))
            _ = try output.withUnsafeMutableBytes { room in
                try ([1, 2, 3, 4, 5] as [UInt8]).withUnsafeBytes {
                    try compressor.compress($0, isLast: false, into: room)
                }
            }
        }
    }

    @Test("small steps on both sides give the same bytes", arguments: [CompressionMethod.lz4, .zstd])
    func smallSteps(method: CompressionMethod) throws {
        let content = Self.content(50_000)
        let compressed = try Self.compress(content, with: FrameCompressor(method), pieceBytes: 777)
        let decompressor = try FrameDecompressor(method)
        #expect(try Self.decompress(compressed, with: decompressor, inputBytes: 1, outputBytes: 13) == content)
    }

    @Test("a frame that is cut is not at a boundary", arguments: [CompressionMethod.lz4, .zstd])
    func cut(method: CompressionMethod) throws {
        let compressed = try Self.compress(Self.content(50_000), with: FrameCompressor(method), pieceBytes: 10_000)
        let decompressor = try FrameDecompressor(method)
        _ = try Self.decompress(Array(compressed.dropLast(3)), with: decompressor, inputBytes: 4096, outputBytes: 4096)
        #expect(!decompressor.isAtFrameBoundary)
    }

    @Test("bytes that are no frame are an error", arguments: [CompressionMethod.lz4, .zstd])
    func garbage(method: CompressionMethod) throws {
        let decompressor = try FrameDecompressor(method)
        #expect(throws: CompressionError.self) {
            try Self.decompress(
                Array(repeating: 0x42, count: 100),
                with: decompressor,
                inputBytes: 100,
                outputBytes: 100
            )
        }
    }
}
