import CZlib
import ColumnarBytes
import Logging
import NIOCore
import Testing

@testable import InfluxClient
@testable import InfluxProtocol

@Suite("Requests and answers", .timeLimit(.minutes(1)))
struct RequestTests {
    private static func head(_ request: [UInt8]) -> String {
        let end = request.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound ?? request.count
        return String(decoding: request[..<end], as: UTF8.self)
    }

    private static func body(_ request: [UInt8]) -> [UInt8] {
        Array(request[(request.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? request.count)...])
    }

    @Test("statements and secrets go into the body and a header, never into the URL")
    func secrets() async throws {
        let answer = FakeServer.answer("200 OK", #"{"results":[{"statement_id":0}]}"#)
        try await FakeServer.with([answer]) { server, client in
            _ = try await client.query("CREATE USER x WITH PASSWORD 'hidden'")
            let head = Self.head(server.requests[0])
            #expect(head.hasPrefix("POST /query HTTP/1.1\r\n"))
            #expect(head.contains("Authorization: Basic dTpzM2NyZXQ="))
            #expect(
                String(decoding: Self.body(server.requests[0]), as: UTF8.self)
                    == "db=d%20b&epoch=ns&q=CREATE%20USER%20x%20WITH%20PASSWORD%20%27hidden%27"
            )
            #expect(!"\(client.endpoint)".contains("s3cret"))
            #expect(!String(reflecting: client.endpoint).contains("s3cret"))
        }
        try await FakeServer.with([answer], authentication: .token) { server, client in
            _ = try await client.query("SHOW DATABASES", database: "")
            #expect(Self.head(server.requests[0]).contains("Authorization: Token s3cret"))
            #expect(String(decoding: Self.body(server.requests[0]), as: UTF8.self) == "epoch=ns&q=SHOW%20DATABASES")
        }
    }

    @Test("a write is gzip'd and says database, retention policy and precision")
    func write() async throws {
        try await FakeServer.with([[.send("HTTP/1.1 204 No Content\r\n\r\n")]]) { server, client in
            let lines = String(repeating: "m,t=1 f=1 1\n", count: 50_000)
            try await client.write(ByteBuffer(string: lines), precision: .seconds, retentionPolicy: "a&b")
            let request = server.requests[0]
            #expect(Self.head(request).hasPrefix("POST /write?db=d%20b&rp=a%26b&precision=s HTTP/1.1\r\n"))
            #expect(Self.head(request).contains("Content-Encoding: gzip"))
            #expect(Self.body(request).count < lines.utf8.count / 20)
            #expect(Self.inflate(Self.body(request)) == Array(lines.utf8))
            try await client.write(ByteBuffer(string: "m f=1"), gzip: false)
            #expect(Self.head(server.requests[1]).hasPrefix("POST /write?db=d%20b HTTP/1.1\r\n"))
            #expect(Self.body(server.requests[1]) == Array("m f=1".utf8))
        }
    }

