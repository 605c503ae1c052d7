import AsyncHTTPClient
import HTTPTransport
import InfluxProtocol
import Logging
import NIOCore
import NIOHTTP1

extension InfluxClient {
    /// For people: where requests go.
    var address: String { endpoint.checkedURL ?? "an unusable URL" }

    /// A request for `/query`. The statement goes in the body, since it can hold a password.
    func queryRequest(_ influxQL: String, database: String? = nil, chunkSize: Int? = nil) -> ServerRequest {
        var request = ServerRequest(.POST, "/query")
        var form = URLQuery()
        let database = database ?? endpoint.database
        if !database.isEmpty { form.append("db", database) }
        form.append("epoch", "ns")
        if let chunkSize {
            form.append("chunked", "true")
            form.append("chunk_size", String(max(1, chunkSize)))
        }
        form.append("q", influxQL)
        request.body = ByteBuffer(string: form.text)
        request.contentType = "application/x-www-form-urlencoded"
        request.mayChangeData = true
        return request
    }

    /// Sends a request once and collects its answer.
    func send(_ request: ServerRequest, timeout: Duration?) async throws(InfluxError) -> ServerAnswer {
        let http = try request.httpRequest(to: endpoint)
        do {
            return try await withDeadline(timeout ?? configuration.requestTimeout) {
                let response = try await self.connections.requests.execute(
                    http,
                    deadline: .distantFuture,
                    logger: self.logger
                )
                let body = try await self.collect(response, isWrite: request.mayChangeData)
                return ServerAnswer(headers: response.headers, body: body)
            }
        } catch {
            throw InfluxError.transport(error, address: address, mayHaveChangedData: request.mayChangeData)
        }
    }

    /// Runs `operation` and cancels it when the time is over.
    func withDeadline<Result: Sendable>(
        _ timeout: Duration,
        operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await Deadline(after: timeout).run(
            late: { _ in HTTPClientError.deadlineExceeded },
            operation: operation
        )
    }

    /// Reads a body to its end, and throws what the head announces.
    private func collect(_ response: HTTPClientResponse, isWrite: Bool) async throws -> ByteBuffer {
        if let error = await failure(of: response, isWrite: isWrite) { throw error }
        var body = ByteBuffer()
        for try await part in response.body {
            if body.readableBytes + part.readableBytes > configuration.resultBytesMax {
                throw InfluxError(
                    code: .resultTooLarge,
                    message: "the result is larger than \(configuration.resultBytesMax) bytes",
                    status: Int(response.status.code)
                )
            }
            body.writeImmutableBuffer(part)
        }
        return body
    }

    /// Of an error's body no more than this is read.
    private static let errorBytesMax = 1 << 20

    /// The error that a response's head announces, read from its body; `nil` for success.
    func failure(of response: HTTPClientResponse, isWrite: Bool) async -> InfluxError? {
        if response.status.code < 300 { return nil }
        var body = ByteBuffer()
        do {
            for try await part in response.body {
                body.writeImmutableBuffer(part)
                if body.readableBytes > Self.errorBytesMax { break }
            }
        } catch {
            // The head already says that it failed; the rest of the text would only have been nicer.
            logger.debug("InfluxDB error text incomplete", metadata: ["status": "\(response.status.code)"])
        }
        var message = ServerMessage(body)
        if message.text.isEmpty { message.text = response.headers.first(name: "X-Influxdb-Error") ?? "" }
        var error = InfluxError(status: Int(response.status.code), body: message, isWrite: isWrite)
        error.readPartialWrite(message)
        return error
    }
}
