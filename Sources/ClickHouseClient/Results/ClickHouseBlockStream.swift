import ClickHouseFormat
import NIOCore

/// A result's blocks, decoded as they arrive. It can be iterated once.
package struct ClickHouseBlockStream: AsyncSequence, Sendable {
    package typealias Element = DecodedBlock

    let bytes: ClickHouseByteStream
    let limits: NativeDecodingLimits
    /// The query's id, to find it in `system.query_log`.
    package var queryID: String? { bytes.queryID }

    package func makeAsyncIterator() -> Iterator {
        Iterator(parts: bytes.makeAsyncIterator(), reader: NativeBlockReader(limits: limits), queryID: queryID)
    }

    /// Decodes one block after another.
    package struct Iterator: AsyncIteratorProtocol {
        private var parts: ClickHouseByteStream.Iterator
        private var reader: NativeBlockReader
        private let queryID: String?
        /// What is wrong with the bytes, while the stream may still end with the reason.
        private var pending: NativeFormatError?
        private var bytesSincePending = 0

        init(parts: ClickHouseByteStream.Iterator, reader: NativeBlockReader, queryID: String?) {
            self.parts = parts
            self.reader = reader
            self.queryID = queryID
        }

        /// The next block; `nil` at the end of a complete result.
        ///
        /// - Throws: ``ClickHouseError``: `.protocolViolation` where the bytes are no block, else as the bytes' stream.
        package mutating func next() async throws -> DecodedBlock? {
            while true {
                if pending == nil {
                    do {
                        if let block = try reader.next() { return block }
                    } catch {
                        // An exception in the middle of a result looks like a bad block until the stream ends.
                        pending = error
                    }
                }
                if let part = try await parts.next() {
                    if let pending {
                        bytesSincePending += part.readableBytes
                        if bytesSincePending > ResultTail.bytesMax { throw violation(pending) }
                    } else {
                        part.withUnsafeReadableBytes { reader.append($0) }
                    }
                    continue
                }
                if let pending { throw violation(pending) }
                do {
                    return try reader.finish()
                } catch {
                    throw violation(error)
                }
            }
        }

        private func violation(_ error: NativeFormatError) -> ClickHouseError {
            ClickHouseError(
                code: .protocolViolation,
                message: "the result is no Native block: \(error)",
                queryID: queryID
            )
        }
    }
}
