import AsyncHTTPClient
import ColumnarBytes
import HTTPTransport
import InfluxProtocol
import NIOCore
import NIOHTTP1

extension InfluxClient {
    /// Runs a `SELECT` whose result may be large, and decodes it straight into columns, in bounded memory.
    ///
    /// ```swift
    /// try await client.stream(
    ///     "SELECT * FROM readings WHERE time >= 0 AND time < 3600000000000",
    ///     columns: [.time, .tag("device_id"), .field("temperature", .float)], rows: consumer)
    /// ```
    ///
    /// Sent once: whoever asked knows what of the rows it has kept. The result is only all there when this returns.
    /// Tags may come as columns (`SELECT *`) or as tags of the series (`GROUP BY *`), and the measurement's rows may
    /// come in several series.
    ///
    /// Of a field that has several types (in different shards) 1.x shows only the values of one type, or converts them,
    /// and says nothing: `SHOW FIELD KEYS` lists such a field several times, which the caller must check.
    /// - Parameters:
    ///   - database: `nil` for the endpoint's.
    ///   - columns: The columns of the rows, in any order. One that the result does not have is NULL, or "" for a tag.
    ///     One that the result has and this does not is an error, so that nothing is lost silently.
    ///   - chunkSize: Rows that the server sends at a time.
    ///   - batchRows: Rows at which the consumer is called, the last time with fewer.
    ///   - batchBytes: Bytes at which it is called earlier.
    ///   - timeout: Until the result starts; then the silence between two parts counts
    ///     (``Configuration/streamIdleTimeout``).
    /// - Throws: ``InfluxError``: `.unexpectedColumn`, `.typeMismatch`, the server's own in the
    ///   middle of the result, and what belongs to the transport. What the consumer throws.
    @discardableResult
    package func stream(
        _ influxQL: String,
        database: String? = nil,
        columns: [SeriesColumn],
        chunkSize: Int = 10_000,
        batchRows: Int = 65_536,
        batchBytes: Int = 16 << 20,
        format: StreamFormat = .automatic,
        timeout: Duration? = nil,
        rows consumer: some SeriesRowConsumer
    ) async throws -> StreamSummary {
        if format == .csv, let column = columns.first(where: { $0.kind == .field(.string) }) {
            throw InfluxError(
                code: .invalidRequest,
                message: "CSV cannot tell NULL from an empty string, and \(column.name) is a string",
                column: column.name
            )
        }
        let assembly = try RowAssembly(
            columns: columns,
            limits: .init(rows: max(1, batchRows), bytes: max(1, batchBytes))
        )
        var request = queryRequest(influxQL, database: database, chunkSize: chunkSize)
        request.accept = format.accept(isForToken: endpoint.authentication == .token)
        request.mayChangeData = false
        let response = try await start(request, timeout: timeout)
        guard let received = StreamFormat(contentType: response.headers.first(name: "Content-Type")) else {
            throw InfluxError(
                code: .protocolViolation,
                message: "a result of a type that is not known: \(response.headers.first(name: "Content-Type") ?? "")"
            )
        }
        switch received {
        case .messagePack:
            return try await read(response, MessagePackDecoder(), received, assembly, consumer)
        case .csv:
            let summary = try await read(response, CSVDecoder(), received, assembly, consumer)
            if summary.bytes > 0 { return summary }
            // CSV has no place for the error of a statement: an empty answer is asked for again where it would show.
            return try await stream(
                influxQL,
                database: database,
                columns: columns,
                format: .json,
                timeout: timeout,
                rows: consumer
            )
        case .json, .automatic: return try await read(response, JSONResultDecoder(), .json, assembly, consumer)
        }
    }

    private func start(_ request: ServerRequest, timeout: Duration?) async throws -> HTTPClientResponse {
        let http = try request.httpRequest(to: endpoint)
        do {
            let response = try await withDeadline(timeout ?? configuration.requestTimeout) {
                try await self.connections.streams.execute(http, deadline: .distantFuture, logger: self.logger)
            }
            if let error = await failure(of: response, isWrite: false) { throw error }
            return response
        } catch {
            throw InfluxError.transport(error, address: address, mayHaveChangedData: false)
        }
    }

    /// A single value beyond this is no result of a server.
    private static let tokenBytesMax = 16 << 20

    private func read(
        _ response: HTTPClientResponse,
        _ start: some StreamDecoder,
        _ format: StreamFormat,
        _ startingAssembly: RowAssembly,
        _ consumer: some SeriesRowConsumer
    ) async throws -> StreamSummary {
        var decoder = start
        var assembly = startingAssembly
        var summary = StreamSummary()
        summary.format = format
        var parts = response.body.makeAsyncIterator()
        let pending = GrowableBytes()
        // A long value is begun again only when twice as much of it is there: reading it stays linear.
        var enough = 0
        var isAtEnd = false
        while !isAtEnd {
            if let part = try await next(&parts) {
                summary.bytes += part.readableBytes
                part.withUnsafeReadableBytes { pending.append($0) }
            } else {
                isAtEnd = true
            }
            if pending.count < enough && pending.count <= Self.tokenBytesMax && !isAtEnd { continue }
            var at = 0
            while true {
                at = try decode(pending, from: at, with: &decoder, into: &assembly)
                if !assembly.isFull { break }
                summary.rows += assembly.count
                try assembly.resume(with: try await consumer.consume(assembly.take()))
            }
            pending.removeFirst(at)
            enough = at == 0 ? 2 * pending.count : 0
            if pending.count > Self.tokenBytesMax {
                throw InfluxError(
                    code: .protocolViolation,
                    message: "a value in the result is longer than \(Self.tokenBytesMax) bytes"
                )
            }
        }
        guard decoder.isComplete, pending.bytes.allSatisfy({ $0 <= 0x20 }) else {
            throw InfluxError(
                code: .connectionLost,
                message: "the result ends in the middle (\(address))",
                isTransient: true
            )
        }
        if assembly.count > 0 {
            summary.rows += assembly.count
            _ = try await consumer.consume(assembly.take())
        }
        return summary
    }

    private func next(
        _ parts: inout HTTPClientResponse.Body.AsyncIterator
    ) async throws(InfluxError) -> ByteBuffer? {
        do {
            let part = try await parts.next()
            // A cancelled task ends the sequence as if the result were whole.
            try Task.checkCancellation()
            return part
        } catch {
            throw InfluxError.transport(error, address: address, mayHaveChangedData: false)
        }
    }

    private func decode(
        _ pending: GrowableBytes,
        from start: Int,
        with decoder: inout some StreamDecoder,
        into assembly: inout RowAssembly
    ) throws(InfluxError) -> Int {
        do throws(DecodingFault) {
            return try decoder.decode(pending.bytes, from: start, into: &assembly)
        } catch {
            throw .notAResult(error)
        }
    }
}

extension GrowableBytes {
    /// Forgets the first `count` bytes; what follows them moves to the start.
    fileprivate func removeFirst(_ count: Int) {
        if count == 0 { return }
        let rest = self.count - count
        if rest > 0, let base = mutableBytes.baseAddress { base.copyMemory(from: base + count, byteCount: rest) }
        truncate(to: rest)
    }
}
