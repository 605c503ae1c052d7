import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A result's bytes, decompressed, as they arrive. It can be iterated once.
package struct ClickHouseByteStream: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    let response: HTTPClientResponse
    let brokenMark: ByteBuffer
    /// For people: where the bytes come from.
    let address: String
    /// The query's id, to find it in `system.query_log`.
    package let queryID: String?

    package func makeAsyncIterator() -> Iterator {
        Iterator(response: response, brokenMark: brokenMark, address: address, queryID: queryID)
    }

    /// Takes one piece after another off the connection.
    package struct Iterator: AsyncIteratorProtocol {
        private var parts: HTTPClientResponse.Body.AsyncIterator
        private let contentEncoding: String?
        private let brokenMark: ByteBuffer
        private let address: String
        private let queryID: String?
        private var decompressor: ResultDecompressor?
        private var tail: ResultTail
        private var isFinished = false

        init(response: HTTPClientResponse, brokenMark: ByteBuffer, address: String, queryID: String?) {
            parts = response.body.makeAsyncIterator()
            contentEncoding = response.headers.first(name: "Content-Encoding")
            tail = ResultTail(tag: response.headers.first(name: "X-ClickHouse-Exception-Tag"))
            self.brokenMark = brokenMark
            self.address = address
            self.queryID = queryID
        }

        /// The next bytes; `nil` at the end of a complete result.
        ///
        /// - Throws: ``ClickHouseError``: the server's exception when it failed in the middle, else `.connectionLost`.
        package mutating func next() async throws -> ByteBuffer? {
            do {
                while !isFinished {
                    if let piece = try decompressor?.next() {
                        tail.append(piece)
                        return piece
                    }
                    try await readPart()
                }
                return nil
            } catch {
                isFinished = true
                throw failure(error)
            }
        }

        private mutating func readPart() async throws {
            if decompressor == nil { decompressor = try ResultDecompressor(contentEncoding: contentEncoding) }
            guard let part = try await parts.next() else {
                isFinished = true
                if Task.isCancelled { throw CancellationError() }
                let isWhole = decompressor?.isComplete ?? true
                if !isWhole || tail.isTaggedException { throw HTTPClientError.remoteConnectionClosed }
                return
            }
            if part == brokenMark { throw HTTPClientError.remoteConnectionClosed }
            decompressor?.feed(part)
        }

        /// The server ends a broken result with its exception and closes the connection without a proper end.
        private func failure(_ error: any Error) -> ClickHouseError {
            let transport = ClickHouseError.transport(
                error,
                address: address,
                queryID: queryID,
                wasSent: true,
                mayHaveChangedData: false
            )
            if transport.code == .connectionLost, let exception = tail.markedException {
                return ClickHouseError(exception, queryID: queryID, mayHaveChangedData: false)
            }
            return transport
        }
    }
}
