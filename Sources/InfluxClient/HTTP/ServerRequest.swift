import AsyncHTTPClient
import HTTPTransport
import InfluxProtocol
import NIOCore
import NIOHTTP1

/// A request before it becomes HTTP.
struct ServerRequest: Sendable {
    var method: HTTPMethod
    var path: String
    var query = URLQuery()
    var body: ByteBuffer?
    var contentType: String?
    var contentEncoding: String?
    var accept = "application/json"
    /// Whether a lost answer leaves doubt.
    var mayChangeData = false

    init(_ method: HTTPMethod, _ path: String) {
        self.method = method
        self.path = path
    }

    /// - Throws: `.invalidRequest` for an unusable URL, user or password.
    func httpRequest(to endpoint: InfluxEndpoint) throws(InfluxError) -> HTTPClientRequest {
        guard let base = endpoint.checkedURL else {
            throw InfluxError(
                code: .invalidRequest,
                message: HTTPAddress.rule
            )
        }
        var request = HTTPClientRequest(url: base + path + (query.text.isEmpty ? "" : "?" + query.text))
        request.method = method
        request.headers.add(name: "User-Agent", value: "leat")
        request.headers.add(name: "Accept", value: accept)
        if let authorization = try Self.authorization(endpoint) {
            request.headers.add(name: "Authorization", value: authorization)
        }
        if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
        if let contentEncoding { request.headers.add(name: "Content-Encoding", value: contentEncoding) }
        if let body { request.body = .bytes(body) }
        return request
    }

    static func authorization(_ endpoint: InfluxEndpoint) throws(InfluxError) -> String? {
        for value in [endpoint.user, endpoint.password]
        where !HTTPAddress.isHeaderValue(value) {
            throw InfluxError(code: .invalidRequest, message: "a user, password or token with control characters")
        }
        switch endpoint.authentication {
        case .token: return "Token " + endpoint.password
        case .basic:
            if endpoint.user.isEmpty && endpoint.password.isEmpty { return nil }
            if endpoint.user.contains(":") {
                throw InfluxError(code: .invalidRequest, message: "a user with a colon cannot log in over HTTP")
            }
            return "Basic " + Base64.encode("\(endpoint.user):\(endpoint.password)")
        }
    }
}
