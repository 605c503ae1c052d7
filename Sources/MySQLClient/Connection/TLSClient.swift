import NIOCore
import NIOSSL

/// Builds the TLS side of a connection.
enum TLSClient {
    /// What makes the channel handler; `nil` where the mode is `disabled`. Reads the trusted certificates, so that a
    /// bad file is found before anything is sent.
    static func handlerFactory(
        for endpoint: MySQLEndpoint
    ) throws(MySQLError) -> @Sendable () throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch endpoint.tls {
        case .disabled, .preferred, .required: configuration.certificateVerification = .none
        case .verifyCA: configuration.certificateVerification = .noHostnameVerification
        case .verifyFull: configuration.certificateVerification = .fullVerification
        }
        // MySQL does not answer the end of TLS where it is still sending, as on a binlog stream: do not wait for it.
        configuration.shutdownTimeout = .milliseconds(100)
        if let file = endpoint.trustedCertificatesFile { configuration.trustRoots = .file(file) }
        let trusted = endpoint.trustedCertificatesFile.map { "the trusted certificates in \($0)" } ?? "TLS"
        let isDisabled = endpoint.tls == .disabled || endpoint.unixSocketPath != nil
        let context: NIOSSLContext?
        do {
            context = isDisabled ? nil : try NIOSSLContext(configuration: configuration)
        } catch {
            throw MySQLError(
                .tls,
                "\(trusted) cannot be used for \(endpoint.address)",
                remedy: "name a readable file of certificates in PEM format",
                isTransient: false
            )
        }
        // An address is no server name; it is compared with the certificate by itself.
        let isAddress = (try? SocketAddress(ipAddress: endpoint.host, port: endpoint.port)) != nil
        let serverName = isAddress ? nil : endpoint.host
        return {
            guard let context else { throw MySQLError(.tls, "TLS is disabled") }
            return try NIOSSLClientHandler(context: context, serverHostname: serverName)
        }
    }
}
