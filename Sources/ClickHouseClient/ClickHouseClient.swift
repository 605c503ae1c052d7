import AsyncHTTPClient
import ClickHouseFormat
import HTTPTransport
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// A client of ClickHouse's HTTP interface with a pool of connections that are kept alive.
///
/// Any number of tasks may use one client concurrently. Every failure is a ``ClickHouseError``. User and password go in
/// headers and reach neither URLs nor logs; SQL is not logged either, since it can hold values.
/// Interface: https://clickhouse.com/docs/interfaces/http
package final class ClickHouseClient: Sendable {
    /// What does not change from request to request.
    package struct Configuration: Sendable, Hashable {
        /// Compression of insert bodies. Results come uncompressed unless a stream asks otherwise.
        package var compression: CompressionMethod
        /// Until a TCP or TLS connection stands.
        package var connectTimeout: Duration
        /// For a whole request whose caller names no timeout; for a stream, until it starts.
        package var requestTimeout: Duration
        /// The longest silence within a stream of results.
        package var streamIdleTimeout: Duration
        /// An idle connection is closed after this; keep it below the server's `keep_alive_timeout` (30 s, before 24.x
        /// 10 s or 3 s), so that no request meets a connection that the server is about to close.
        package var connectionIdleTimeout: Duration
        /// Connections that may be open at the same time; further requests wait.
        package var connectionsMax: Int
        /// Bytes that ``ClickHouseClient/rows(_:settings:parameters:queryID:timeout:retry:)`` accepts.
        package var rowsBytesMax: Int

        package init(
            compression: CompressionMethod = .lz4,
            connectTimeout: Duration = .seconds(5),
            requestTimeout: Duration = .seconds(300),
            streamIdleTimeout: Duration = .seconds(300),
            connectionIdleTimeout: Duration = .seconds(2),
            connectionsMax: Int = 32,
            rowsBytesMax: Int = 64 << 20
        ) {
            self.compression = compression
            self.connectTimeout = connectTimeout
            self.requestTimeout = requestTimeout
            self.streamIdleTimeout = streamIdleTimeout
            self.connectionIdleTimeout = connectionIdleTimeout
            self.connectionsMax = connectionsMax
            self.rowsBytesMax = rowsBytesMax
        }
    }

    package let endpoint: ClickHouseEndpoint
    package let configuration: Configuration
    let logger: Logger
    let connections: HTTPConnections
    /// What a stream's body ends with when its connection broke.
    let brokenMark = BrokenResultHandler.makeMark()
    let compressors: CompressorPool

    package init(endpoint: ClickHouseEndpoint, configuration: Configuration = .init(), logger: Logger) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.logger = logger
        connections = HTTPConnections(
            connectTimeout: configuration.connectTimeout,
            idleTimeout: configuration.connectionIdleTimeout,
            connectionsMax: configuration.connectionsMax,
            silenceMax: configuration.streamIdleTimeout,
            prepareStream: { [brokenMark] channel in BrokenResultHandler.add(to: channel, mark: brokenMark) }
        )
        compressors = CompressorPool(configuration.compression)
    }

    package convenience init(endpoint: ClickHouseEndpoint, compression: CompressionMethod, logger: Logger) {
        self.init(endpoint: endpoint, configuration: .init(compression: compression), logger: logger)
    }

    /// Closes all connections. Requests that are in progress fail. Must be called once before the client goes.
    package func shutdown() async throws { try await connections.shutdown() }

    /// Whether the server answers at all (`/ping`, which checks no user).
    package func ping(timeout: Duration = .seconds(5)) async throws {
        let answer = try await send(ServerRequest(path: "/ping"), timeout: timeout)
        if !answer.text.hasPrefix("Ok.") {
            throw ClickHouseError(code: .protocolViolation, message: "what answers at this address is not ClickHouse")
        }
    }

    /// Runs a statement without a result: DDL, `SYSTEM`, `OPTIMIZE`, `INSERT … SELECT`.
    ///
    /// It is sent once unless `retry` allows more, which is right only for statements that can be repeated
    /// (`CREATE TABLE IF NOT EXISTS`).
    package func execute(
        _ sql: String,
        settings: [String: String] = [:],
        parameters: [String: String?] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil,
        retry: RetryPolicy = .none
    ) async throws {
        var request = ServerRequest(sql: sql, settings: settings, parameters: parameters, queryID: queryID)
        request.mayChangeData = true
        _ = try await send(request, timeout: timeout, retry: retry)
    }

    /// Runs a query and gives its whole result as text, NULL as `nil`: for small results.
    ///
    /// Values are as ClickHouse prints them; bytes that are not UTF-8 become U+FFFD, so ask for `hex(…)` of binary
    /// columns. The query must not name a `FORMAT`. Transient failures are tried again, so it must be a read.
    /// - Parameter parameters: Values of `{name:Type}` in the query, substituted by the server; `nil` is NULL. Values
    ///   of
    ///   `Array`, `Tuple` and `Map` parameters are in ClickHouse's own notation (`['a','b']`).
    /// - Throws: `.resultTooLarge` beyond ``Configuration/rowsBytesMax``.
    package func rows(
        _ sql: String,
        settings: [String: String] = [:],
        parameters: [String: String?] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil,
        retry: RetryPolicy = .standard
    ) async throws -> [[String?]] {
        var request = ServerRequest(sql: sql, settings: settings, parameters: parameters, queryID: queryID)
        request.defaultFormat = "TabSeparated"
        let answer = try await send(request, timeout: timeout, retry: retry)
        return answer.body.withUnsafeReadableBytes { TabSeparated.rows($0) }
    }

    /// As ``rows(_:settings:parameters:queryID:timeout:retry:)``, with the columns' names.
    package func namedRows(
        _ sql: String,
        settings: [String: String] = [:],
        parameters: [String: String?] = [:],
        timeout: Duration? = nil,
        retry: RetryPolicy = .standard
    ) async throws -> (columns: [String], rows: [[String?]]) {
        var request = ServerRequest(sql: sql, settings: settings, parameters: parameters, queryID: nil)
        request.defaultFormat = "TabSeparatedWithNames"
        let answer = try await send(request, timeout: timeout, retry: retry)
        let lines = answer.body.withUnsafeReadableBytes { TabSeparated.rows($0) }
        guard let names = lines.first else {
            throw ClickHouseError(code: .protocolViolation, message: "a result came without the names of its columns")
        }
        return (names.map { $0 ?? "" }, Array(lines.dropFirst()))
    }

    /// A fresh query id.
    static func makeQueryID() -> String {
        var random = SystemRandomNumberGenerator()
        let halves = [
            UInt64.random(in: .min ... .max, using: &random), UInt64.random(in: .min ... .max, using: &random),
        ]
        return "leat-"
            + halves.map { half in
                let digits = String(half, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined()
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
