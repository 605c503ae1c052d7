import AsyncHTTPClient
import InfluxProtocol
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension InfluxError {
    /// Classifies what the HTTP client threw.
    ///
    /// - Parameters:
    ///   - address: For people: where the request went.
    ///   - mayHaveChangedData: Whether the request could change anything at all.
    static func transport(_ error: any Error, address: String, mayHaveChangedData: Bool) -> InfluxError {
        func make(_ code: Code, _ message: String, isTransient: Bool = true, isUncertain: Bool = true) -> InfluxError {
            InfluxError(
                code: code,
                message: "\(message) (\(address))",
                isTransient: isTransient,
                isAnswerUncertain: isUncertain && mayHaveChangedData
            )
        }
        switch error {
        case let error as InfluxError: return error
        case is CancellationError: return make(.cancelled, "the task was cancelled", isTransient: false)
        case let error as HTTPClientError:
            switch error {
            case .cancelled: return make(.cancelled, "the task was cancelled", isTransient: false)
            case .alreadyShutdown:
                return make(.closed, "the client was shut down", isTransient: false, isUncertain: false)
            case .deadlineExceeded, .readTimeout, .writeTimeout: return make(.timeout, "no answer in time")
            case .connectTimeout, .getConnectionFromPoolTimeout:
                return make(.connectionFailed, "no connection in time", isUncertain: false)
            case .remoteConnectionClosed: return make(.connectionLost, "the server closed the connection")
            case .invalidURL, .emptyHost, .emptyScheme:
                return make(.invalidRequest, "the URL cannot be used", isTransient: false, isUncertain: false)
            default: return make(.connectionLost, "the exchange failed: \(error.shortDescription)")
            }
        case is NIOConnectionError: return make(.connectionFailed, "no connection", isUncertain: false)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return make(.connectionFailed, "connection refused", isUncertain: false)
        case let error as IOError: return make(.connectionLost, "the connection broke (errno \(error.errnoCode))")
        default: return make(.connectionLost, "the connection failed: \(error)")
        }
    }
}
