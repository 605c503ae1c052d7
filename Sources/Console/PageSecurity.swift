import HTTPTypes
import Hummingbird

/// What keeps a page of another site from using a console that only this machine can reach.
///
/// A name of an attacker's may point at 127.0.0.1 (DNS rebinding): the browser then sends that name as `Host`. So a
/// console on loopback answers only to loopback's own names. On other addresses anybody may call it anything.
package struct PageSecurity<Context: RequestContext>: RouterMiddleware {
    /// Nil where any name will do.
    private let hosts: Set<String>?

    /// - Parameter host: what the console listens on.
    package init(listeningOn host: String) {
        let loopback: Set = ["localhost", "127.0.0.1", "::1", "[::1]"]
        hosts = loopback.contains(host) || host.hasPrefix("127.") ? loopback.union([host]) : nil
    }

    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        if allows(request.head.authority) {
            response = try await next(request, context)
        } else {
            response = Response(
                status: .misdirectedRequest,
                headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: "this console answers to localhost and 127.0.0.1 only\n"))
            )
        }
        for (name, value) in Self.headers { response.headers[name] = value }
        return response
    }

    /// Whether a request that names this host, with or without a port, is meant for us. HTTP/1.0 names none.
    package func allows(_ authority: String?) -> Bool {
        guard let hosts, let authority, !authority.isEmpty else { return true }
        var name = Substring(authority.lowercased())
        if let colon = name.lastIndex(of: ":"), name[name.index(after: colon)...].allSatisfy(\.isNumber),
            !name[..<colon].contains(":") || name[..<colon].hasSuffix("]")
        {
            name = name[..<colon]
        }
        if name.hasSuffix(".") { name = name.dropLast() }
        return hosts.contains(String(name))
    }

    private static var headers: [(HTTPField.Name, String)] {
        [
            (.xContentTypeOptions, "nosniff"),
            (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
            (HTTPField.Name("Referrer-Policy"), "no-referrer"),
            (HTTPField.Name("Cross-Origin-Resource-Policy"), "same-origin"),
            (.cacheControl, "no-store"),
        ].compactMap { name, value in name.map { ($0, value) } }
    }
}
