import AsyncHTTPClient
import NIOCore

/// The connections to one server: a pool for requests, and one for streams of results. Only for streams does the HTTP
/// client watch for silence, which a long insert or DDL statement is full of.
package struct HTTPConnections: Sendable {
    package let requests: HTTPClient
    package let streams: HTTPClient

    /// - Parameters:
    ///   - connectTimeout: until a TCP or TLS connection stands.
    ///   - idleTimeout: an idle connection is closed after this.
    ///   - connectionsMax: open at the same time, in each pool; further requests wait.
    ///   - silenceMax: within a stream.
    ///   - prepareStream: adds handlers to the channel of a stream's connection.
    package init(
        connectTimeout: Duration,
        idleTimeout: Duration,
        connectionsMax: Int,
        silenceMax: Duration,
        prepareStream: (@Sendable (any Channel) -> EventLoopFuture<Void>)? = nil
    ) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(connectTimeout)
        configuration.connectionPool.idleTimeout = TimeAmount(idleTimeout)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, connectionsMax)
        // Who asked knows better whether and when to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        requests = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        configuration.timeout.read = TimeAmount(silenceMax)
        configuration.http1_1ConnectionDebugInitializer = prepareStream
        streams = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections. Requests that are in progress fail.
    package func shutdown() async throws {
        do {
            try await requests.shutdown()
        } catch {
            try? await streams.shutdown()
            throw error
        }
        try await streams.shutdown()
    }
}
