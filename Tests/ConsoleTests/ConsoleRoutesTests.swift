import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOEmbedded
import NIOFoundationEssentialsCompat
import Observability
import PipelineCore
import Testing

@testable import Console

@Suite("The console's routes")
struct ConsoleRoutesTests {
    private struct Broken: ExplainedError {
        var explanation: Explanation { Explanation(cause: "it is broken", remedy: "leat doctor") }
    }

    private static func router(_ routes: any ConsoleRoutes, listeningOn host: String) -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: PageSecurity(listeningOn: host))
        router.addRoutes(routes.endpoints)
        return router
    }

    private static let health = HealthRoutes {
        let health = Health()
        _ = health.report("clickhouse", .failed, cause: "away")
        return health.report()
    }

    @Test("a health report with a failed part is a 503, and every answer has the headers that keep other sites out")
    func health() async throws {
        let app = Application(router: Self.router(Self.health, listeningOn: "127.0.0.1"))
        try await app.test(.router) { client in
            try await client.execute(uri: "/health", method: .get) { response in
                #expect(response.status == .serviceUnavailable)
                #expect(String(buffer: response.body).contains("away"))
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
                #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
                #expect(response.headers[.cacheControl] == "no-store")
            }
            try await client.execute(uri: "/control/pipelines", method: .get) { #expect($0.status == .notFound) }
        }
    }

    @Test(
        "on loopback it answers to loopback's names only",
        arguments: [
            ("localhost:9100", true), ("127.0.0.1:9100", true), ("[::1]:9100", true), ("LOCALHOST", true),
            ("localhost.", true),
            ("evil.example:9100", false), ("localhost.evil.example", false), ("127.0.0.1.evil.example:80", false),
            ("10.0.0.5:9100", false), ("evil.example:80:127.0.0.1", false),
        ]
    )
    func hosts(authority: String, isAllowed: Bool) {
        let security = PageSecurity<BasicRequestContext>(listeningOn: "127.0.0.1")
        #expect(security.allows(authority) == isAllowed)
        #expect(PageSecurity<BasicRequestContext>(listeningOn: "0.0.0.0").allows(authority))
        #expect(security.allows(nil), "HTTP/1.0 names no host")
    }

    @Test("another host's name is refused before anything is done for it")
    func rebinding() async throws {
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "evil.example", path: "/health"),
            body: .init(buffer: ByteBuffer())
        )
        let context = BasicRequestContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test"))
        )
        let security = PageSecurity<BasicRequestContext>(listeningOn: "localhost")
        let response = try await security.handle(request, context: context) { _, _ in
            Issue.record("it was let through")
            return Response(status: .ok)
        }
        #expect(response.status == .misdirectedRequest)
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
    }

    @Test("an order answers with its lines, or with cause and remedy as JSON")
    func orders() async throws {
        let routes = ControlRoutes(
            pipelines: { [] },
            objectives: { [] },
            tables: { order, tables in
                guard order != .forget else { throw Broken() }
                return ["\(order.rawValue): \(tables.joined(separator: ","))"]
            },
            repair: { body in ["\(body.count) bytes"] }
        )
        let router = Router()
        router.addRoutes(routes.endpoints)
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/control/pause?table=a.b&table=c.d", method: .post) { response in
                #expect(String(buffer: response.body) == "pause: a.b,c.d\n")
            }
            try await client.execute(uri: "/control/repair", method: .post, body: ByteBuffer(string: "{}")) {
                response in
                #expect(String(buffer: response.body) == "2 bytes\n")
            }
            try await client.execute(uri: "/control/forget?table=a.b", method: .post) { response in
                #expect(response.status == .conflict)
                let explanation = try JSONDecoder().decode(Explanation.self, from: Data(buffer: response.body))
                #expect(explanation == Explanation(cause: "it is broken", remedy: "leat doctor"))
            }
            try await client.execute(uri: "/control/pipelines", method: .get) {
                #expect(String(buffer: $0.body) == "[]")
            }
        }
    }
}
