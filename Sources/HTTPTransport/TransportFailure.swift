import AsyncHTTPClient
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What went wrong on the way to a server and back, whatever that server is.
package struct TransportFailure: Error, Hashable, Sendable {
    /// What a caller can tell apart.
    package enum Kind: Sendable, Hashable {
        case cancelled, closed, timeout, connectionFailed, connectionLost, invalidRequest
    }

    package var kind: Kind
    /// One line for people, with the address.
    package var message: String
    /// Whether another attempt may succeed.
    package var isTransient: Bool
    /// Whether the server may have got the request.
    package var mayHaveArrived: Bool

    /// Classifies what the HTTP client threw.
    ///
    /// - Parameter address: for people: where the request went.
    package init(_ error: any Error, address: String) {
        let (kind, text) = Self.classify(error)
        self.kind = kind
        message = "\(text) (\(address))"
        switch kind {
        case .timeout, .connectionFailed, .connectionLost: isTransient = true
        case .cancelled, .closed, .invalidRequest: isTransient = false
        }
        switch kind {
        case .cancelled, .timeout, .connectionLost: mayHaveArrived = true
        case .connectionFailed, .closed, .invalidRequest: mayHaveArrived = false
        }
    }

    private static func classify(_ error: any Error) -> (Kind, String) {
        switch error {
        case is CancellationError: return (.cancelled, "the task was cancelled")
        case let error as HTTPClientError:
            switch error {
            case .cancelled: return (.cancelled, "the task was cancelled")
            case .alreadyShutdown: return (.closed, "the client was shut down")
            case .deadlineExceeded, .readTimeout, .writeTimeout: return (.timeout, "no answer in time")
            case .connectTimeout, .getConnectionFromPoolTimeout: return (.connectionFailed, "no connection in time")
            case .remoteConnectionClosed: return (.connectionLost, "the server closed the connection")
            case .invalidURL, .emptyHost, .emptyScheme: return (.invalidRequest, "the URL cannot be used")
            default: return (.connectionLost, "the exchange failed: \(error.shortDescription)")
            }
        case is NIOConnectionError: return (.connectionFailed, "no connection")
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return (.connectionFailed, "connection refused")
        case let error as IOError: return (.connectionLost, "the connection broke (errno \(error.errnoCode))")
        default: return (.connectionLost, "the connection failed: \(error)")
        }
    }
}
