import AsyncHTTPClient
import ColumnarBytes
import HTTPTransport
import InfluxProtocol
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// A client of InfluxDB's v1 HTTP API with a pool of connections that are kept alive: 1.x, and 2.x and 3 Core, which
/// answer the same requests.
///
/// Any number of tasks may use one client concurrently. Every failure is an ``InfluxError``. User, password and token
/// go in a header, statements in the body: neither reaches URLs or logs.
/// API: https://docs.influxdata.com/influxdb/v1/tools/api/
package final class InfluxClient: Sendable {
    /// What does not change from request to request.
    package struct Configuration: Sendable, Hashable {
        /// Until a TCP or TLS connection stands.
        package var connectTimeout: Duration
        /// For a whole request whose caller names no timeout; for a stream, until it starts.
        package var requestTimeout: Duration
        /// The longest silence within a stream of results.
        package var streamIdleTimeout: Duration
        /// An idle connection is closed after this.
        package var connectionIdleTimeout: Duration
        /// Connections that may be open at the same time; further requests wait.
        package var connectionsMax: Int
        /// Bytes of an answer that is held whole.
        package var resultBytesMax: Int
        /// Bytes of lines in one write, before compression.
        package var writeBytesMax: Int

        package init(
            connectTimeout: Duration = .seconds(5),
            requestTimeout: Duration = .seconds(60),
            streamIdleTimeout: Duration = .seconds(300),
            connectionIdleTimeout: Duration = .seconds(20),
            connectionsMax: Int = 16,
            resultBytesMax: Int = 64 << 20,
            writeBytesMax: Int = 256 << 20
        ) {
            self.connectTimeout = connectTimeout
            self.requestTimeout = requestTimeout
            self.streamIdleTimeout = streamIdleTimeout
            self.connectionIdleTimeout = connectionIdleTimeout
            self.connectionsMax = connectionsMax
            self.resultBytesMax = resultBytesMax
            self.writeBytesMax = writeBytesMax
        }
    }

    package let endpoint: InfluxEndpoint
    package let configuration: Configuration
    let logger: Logger
    let connections: HTTPConnections

    package init(endpoint: InfluxEndpoint, configuration: Configuration = .init(), logger: Logger) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.logger = logger
        connections = HTTPConnections(
            connectTimeout: configuration.connectTimeout,
            idleTimeout: configuration.connectionIdleTimeout,
            connectionsMax: configuration.connectionsMax,
            silenceMax: configuration.streamIdleTimeout
        )
    }

    /// Closes all connections. Requests that are in progress fail. Must be called once before the client goes.
    package func shutdown() async throws { try await connections.shutdown() }

    /// Whether the server answers at all, which checks no user (3 Core does, unless configured otherwise).
    ///
    /// - Returns: The server's version, as it says it: `1.6.7`, `v2.7.10`, `3.0.1`.
    package func ping(timeout: Duration = .seconds(5)) async throws(InfluxError) -> String {
        let answer = try await send(ServerRequest(.GET, "/ping"), timeout: timeout)
        guard let version = answer.headers.first(name: "X-Influxdb-Version") ?? answer.version else {
            throw InfluxError(code: .protocolViolation, message: "what answers at this address is not InfluxDB")
        }
        return version
    }

    /// Writes points, in one attempt.
    ///
    /// - Parameters:
    ///   - lines: Line protocol.
    ///   - precision: Of their timestamps.
    ///   - retentionPolicy: `nil` for the database's default one.
    ///   - gzip: Whether to compress the body; worth it unless the server is on the same machine and busy.
    /// - Throws: ``InfluxError``. `.partialWrite` when some points were taken and others refused for good, `.refused`
    ///   when
    ///   none was taken; both say in `partialWrite` what was wrong. `isTransient` errors are worth another attempt, and
    ///   `isAnswerUncertain` ones may have stored points; sending the same points again is harmless.
    package func write(
        _ lines: ByteBuffer,
        precision: TimePrecision = .nanoseconds,
        retentionPolicy: String? = nil,
        gzip: Bool = true,
        timeout: Duration? = nil
    ) async throws(InfluxError) {
        if lines.readableBytes > configuration.writeBytesMax {
            throw InfluxError(
                code: .tooLarge,
                message:
                    "a write of \(lines.readableBytes) bytes; no more than \(configuration.writeBytesMax) are allowed"
            )
        }
        var request = ServerRequest(.POST, "/write")
        request.query.append("db", endpoint.database)
        if let retentionPolicy { request.query.append("rp", retentionPolicy) }
        if precision != .nanoseconds { request.query.append("precision", precision.rawValue) }
        request.mayChangeData = true
        request.contentType = "text/plain; charset=utf-8"
        if gzip {
            request.contentEncoding = "gzip"
            let compressed = lines.withUnsafeReadableBytes { bytes in
                Result { () throws(InfluxError) in try GzipBody.compress(bytes) }
            }
            request.body = try compressed.get()
        } else {
            request.body = lines
        }
        do {
            _ = try await send(request, timeout: timeout)
        } catch {
            throw error.namingLines(of: lines)
        }
    }

    /// Writes points; see the variant that takes a `ByteBuffer`.
    package func write(
        _ lines: GrowableBytes,
        precision: TimePrecision = .nanoseconds,
        retentionPolicy: String? = nil,
        gzip: Bool = true,
        timeout: Duration? = nil
    ) async throws(InfluxError) {
        try await write(
            ByteBuffer(bytes: lines.bytes),
            precision: precision,
            retentionPolicy: retentionPolicy,
            gzip: gzip,
            timeout: timeout
        )
    }

    /// Runs statements and gives their whole results.
    ///
    /// Sent once, as POST, so it may also be a statement that changes something.
    /// - Parameters:
    ///   - influxQL: One statement, or several with semicolons between them. Times come as nanoseconds.
    ///   - database: `nil` for the endpoint's; an empty one for none.
    /// - Throws: ``InfluxError``: the first failed statement's; `.resultTooLarge` beyond
    ///   ``Configuration/resultBytesMax``.
    @discardableResult
    package func query(
        _ influxQL: String,
        database: String? = nil,
        timeout: Duration? = nil
    ) async throws(InfluxError) -> InfluxResult {
        let answer = try await send(queryRequest(influxQL, database: database), timeout: timeout)
        let result = answer.body.withUnsafeReadableBytes { bytes in
            Result { () throws(InfluxError) in try ResultDecoder.decode(bytes) }
        }
        return try result.get()
    }
}

extension TimeAmount {
    /// Of a `Duration`, in whole nanoseconds; what does not fit is as long as fits.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = .nanoseconds(overflow ? .max / 2 : min(whole, .max / 2) + attoseconds / 1_000_000_000)
    }
}
