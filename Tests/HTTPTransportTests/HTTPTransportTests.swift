import AsyncHTTPClient
import HTTPTransport
import NIOCore
import Testing

@Suite("What HTTP clients share")
struct HTTPTransportTests {
    @Test(
        "addresses of servers",
        arguments: [
            ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
            ("https://ch.example:8443//", "https://ch.example:8443"),
            ("http://proxy/ch", "http://proxy/ch"), ("http://u:p@host:1", nil), ("http://host?x=1", nil),
            ("ftp://host", nil),
            ("http://", nil), ("http:///x", nil), ("http://ho st", nil), ("http://h\u{7F}", nil), ("host:8123", nil),
        ]
    )
    func addresses(url: String, checked: String?) { #expect(HTTPAddress.checked(url) == checked) }

    @Test("a query is percent-encoded, byte by byte")
    func query() {
        var query = URLQuery()
        query.append("q", "SELECT 'ä' & 1")
        query.append("db", "a-b_c.d~e")
        #expect(query.text == "q=SELECT%20%27%C3%A4%27%20%26%201&db=a-b_c.d~e")
    }

    @Test(
        "Base64 with padding",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("fooba", "Zm9vYmE=")]
    )
    func base64(text: String, encoded: String) { #expect(Base64.encode(text) == encoded) }

    @Test("only a failure after the connection stood leaves doubt, and only what may pass is tried again")
    func failures() {
        func failure(_ error: any Error) -> TransportFailure { TransportFailure(error, address: "http://h:1") }
        let refused = failure(IOError(errnoCode: 111, reason: "connect"))
        #expect(refused.kind == .connectionFailed && refused.isTransient && !refused.mayHaveArrived)
        #expect(refused.message == "connection refused (http://h:1)")
        let broken = failure(IOError(errnoCode: 104, reason: "read"))
        #expect(broken.kind == .connectionLost && broken.isTransient && broken.mayHaveArrived)
        #expect(failure(HTTPClientError.deadlineExceeded).kind == .timeout)
        #expect(failure(HTTPClientError.connectTimeout).kind == .connectionFailed)
        #expect(failure(CancellationError()) == failure(HTTPClientError.cancelled))
        let closed = failure(HTTPClientError.alreadyShutdown)
        #expect(!closed.isTransient && !closed.mayHaveArrived)
    }

    @Test("a deadline cancels the work, and says what that threw")
    func deadline() async throws {
        struct Late: Error { var cause: String }
        struct Stopped: Error {}
        let quick = try await Deadline(after: .seconds(10)).run(late: { _ in Late(cause: "") }, operation: { 7 })
        #expect(quick == 7)
        let late = await #expect(throws: Late.self) {
            try await Deadline(after: .milliseconds(1)).run(
                late: { Late(cause: $0.map { "\(type(of: $0))" } ?? "nothing") },
                operation: {
                    do { try await Task.sleep(for: .seconds(60)) } catch { throw Stopped() }
                }
            )
        }
        #expect(late?.cause == "Stopped")
    }
}
