import AsyncHTTPClient
import ClickHouseFormat
import HTTPTransport
import NIOCore
import NIOHTTP1

/// A request before it becomes HTTP.
struct ServerRequest: Sendable {
    var path = "/"
    /// Sent as the body, or before the data in it.
    var sql: String?
    var settings: [String: String] = [:]
    var parameters: [String: String?] = [:]
    var queryID: String?
    /// For a query that names no format.
    var defaultFormat: String?
    /// Buffer the whole result on the server, so that an exception comes with its own status.
    var waitsForEnd = true
    /// Whether the request can change data or definitions, so that a lost answer leaves doubt.
    var mayChangeData = false
    var acceptedCompression = CompressionMethod.none
    var body: InsertBody?

    init(path: String) { self.path = path }

    init(sql: String, settings: [String: String], parameters: [String: String?] = [:], queryID: String?) {
        self.sql = sql
        self.settings = settings
        self.parameters = parameters
        self.queryID = queryID ?? ClickHouseClient.makeQueryID()
    }

    /// The HTTP client cannot start a body after a head that fills the socket's write buffer of 64 KiB.
    static let queryBytesMax = 48 << 10

    /// The HTTP request for one attempt.
    ///
    /// - Throws: `.invalidRequest` for an unusable URL or name.
    func httpRequest(to endpoint: ClickHouseEndpoint, attempt: Int) throws(ClickHouseError) -> HTTPClientRequest {
        guard let base = endpoint.checkedURL else {
            throw ClickHouseError(
                code: .invalidRequest,
                message: HTTPAddress.rule
            )
        }
        var query = URLQuery()
        if let sql {
            if let queryID { query.append("query_id", attemptID(queryID, attempt)) }
            if waitsForEnd { query.append("wait_end_of_query", "1") }
            if let defaultFormat { query.append("default_format", defaultFormat) }
            if acceptedCompression != .none { query.append("enable_http_compression", "1") }
            for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
                if !Self.isSettingName(name) {
                    throw ClickHouseError(code: .invalidRequest, message: "not a setting's name: \(name.prefix(100))")
                }
                query.append(name, value)
            }
            for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
                query.append("param_\(name)", QueryParameter.encode(value, for: name, in: sql))
            }
            // The server parses no more than this of a body, 256 KiB unless configured otherwise.
            if sql.utf8.count > 200 << 10, settings["max_query_size"] == nil {
                query.append("max_query_size", String(sql.utf8.count + 1024))
            }
            if query.text.utf8.count > Self.queryBytesMax {
                throw ClickHouseError(
                    code: .invalidRequest,
                    message:
                        "settings and parameters take more than \(Self.queryBytesMax) bytes; put long lists into the SQL"
                )
            }
        }
        var request = HTTPClientRequest(url: base + path + (query.text.isEmpty ? "" : "?" + query.text))
        request.headers.add(name: "User-Agent", value: "leat")
        guard sql != nil else { return request }
        request.method = .POST
        for value in [endpoint.user, endpoint.password, endpoint.database ?? ""]
        where !HTTPAddress.isHeaderValue(value) {
            throw ClickHouseError(
                code: .invalidRequest,
                message: "a user, password or database with control characters"
            )
        }
        request.headers.add(name: "X-ClickHouse-User", value: endpoint.user)
        request.headers.add(name: "X-ClickHouse-Key", value: endpoint.password)
        if let database = endpoint.database { request.headers.add(name: "X-ClickHouse-Database", value: database) }
        if let encoding = acceptedCompression.contentEncoding {
            request.headers.add(name: "Accept-Encoding", value: encoding)
        }
        if let body {
            if let encoding = body.compression.contentEncoding {
                request.headers.add(name: "Content-Encoding", value: encoding)
            }
            request.body = .stream(body, length: .unknown)
        } else if let sql {
            request.body = .bytes(ByteBuffer(string: sql))
        }
        return request
    }

    /// The server refuses a query id that is still in use, and a first attempt may still be running there.
    func attemptID(_ queryID: String, _ attempt: Int) -> String { attempt == 1 ? queryID : "\(queryID)-\(attempt)" }

    private static func isSettingName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
