import ClickHouseClient
import ClickHouseFormat
import ColumnarBytes
import Logging
import NIOCore
import Testing

/// What the client makes of answers that break off, come too late or are no ClickHouse's.
@Suite("ClickHouse client and a server that misbehaves")
struct MisbehaviourTests {
    static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-ClickHouse-Query-Id: q\r\n\r\n"
    static let exception = "Code: 395. DB::Exception: boom. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 25.8.2.1)\n"
    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1\n"
    static let busy =
        "HTTP/1.1 500 Internal Server Error\r\nX-ClickHouse-Exception-Code: 202\r\nContent-Length: 79\r\n\r\n"
        + "Code: 202. DB::Exception: Too many. (TOO_MANY_SIMULTANEOUS_QUERIES) (version 1)"

    /// Runs `body` with a client of a server that gives these answers.
    func withClient<Result>(
        _ answers: [[FakeServer.Step]],
        _ body: (ClickHouseClient, FakeServer) async throws -> Result
    ) async throws -> Result {
        let server = try await FakeServer.start(answers)
        let client = server.client()
        do {
            let result = try await body(client, server)
            try await client.shutdown()
            try await server.stop()
            return result
        } catch {
            try await client.shutdown()
            try await server.stop()
            throw error
        }
    }

    /// The error that `body` throws.
    func failure(_ body: () async throws -> Void) async -> ClickHouseError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ClickHouseError
        }
    }

    func drain(_ client: ClickHouseClient) async throws -> String {
        var text = ""
        for try await part in try await client.stream("SELECT 1 FORMAT TSV", retry: .none) {
            text += String(buffer: part)
        }
        return text
    }

    static func block() -> GrowableBytes {
        let block = GrowableBytes()
        block.append(repeating: 1, count: 100)
        return block
    }

    @Test("an exception after part of a result, then a cut, is the server's exception")
    func exceptionThenCut() async throws {
        let end = "__exception__\r\n" + Self.exception
        try await withClient([[.send(Self.head + "1\n2\n".chunk + end.chunk), .close]]) { client, _ in
            let error = await failure { _ = try await drain(client) }
            #expect(error?.server?.code == 395)
            #expect(error?.server?.name == "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO")
            #expect(error?.server?.text == "boom.")
            #expect(error?.isTransient == false)
        }
    }

    @Test("a tagged exception is found whether the connection is cut or not", arguments: [true, false])
    func taggedException(isCut: Bool) async throws {
        let head = Self.head.replacing("\r\n\r\n", with: "\r\nX-ClickHouse-Exception-Tag: abcdefghijklmnop\r\n\r\n")
        let end =
            "\r\n__exception__\r\nabcdefghijklmnop\r\n\(Self.exception)\r\n89 abcdefghijklmnop\r\n__exception__\r\n"
        let last: FakeServer.Step = isCut ? .close : .send("0\r\n\r\n")
        try await withClient([[.send(head + "1\n2\n".chunk + end.chunk), last]]) { client, _ in
            let error = await failure { _ = try await drain(client) }
            #expect(error?.server == .init(code: 395, name: "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", text: "boom."))
        }
    }

    @Test("rows that look like an exception are rows when the result ends properly")
    func rowsLikeException() async throws {
        let rows = "__exception__\r\n" + Self.exception
        try await withClient([[.send(Self.head + rows.chunk + "0\r\n\r\n")]]) { client, _ in
            let result = try await drain(client)
            #expect(result == rows)
        }
    }

    @Test("a result that is cut without an exception is a lost connection, all of its bytes given first")
    func cut() async throws {
        try await withClient([[.send(Self.head + "1\n2\n".chunk), .close]]) { client, _ in
            var text = ""
            let error = await failure {
                for try await part in try await client.stream("SELECT 1 FORMAT TSV", retry: .none) {
                    text += String(buffer: part)
                }
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.isTransient == true)
            #expect(error?.isAnswerUncertain == false)
            #expect(text == "1\n2\n")
        }
    }

    @Test("a small result that is cut is never taken for the whole")
    func cutRows() async throws {
        try await withClient([[.send(Self.head + "1\n2\n".chunk), .close]]) { client, server in
            let error = await failure {
                _ = try await client.rows("SELECT 1", retry: .init(attemptsMax: 3, initialDelay: .zero))
            }
            #expect(error?.code == .connectionLost)
            #expect(server.requests.count == 3)
        }
        let fixed = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n1\n"
        try await withClient([[.send(fixed), .close]]) { client, _ in
            let error = await failure { _ = try await client.rows("SELECT 1", retry: .none) }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test(
        "a result whose compression ends inside a frame is a lost connection",
        arguments: [CompressionMethod.lz4, .zstd]
    )
    func cutCompression(method: CompressionMethod) async throws {
        let compressor = try FrameCompressor(method)
        let content = [UInt8](repeating: 0x31, count: 100_000)
        var frame = [UInt8](repeating: 0, count: compressor.outputBound(forPieceOf: content.count))
        let count = try frame.withUnsafeMutableBytes { output in
            try content.withUnsafeBytes { try compressor.compress($0, isLast: true, into: output) }
        }
        let head = Self.head.replacing("\r\n\r\n", with: "\r\nContent-Encoding: \(method.rawValue)\r\n\r\n")
        func answer(_ count: Int) -> [FakeServer.Step] {
            [.send(head + String(count, radix: 16) + "\r\n"), .bytes(Array(frame[..<count])), .send("\r\n0\r\n\r\n")]
        }
        try await withClient([answer(count), answer(count - 3)]) { client, _ in
            let whole = try await drain(client)
            #expect(Array(whole.utf8) == content)
            let error = await failure { _ = try await drain(client) }
            #expect(error?.code == .connectionLost)
        }
        try await withClient([[.send(head + "this is no frame".chunk + "0\r\n\r\n")]]) { client, _ in
            let error = await failure { _ = try await drain(client) }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("reads are tried again under a new query id after what passes")
    func retriedRead() async throws {
        try await withClient([[.send(Self.busy)], [.close], [.send(Self.ok)]]) { client, server in
            let rows = try await client.rows(
                "SELECT 1",
                queryID: "me",
                retry: .init(attemptsMax: 4, initialDelay: .milliseconds(1))
            )
            #expect(rows == [["1"]])
            let ids = server.requests.map { request in
                ["query_id=me&", "query_id=me-2&", "query_id=me-3&"].map(request.contains)
            }
            #expect(ids == [[true, false, false], [false, true, false], [false, false, true]])
        }
    }

    @Test("what does not pass is not tried again")
    func notRetried() async throws {
        let unknown =
            "HTTP/1.1 404 Not Found\r\nX-ClickHouse-Exception-Code: 60\r\nContent-Length: 61\r\n\r\n"
            + "Code: 60. DB::Exception: No table. (UNKNOWN_TABLE) (version 1)"
        try await withClient([[.send(unknown)]]) { client, server in
            let error = await failure { _ = try await client.rows("SELECT 1") }
            #expect(error?.code == .unknownTable)
            #expect(server.requests.count == 1)
        }
    }

    @Test("an insert whose answer is lost is sent again only when the caller says that it may be")
    func lostAnswer() async throws {
        let retry = RetryPolicy(attemptsMax: 3, initialDelay: .milliseconds(1))
        let done =
            "HTTP/1.1 200 OK\r\nX-ClickHouse-Summary: {\"written_rows\":\"7\",\"written_bytes\":\"70\"}\r\nContent-Length: 0\r\n\r\n"
        try await withClient([[.close], [.send(done)]]) { client, server in
            let error = await failure {
                _ = try await client.insert(into: "t", columns: ["a"], blocks: Self.block(), retry: retry)
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.isAnswerUncertain == true)
            #expect(server.requests.count == 1)
        }
        try await withClient([[.close], [.send(done)]]) { client, server in
            let summary = try await client.insert(
                into: "t",
                columns: ["a"],
                blocks: Self.block(),
                retry: retry,
                isRepeatable: true
            )
            #expect(summary.writtenRows == 7)
            #expect(summary.writtenBytes == 70)
            #expect(server.requests.count == 2)
        }
    }

    @Test("an insert that the server refused before it began is sent again without more ado")
    func refusedInsert() async throws {
        let done = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        try await withClient([[.send(Self.busy)], [.send(done)]]) { client, server in
            let retry = RetryPolicy(attemptsMax: 2, initialDelay: .milliseconds(1))
            _ = try await client.insert(into: "t", columns: ["a"], blocks: Self.block(), retry: retry)
            #expect(server.requests.count == 2)
            #expect(server.requests.allSatisfy { $0.contains("INSERT INTO t (`a`) FORMAT Native\n") })
        }
    }

    @Test("a connection that ends while an insert is sent leaves doubt, and the bytes are the caller's again")
    func cutUpload() async throws {
        let block = GrowableBytes()
        block.append(repeating: 7, count: 64 << 20)
        try await withClient([[.closeAfterRequestBytes(100_000)]]) { client, _ in
            let error = await failure { _ = try await client.insert(into: "t", columns: ["a"], blocks: block) }
            #expect(error?.code == .connectionLost)
            #expect(error?.isAnswerUncertain == true)
            // Nobody reads the bytes any more: growing them would free what a reader still reads.
            block.append(repeating: 8, count: 128 << 20)
        }
    }

    @Test("an exception with status 200 in the answer to an insert is an error")
    func exceptionAfterInsert() async throws {
        let late =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + ("__exception__\r\n" + Self.exception).chunk
            + "0\r\n\r\n"
        try await withClient([[.send(late)]]) { client, _ in
            let error = await failure { _ = try await client.insert(into: "t", columns: ["a"], blocks: Self.block()) }
            #expect(error?.server?.code == 395)
            #expect(error?.isAnswerUncertain == true)
        }
        let coded = "HTTP/1.1 200 OK\r\nX-ClickHouse-Exception-Code: 241\r\nContent-Length: 0\r\n\r\n"
        try await withClient([[.send(coded)]]) { client, _ in
            let error = await failure { try await client.execute("OPTIMIZE TABLE t") }
            #expect(error?.code == .memoryLimit)
            #expect(error?.isAnswerUncertain == true)
        }
    }

    @Test("no answer in time is a timeout", arguments: [true, false])
    func timeout(headCame: Bool) async throws {
        let first: FakeServer.Step = headCame ? .send(Self.head) : .wait(.zero)
        try await withClient([[first, .wait(.seconds(600))]]) { client, _ in
            let start = ContinuousClock.now
            let read = await failure { _ = try await client.rows("SELECT 1", timeout: .milliseconds(200)) }
            #expect(read?.code == .timeout)
            #expect(read?.isTransient == true)
            #expect(read?.isAnswerUncertain == false)
            let insert = await failure {
                _ = try await client.insert(
                    into: "t",
                    columns: ["a"],
                    blocks: Self.block(),
                    timeout: .milliseconds(200)
                )
            }
            #expect(insert?.code == .timeout)
            #expect(insert?.isAnswerUncertain == true)
            // Far from what the server takes, however busy this machine is.
            #expect(ContinuousClock.now - start < .seconds(120))
        }
    }

    @Test("a stream that falls silent is a timeout")
    func silentStream() async throws {
        let server = try await FakeServer.start([[.send(Self.head + "1\n".chunk), .wait(.seconds(600))]])
        let client = ClickHouseClient(
            endpoint: server.endpoint,
            configuration: .init(streamIdleTimeout: .milliseconds(300)),
            logger: .init(label: "test")
        )
        let error = await failure { _ = try await drain(client) }
        #expect(error?.code == .timeout)
        try await client.shutdown()
        try await server.stop()
    }

    @Test("answers that are not ClickHouse's are distinguished from its exceptions")
    func strangers() async throws {
        let gateway = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy"
        try await withClient([[.send(gateway)]]) { client, _ in
            let error = await failure { _ = try await client.rows("SELECT 1", retry: .none) }
            #expect(error?.code == .overloaded)
            #expect(error?.isTransient == true)
            #expect(error?.server == nil)
        }
        let page = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\noops"
        try await withClient([[.send(page)]]) { client, _ in
            let error = await failure { _ = try await client.rows("SELECT 1") }
            #expect(error?.code == .protocolViolation)
            #expect(error?.isTransient == false)
            let ping = await failure { try await client.ping() }
            #expect(ping?.code == .protocolViolation)
        }
        try await withClient([[.send("SSH-2.0-OpenSSH_9.2\r\n")]]) { client, _ in
            let error = await failure { _ = try await client.rows("SELECT 1", retry: .none) }
            #expect(error?.code == .connectionLost)
        }
        let redirect = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        try await withClient([[.send(redirect)]]) { client, server in
            let error = await failure { _ = try await client.rows("SELECT 1") }
            #expect(error?.code == .protocolViolation)
            #expect(server.requests.count == 1)
        }
    }

    @Test("a result with bytes that are no block is an error")
    func noBlock() async throws {
        try await withClient([[.send(Self.head + "hello, this is no block".chunk + "0\r\n\r\n")]]) { client, _ in
            let error = await failure {
                for try await _ in try await client.blocks("SELECT 1", retry: .none) { Issue.record("a block") }
            }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("user, password and SQL are in headers and body, never in the URL")
    func secrets() async throws {
        try await withClient([[.send(Self.ok)]]) { client, server in
            _ = try await client.rows("SELECT 'private'", settings: ["b": "2", "a": "1 &"], parameters: ["p": "x\ty"])
            let request = try #require(server.requests.first)
            let line = try #require(request.split(separator: "\r\n").first)
            #expect(line.hasPrefix("POST /?query_id=leat-"))
            let settings = "&wait_end_of_query=1&default_format=TabSeparated&a=1%20%26&b=2&param_p=x%5Cty HTTP/1.1"
            #expect(line.hasSuffix(settings))
            #expect(!line.contains("s3cret") && !line.contains("private"))
            #expect(request.contains("X-ClickHouse-User: u\r\n"))
            #expect(request.contains("X-ClickHouse-Key: s3cret\r\n"))
            #expect(request.hasSuffix("\r\n\r\nSELECT 'private'"))
        }
        let endpoint = ClickHouseEndpoint(url: "http://h:1", user: "u", password: "s3cret")
        #expect(!"\(endpoint)".contains("s3cret"))
        #expect(!String(reflecting: endpoint).contains("s3cret"))
        var dumped = ""
        dump(endpoint, to: &dumped)
        #expect(!dumped.contains("s3cret"))
    }

    @Test("every insert says what it relies on, and the caller may change it")
    func insertSettings() async throws {
        let done = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        try await withClient([[.send(done)]]) { client, server in
            let settings = ["insert_deduplication_token": "N 1", "max_insert_threads": "2"]
            _ = try await client.insert(
                into: "`d`.`t`",
                columns: ["a", "b`c"],
                blocks: Self.block(),
                settings: settings
            )
            let request = try #require(server.requests.first)
            let line = try #require(request.split(separator: "\r\n").first)
            for setting in [
                "wait_end_of_query=1", "async_insert=0", "insert_deduplicate=0", "input_format_null_as_default=0",
                "input_format_native_allow_types_conversion=0", "insert_deduplication_token=N%201",
                "max_insert_threads=2",
            ] { #expect(line.contains(setting), "\(setting)") }
            #expect(request.contains("INSERT INTO `d`.`t` (`a`, `b\\`c`) FORMAT Native\n\u{1}\u{1}"))
        }
    }

    @Test(
        "an endpoint that cannot be used is refused without a connection",
        arguments: [
            "", "127.0.0.1:8123", "ftp://h:1", "http://", "http:///", "http://user:pw@h:1", "http://h:1?x=1",
            "http://h:1/#f",
            "http://h:1 /", "http://ü:1",
        ]
    )
    func badURL(url: String) async throws {
        let client = ClickHouseClient(endpoint: .init(url: url), compression: .none, logger: .init(label: "test"))
        let error = await failure { _ = try await client.rows("SELECT 1") }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("pw") == false)
        try await client.shutdown()
    }

    @Test("settings that are no names, and parameters without end, are refused")
    func badRequest() async throws {
        let client = ClickHouseClient(
            endpoint: .init(url: "http://127.0.0.1:1"),
            compression: .none,
            logger: .init(label: "test")
        )
        for name in ["", "a b", "a&b", "ü", "a=b"] {
            let error = await failure { try await client.execute("X", settings: [name: "1"]) }
            #expect(error?.code == .invalidRequest)
        }
        let long = await failure {
            _ = try await client.rows("SELECT {a:String}", parameters: ["a": String(repeating: "x", count: 100_000)])
        }
        #expect(long?.code == .invalidRequest)
        let newline = ClickHouseClient(
            endpoint: .init(url: "http://127.0.0.1:1", user: "a\r\nX: y"),
            compression: .none,
            logger: .init(label: "test")
        )
        let injected = await failure { try await newline.execute("X") }
        #expect(injected?.code == .invalidRequest)
        try await newline.shutdown()
        try await client.shutdown()
    }

    @Test("a refused connection is a certain failure, and a client that was shut down says so")
    func refused() async throws {
        let server = try await FakeServer.start([[.close]])
        let endpoint = server.endpoint
        try await server.stop()
        let client = ClickHouseClient(endpoint: endpoint, compression: .none, logger: .init(label: "test"))
        let error = await failure { _ = try await client.insert(into: "t", columns: ["a"], blocks: Self.block()) }
        #expect(error?.code == .connectionFailed)
        #expect(error?.isTransient == true)
        #expect(error?.isAnswerUncertain == false)
        let ddl = await failure { try await client.execute("CREATE TABLE t") }
        #expect(ddl?.code == .connectionFailed)
        #expect(ddl?.isAnswerUncertain == false)
        try await client.shutdown()
        let closed = await failure { _ = try await client.rows("SELECT 1") }
        #expect(closed?.code == .closed)
        #expect(closed?.isTransient == false)
    }
}
