import ClickHouseFormat
import Synchronization

/// Compressors at rest: their contexts hold hundreds of kilobytes and take time to make.
final class CompressorPool: Sendable {
    private static let keptMax = 8
    let method: CompressionMethod
    private let idle = Mutex<[FrameCompressor]>([])

    init(_ method: CompressionMethod) { self.method = method }

    func take() throws(CompressionError) -> FrameCompressor {
        if let compressor = idle.withLock({ $0.popLast() }) {
            compressor.begin()
            return compressor
        }
        return try FrameCompressor(method)
    }

    func giveBack(_ compressor: FrameCompressor) {
        idle.withLock { compressors in
            if compressors.count < Self.keptMax { compressors.append(compressor) }
        }
    }
}
