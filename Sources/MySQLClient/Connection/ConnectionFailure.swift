import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Makes one clear error of what the layers below throw.
enum ConnectionFailure {
    /// - Parameter isConnecting: whether logging in was not over.
    static func translate(_ error: any Error, address: String, isConnecting: Bool) -> any Error {
        switch error {
        case is MySQLError, is CancellationError:
            return error
        case let error as NIOConnectionError:
            if let cause = error.connectionErrors.first?.error {
                return translate(cause, address: address, isConnecting: true)
            }
            return MySQLError(
                .connectionFailed,
                "cannot connect to \(address): no such host",
                remedy: "check the host's name"
            )
        case let error as IOError:
            let code: MySQLError.Code = isConnecting ? .connectionFailed : .closed
            let doing = isConnecting ? "cannot connect to" : "lost the connection to"
            return MySQLError(code, "\(doing) \(address): \(error.localizedReason)")
        case ChannelError.connectTimeout:
            return MySQLError(.timeout, "cannot connect to \(address): no answer in time")
        case NIOSSLError.uncleanShutdown:
            return MySQLError(isConnecting ? .connectionFailed : .closed, "the connection to \(address) was lost")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return translateTLS(error, address: address)
        default:
            return MySQLError(
                isConnecting ? .connectionFailed : .closed,
                "the connection to \(address) failed: \(error)"
            )
        }
    }

    /// What a command gets that comes after the one which ended the connection with `end`.
    static func afterwards(_ end: any Error, address: String) -> MySQLError {
        guard let end = end as? MySQLError else {
            return MySQLError(.closed, "the connection to \(address) was closed before")
        }
        return MySQLError(
            .closed,
            "the connection to \(address) was closed before: \(end.message)",
            server: end.server,
            isTransient: end.isTransient
        )
    }
}

extension ConnectionFailure {
    private static func translateTLS(_ error: any Error, address: String) -> MySQLError {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return MySQLError(
                .tls,
                "the certificate of \(address) comes from no authority that is trusted here",
                remedy:
                    "name the authority's file (tls-ca: in leat.yaml), or set tls: required to do without this check"
            )
        }
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return MySQLError(
                .tls,
                "the certificate of \(address) is for another host",
                remedy: "use the name that is in the certificate, or set tls: verify-ca"
            )
        }
        return MySQLError(.tls, "TLS with \(address) failed: \(text)")
    }
}

extension IOError {
    /// The reason alone, without the system call's name.
    fileprivate var localizedReason: String { String(cString: strerror(errnoCode)) }
}
