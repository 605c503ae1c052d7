import Testing

@testable import DevPlatform

@Suite("HTTP for health checks")
struct LoopbackHTTPTests {
    @Test("an answer is split into status, headers and body")
    func answer() throws {
        let bytes = Array("HTTP/1.1 204 No Content\r\nX-InfluxDB-Version: 1.6.7\r\nA:b\r\n\r\none\r\ntwo".utf8)
        let response = try #require(LoopbackHTTP.parse(bytes))
        #expect(response.status == 204)
        #expect(response.headers == ["x-influxdb-version": "1.6.7", "a": "b"])
        #expect(response.body == "one\r\ntwo")
    }

    @Test("what is no HTTP is no answer", arguments: ["", "HTTP/1.1", "HTTP/1.1 abc", "nonsense", "\r\n\r\n"])
    func noAnswer(text: String) {
        #expect(LoopbackHTTP.parse(Array(text.utf8)) == nil)
    }

    @Test("form values are percent-encoded byte by byte")
    func percent() {
        #expect(LoopbackHTTP.percentEncoded("a \"é\"+&") == "a%20%22%C3%A9%22%2B%26")
    }

    @Test("a port that nothing listens on gives no answer")
    func nobody() async throws {
        let port = try PortProbe.anyFree(except: [])
        #expect(await LoopbackHTTP(port: port).get("/") == nil)
        #expect(await MySQLGreeting.version(port: port) == nil)
    }

    @Test("MySQL's greeting holds its version; other bytes do not")
    func greeting() {
        let greeting: [UInt8] = [74, 0, 0, 0, 10] + Array("9.7.4-2".utf8) + [0, 1, 2, 3]
        #expect(MySQLGreeting.parse(greeting) == "9.7.4-2")
        #expect(MySQLGreeting.parse(Array(greeting.prefix(8))) == nil)
        #expect(MySQLGreeting.parse([5, 0, 0, 0, 255, 1, 2, 0]) == nil)
        #expect(MySQLGreeting.parse([]) == nil)
    }
}