    static func inflate(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return []
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: 4 << 20)
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END ? output.count - Int(stream.avail_out) : 0
            }
        }
        return Array(output[..<count])
    }

    @Test(
        "the answer to a write distinguishes partial from total, transient from permanent, sure from uncertain",
        arguments: [
            (
                "400", #"{"error":"partial write: points beyond retention policy dropped=3"}"#, .partialWrite, false,
                false
            ),
            ("400", #"{"error":"unable to parse 'm f=x': invalid boolean"}"#, .refused, false, false),
            (
                "422",
                #"{"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict: input field \"f\" on measurement \"m\" is type string, already exists as type float dropped=1"}"#,
                .partialWrite, false, false
            ),
            (
                "400",
                #"{"error":"partial write of line protocol occurred","data":[{"original_line":"m f=x","line_number":2,"error_message":"bad"}]}"#,
                .partialWrite, false, false
            ),
            ("404", #"{"error":"database not found: \"x\""}"#, .unknownDatabase, false, false),
            ("401", #"{"error":"authorization failed"}"#, .authentication, false, false),
            ("401", #"{"code":"unauthorized","message":"unauthorized access"}"#, .authentication, false, false),
            (
                "403", #"{"error":"\"u\" user is not authorized to write to database \"x\""}"#, .accessDenied, false,
                false
            ),
            ("413", "", .tooLarge, false, false), ("429", "slow down", .overloaded, true, false),
            ("503", "", .overloaded, true, false), ("504", "<html>", .timeout, true, true),
            ("500", #"{"error":"timeout"}"#, .timeout, true, true),
            ("500", #"{"error":"engine: cache-max-memory-size exceeded: (1/1)"}"#, .server, true, true),
            ("500", #"{"error":"retention policy not found: x"}"#, .unknownRetentionPolicy, false, false),
        ] as [(String, String, InfluxError.Code, Bool, Bool)]
    )
    func writeErrors(
        status: String,
        body: String,
        code: InfluxError.Code,
        isTransient: Bool,
        isUncertain: Bool
    ) async throws {
        try await FakeServer.with([FakeServer.answer("\(status) Whatever", body)]) { _, client in
            let error = await influxFailure { try await client.write(ByteBuffer(string: "m f=1\n  m f=x\n")) }
            #expect(error?.code == code)
            #expect(error?.status == Int(status))
            #expect(error?.isTransient == isTransient)
            #expect(error?.isAnswerUncertain == isUncertain)
            #expect((error?.partialWrite != nil) == (code == .partialWrite || code == .refused))
            if body.contains("=x'") || body.contains("original_line") {
                #expect(error?.partialWrite?.lines.map(\.number) == [2])
                #expect(error?.partialWrite?.lines.map(\.text) == ["m f=x"])
            }
            if body.contains("dropped=3") { #expect(error?.partialWrite?.dropped == 3) }
        }
    }

    @Test("a failure in transport is uncertain exactly when the server may have got the points")
    func transport() async throws {
        let short = InfluxClient.Configuration(
            requestTimeout: .milliseconds(300),
            streamIdleTimeout: .milliseconds(300)
        )
        try await FakeServer.with([[.wait]], configuration: short) { _, client in
            let write = await influxFailure { try await client.write(ByteBuffer(string: "m f=1")) }
            #expect(write?.code == .timeout)
            #expect(write?.isTransient == true)
            #expect(write?.isAnswerUncertain == true)
            let stream = await influxFailure { try await client.stream("S", columns: [.time], rows: RowKeeper()) }
            #expect(stream?.code == .timeout)
            #expect(stream?.isAnswerUncertain == false)
        }
        try await FakeServer.with([[.close]]) { _, client in
            let write = await influxFailure { try await client.write(ByteBuffer(string: "m f=1")) }
            #expect(write?.code == .connectionLost)
            #expect(write?.isAnswerUncertain == true)
        }
        let unused = try await FakeServer.start([[.close]])
        try await unused.stop()
        let client = InfluxClient(endpoint: .init(url: unused.url, database: "d"), logger: .init(label: "test"))
        let refused = await influxFailure { try await client.write(ByteBuffer(string: "m f=1")) }
        try await client.shutdown()
        #expect(refused?.code == .connectionFailed)
        #expect(refused?.isTransient == true)
        #expect(refused?.isAnswerUncertain == false)
        #expect(refused?.message.contains(unused.url) == true)
    }

    @Test("a cancelled task ends its request and says so")
    func cancellation() async throws {
        try await FakeServer.with([[.wait]]) { server, client in
            let task = Task { await influxFailure { _ = try await client.query("SHOW DATABASES") } }
            while server.requests.isEmpty { await Task.yield() }
            task.cancel()
            let error = await task.value
            #expect(error?.code == .cancelled)
        }
    }

    @Test("what cannot be sent is refused before it is")
    func invalid() async throws {
        for url in ["127.0.0.1:1", "http://user@host:1", "ftp://x", "http://h/?q", "http://"] {
            let client = InfluxClient(endpoint: .init(url: url, database: "d"), logger: .init(label: "test"))
            let error = await influxFailure { try await client.query("Q") }
            #expect(error?.code == .invalidRequest, "\(url)")
            try await client.shutdown()
        }
        try await FakeServer.with([[.wait]], configuration: .init(writeBytesMax: 3)) { _, client in
            let error = await influxFailure { try await client.write(ByteBuffer(string: "m f=1")) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test("a ping gives the version, wherever the server says it")
    func ping() async throws {
        let old = "HTTP/1.1 204 No Content\r\nX-Influxdb-Version: 1.8.10\r\n\r\n"
        let core = FakeServer.answer("200 OK", #"{"version":"3.0.1","revision":"x","process_id":[1]}"#)
        try await FakeServer.with([[.send(old)], core, FakeServer.answer("200 OK", "hello")]) { _, client in
            let versions = [try await client.ping(), try await client.ping()]
            #expect(versions == ["1.8.10", "3.0.1"])
            let error = await influxFailure { _ = try await client.ping() }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("a result larger than allowed is refused")
    func resultLimit() async throws {
        let body =
            #"{"results":[{"series":[{"columns":["x"],"values":[["\#(String(repeating: "x", count: 2000))"]]}]}]}"#
        try await FakeServer.with([FakeServer.answer("200 OK", body)], configuration: .init(resultBytesMax: 1000)) {
            _,
            client in
            let error = await influxFailure { try await client.query("Q") }
            #expect(error?.code == .resultTooLarge)
        }
    }

    @Test("names and texts are quoted so that they stay what they are")
    func quoting() {
        #expect(InfluxQL.quote(identifier: #"a"b\c"#) == #""a\"b\\c""#)
        #expect(InfluxQL.quote(literal: "a'b\\c\n") == #"'a\'b\\c\n'"#)
    }
}
