import ColumnarBytes
import InfluxProtocol
import NIOCore
import NIOHTTP1

/// A complete answer.
struct ServerAnswer: Sendable {
    var headers: HTTPHeaders
    var body: ByteBuffer

    /// What 3 Core says in the body of `/ping`.
    var version: String? {
        body.withUnsafeReadableBytes { bytes in
            var scanner = JSONScanner(bytes, scratch: GrowableBytes())
            var version: String?
            do throws(DecodingFault) {
                try scanner.object { (scanner, key) throws(DecodingFault) in
                    if key == "version" { version = try scanner.text() } else { try scanner.skipValue() }
                }
            } catch {
                return nil
            }
            return version
        }
    }
}
