import InfluxClient
import InfluxProtocol
import NIOCore
import Testing

@Suite("Streamed results over HTTP", .timeLimit(.minutes(1)))
struct StreamTests {
    static let columns: [SeriesColumn] = [.time, .field("i", .integer)]
    static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"

    static func chunk(_ text: String) -> FakeServer.Step {
        .send(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
    }

    static func result(_ values: String, isPartial: Bool = false) -> String {
        let partial = isPartial ? #","partial":true"# : ""
        return #"{"results":[{"series":[{"columns":["time","i"],"values":[\#(values)]\#(partial)}]\#(partial)}]}"#
            + "\n"
    }

    @Test("the answer's type decides how it is read, whatever was asked for")
    func json() async throws {
        let answer: [FakeServer.Step] = [
            .send(Self.head + "Content-Type: application/json\r\n\r\n"),
            Self.chunk(Self.result("[1,1],[2,null]", isPartial: true)), Self.chunk(Self.result("[3,3]")),
            .send("0\r\n\r\n"),
        ]
        try await FakeServer.with([answer]) { server, client in
            let keeper = RowKeeper()
            let summary = try await client.stream("SELECT", columns: Self.columns, chunkSize: 7, rows: keeper)
            #expect(keeper.rows == [[.integer(1), .integer(1)], [.integer(2), nil], [.integer(3), .integer(3)]])
            #expect(summary.rows == 3)
            #expect(summary.format == .json)
            let request = String(decoding: server.requests[0], as: UTF8.self)
            #expect(request.contains("Accept: application/x-msgpack\r\n"))
            #expect(request.hasSuffix("db=d%20b&epoch=ns&chunked=true&chunk_size=7&q=SELECT"))
        }
        try await FakeServer.with([answer], authentication: .token) { server, client in
            _ = try await client.stream("SELECT", columns: Self.columns, rows: RowKeeper())
            #expect(String(decoding: server.requests[0], as: UTF8.self).contains("Accept: application/json\r\n"))
        }
    }

    @Test("a result that ends in the middle is an error, and what came before it was delivered")
    func truncated() async throws {
        let part = Self.chunk(Self.result("[1,1]", isPartial: true))
        for ending: [FakeServer.Step] in [[.send("0\r\n\r\n")], [.close], [Self.chunk("{\"res"), .send("0\r\n\r\n")]] {
            try await FakeServer.with([[.send(Self.head + "\r\n"), part] + ending]) { _, client in
                let keeper = RowKeeper()
                let error = await influxFailure {
                    try await client.stream("SELECT", columns: Self.columns, batchRows: 1, rows: keeper)
                }
                #expect(error?.code == .connectionLost)
                #expect(error?.isTransient == true)
                #expect(keeper.rows.count == 1)
            }
        }
    }

    @Test("nothing more is read while the consumer is busy, and its error ends the stream")
    func backPressure() async throws {
        struct Full: Error {}
        /// Takes two batches and then has had enough.
        actor Slow: SeriesRowConsumer {
            var batches = 0

            func consume(_ rows: SeriesRows) async throws -> SeriesRows? {
                batches += 1
                if batches == 2 { throw Full() }
                return nil
            }
        }
        let rows = (0..<500).map { "[\($0),\($0)]" }.joined(separator: ",")
        try await FakeServer.with([FakeServer.answer("200 OK", Self.result(rows))]) { _, client in
            let slow = Slow()
            await #expect(throws: Full.self) {
                try await client.stream("SELECT", columns: Self.columns, batchRows: 100, rows: slow)
            }
            #expect(await slow.batches == 2)
        }
    }

    @Test("an endless value does not fill the memory")
    func endless() async throws {
        let piece = Self.chunk(String(repeating: "x", count: 1 << 20))
        let answer =
            [.send(Self.head + "\r\n"), Self.chunk(#"{"results":[{"series":[{"name":""#)]
            + [FakeServer.Step](repeating: piece, count: 18)
        try await FakeServer.with([answer]) { _, client in
            let error = await influxFailure { try await client.stream("S", columns: Self.columns, rows: RowKeeper()) }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("an empty CSV answer is asked for again where an error would show; string fields are refused")
    func csv() async throws {
        let empty = FakeServer.answer("200 OK", "", headers: "Content-Type: text/csv\r\n")
        let error = FakeServer.answer("200 OK", #"{"results":[{"error":"database not found: x"}]}"#)
        try await FakeServer.with([empty, error]) { server, client in
            let failure = await influxFailure {
                try await client.stream("S", columns: Self.columns, format: .csv, rows: RowKeeper())
            }
            #expect(failure?.code == .unknownDatabase)
            #expect(server.requests.count == 2)
            let refused = await influxFailure {
                try await client.stream("S", columns: [.time, .field("s", .string)], format: .csv, rows: RowKeeper())
            }
            #expect(refused?.code == .invalidRequest)
        }
    }

    @Test("what a proxy says instead of a result is an error", arguments: ["text/html", "image/png"])
    func foreign(type: String) async throws {
        let answer = FakeServer.answer("200 OK", "<html>", headers: "Content-Type: \(type)\r\n")
        try await FakeServer.with([answer]) { _, client in
            let error = await influxFailure { try await client.stream("S", columns: Self.columns, rows: RowKeeper()) }
            #expect(error?.code == .protocolViolation)
        }
    }
}
