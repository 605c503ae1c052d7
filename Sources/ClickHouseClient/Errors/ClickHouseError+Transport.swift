import AsyncHTTPClient
import ClickHouseFormat
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ClickHouseError {
    /// Classifies what the HTTP client threw.
    ///
    /// - Parameters:
    ///   - wasSent: Whether any byte of the request may have reached the server.
    ///   - mayHaveChangedData: Whether the request could change anything at all.
    static func transport(
        _ error: any Error,
        queryID: String?,
        wasSent: Bool,
        mayHaveChangedData: Bool
    ) -> ClickHouseError {
        let isUncertain = wasSent && mayHaveChangedData
        func make(_ code: Code, _ message: String, isTransient: Bool, isUncertain: Bool) -> ClickHouseError {
            ClickHouseError(
                code: code,
                message: message,
                isTransient: isTransient,
                isAnswerUncertain: isUncertain,
                queryID: queryID
            )
        }
        switch error {
        case let error as ClickHouseError: return error
        case is CancellationError:
            return make(.cancelled, "the task was cancelled", isTransient: false, isUncertain: isUncertain)
        case let error as HTTPClientError:
            switch error {
            case .cancelled:
                return make(.cancelled, "the task was cancelled", isTransient: false, isUncertain: isUncertain)
            case .alreadyShutdown:
                return make(.closed, "the client was shut down", isTransient: false, isUncertain: false)
            case .deadlineExceeded, .readTimeout, .writeTimeout:
                return make(.timeout, "no answer in time", isTransient: true, isUncertain: isUncertain)
            case .connectTimeout, .getConnectionFromPoolTimeout:
                return make(.connectionFailed, "no connection in time", isTransient: true, isUncertain: false)
            case .remoteConnectionClosed:
                return make(
                    .connectionLost,
                    "the server closed the connection",
                    isTransient: true,
                    isUncertain: isUncertain
                )
            case .invalidURL, .emptyHost, .emptyScheme:
                return make(.invalidRequest, "the URL cannot be used", isTransient: false, isUncertain: false)
            default:
                return make(
                    .connectionLost,
                    "the exchange failed: \(error.shortDescription)",
                    isTransient: true,
                    isUncertain: isUncertain
                )
            }
        case let error as NIOConnectionError:
            return make(
                .connectionFailed,
                "no connection to \(error.host):\(error.port)",
                isTransient: true,
                isUncertain: false
            )
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return make(.connectionFailed, "connection refused", isTransient: true, isUncertain: false)
        case let error as IOError:
            return make(
                .connectionLost,
                "the connection broke (errno \(error.errnoCode))",
                isTransient: true,
                isUncertain: isUncertain
            )
        case let error as CompressionError:
            return make(
                .protocolViolation,
                "compression failed: \(error)",
                isTransient: false,
                isUncertain: isUncertain
            )
        default:
            return make(.connectionLost, "the connection failed: \(error)", isTransient: true, isUncertain: isUncertain)
        }
    }
}
