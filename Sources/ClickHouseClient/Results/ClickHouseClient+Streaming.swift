import AsyncHTTPClient
import ClickHouseFormat
import HTTPTransport
import NIOCore

extension ClickHouseClient {
    /// Runs a query and gives its result as it comes, in the format that the query names (`… FORMAT Native`).
    ///
    /// Nothing is read ahead of the consumer beyond the socket's buffers. The rows are only all there, and only true,
    /// when the sequence ends without an error: the server can fail in the middle, and what it writes then looks like
    /// part of the result until the error is thrown. Leaving the loop early cancels the query's connection.
    /// - Parameters:
    ///   - timeout: Until the result starts; then the silence between two parts counts
    ///     (``Configuration/streamIdleTimeout``).
    ///   - compression: Of the result, on the wire.
    package func stream(
        _ sql: String,
        settings: [String: String] = [:],
        parameters: [String: String?] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil,
        compression: CompressionMethod = .none,
        retry: RetryPolicy = .standard
    ) async throws -> ClickHouseByteStream {
        var prototype = ServerRequest(
            sql: sql,
            // Else a JSON format ends with the exception as if it were one more row.
            settings: [
                "http_write_exception_in_output_format": "0", "cancel_http_readonly_queries_on_client_close": "1",
            ]
            .merging(settings) { $1 },
            parameters: parameters,
            queryID: queryID
        )
        prototype.waitsForEnd = false
        prototype.acceptedCompression = compression
        let request = prototype
        return try await withAttempts(retry, timeout: timeout, mayRepeat: \.isTransient) { attempt in
            let http = try request.httpRequest(to: self.endpoint, attempt: attempt)
            let queryID = request.queryID.map { request.attemptID($0, attempt) }
            do {
                let response = try await self.connections.streams.execute(
                    http,
                    deadline: .distantFuture,
                    logger: self.logger
                )
                if let error = try await self.failure(of: response, request: request, queryID: queryID) { throw error }
                return ClickHouseByteStream(
                    response: response,
                    brokenMark: self.brokenMark,
                    address: self.address,
                    queryID: queryID
                )
            } catch {
                throw ClickHouseError.transport(
                    error,
                    address: self.address,
                    queryID: queryID,
                    wasSent: true,
                    mayHaveChangedData: false
                )
            }
        }
    }

    /// Runs a query and gives its result as decoded blocks. The query must not name a `FORMAT`.
    ///
    /// Everything else is as in ``stream(_:settings:parameters:queryID:timeout:compression:retry:)``.
    package func blocks(
        _ sql: String,
        settings: [String: String] = [:],
        parameters: [String: String?] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil,
        compression: CompressionMethod = .none,
        limits: NativeDecodingLimits = .init(),
        retry: RetryPolicy = .standard
    ) async throws -> ClickHouseBlockStream {
        let bytes = try await stream(
            sql + "\nFORMAT Native",
            settings: settings,
            parameters: parameters,
            queryID: queryID,
            timeout: timeout,
            compression: compression,
            retry: retry
        )
        return ClickHouseBlockStream(bytes: bytes, limits: limits)
    }
}
