import AsyncHTTPClient
import ClickHouseFormat
import HTTPTransport
import Logging
import NIOCore
import NIOHTTP1

extension ClickHouseClient {
    /// Sends a request and collects its answer; sends it again while `retry` and the failure allow it.
    ///
    /// - Parameter timeout: For all attempts together.
    func send(
        _ request: ServerRequest,
        timeout: Duration? = nil,
        retry: RetryPolicy = .none
    ) async throws -> ServerAnswer {
        try await withAttempts(retry, timeout: timeout, mayRepeat: \.isTransient) { attempt in
            try await self.sendOnce(request, attempt: attempt)
        }
    }

    /// Runs `operation` until it succeeds, fails with what `mayRepeat` rules out, or attempts or time run out.
    func withAttempts<Result: Sendable>(
        _ retry: RetryPolicy,
        timeout: Duration?,
        mayRepeat: (ClickHouseError) -> Bool,
        operation: @escaping @Sendable (_ attempt: Int) async throws -> Result
    ) async throws -> Result {
        let clock = ContinuousClock()
        let deadline = clock.now + (timeout ?? configuration.requestTimeout)
        var attempt = 1
        while true {
            do {
                let number = attempt
                return try await withDeadline(deadline) { try await operation(number) }
            } catch let error as ClickHouseError {
                let delay = retry.delay(afterAttempt: attempt, random: .random(in: 0...1))
                let isLast = attempt >= retry.attemptsMax || clock.now + delay >= deadline || Task.isCancelled
                if isLast || !mayRepeat(error) { throw error }
                logger.debug(
                    "ClickHouse request will be sent again",
                    metadata: ["attempt": "\(attempt)", "code": "\(error.code)", "query_id": "\(error.queryID ?? "")"]
                )
                do {
                    try await clock.sleep(for: delay)
                } catch {
                    throw ClickHouseError(code: .cancelled, message: "the task was cancelled")
                }
                attempt += 1
            }
        }
    }

    /// Runs `operation` and cancels it when the deadline passes; it must then end with an error of its own, which says
    /// how far it was.
    private func withDeadline<Result: Sendable>(
        _ deadline: ContinuousClock.Instant,
        operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await Deadline(deadline).run(
            late: { error in
                guard var late = error as? ClickHouseError, late.code == .cancelled else {
                    return error
                        ?? ClickHouseError(code: .timeout, message: "no complete answer in time", isTransient: true)
                }
                late.code = .timeout
                late.message = "no complete answer in time"
                late.isTransient = true
                return late
            },
            operation: operation
        )
    }

    /// For people: where requests go.
    var address: String { endpoint.checkedURL ?? "an unusable URL" }

    func sendOnce(_ request: ServerRequest, attempt: Int) async throws -> ServerAnswer {
        let http = try request.httpRequest(to: endpoint, attempt: attempt)
        let queryID = request.queryID.map { request.attemptID($0, attempt) }
        do {
            let response = try await self.connections.requests.execute(http, deadline: .distantFuture, logger: logger)
            let body = try await collect(response, request: request, queryID: queryID)
            return ServerAnswer(headers: response.headers, body: body)
        } catch {
            throw ClickHouseError.transport(
                error,
                address: address,
                queryID: queryID,
                wasSent: request.body?.wasStarted ?? true,
                mayHaveChangedData: request.mayChangeData
            )
        }
    }

    /// Reads a body to its end and throws the exception that it may be.
    private func collect(_ response: HTTPClientResponse, request: ServerRequest, queryID: String?) async throws
        -> ByteBuffer
    {
        if let error = try await failure(of: response, request: request, queryID: queryID) { throw error }
        var body = ByteBuffer()
        for try await part in response.body {
            if body.readableBytes + part.readableBytes > configuration.rowsBytesMax {
                throw ClickHouseError(
                    code: .resultTooLarge,
                    message: "the result is larger than \(configuration.rowsBytesMax) bytes",
                    queryID: queryID
                )
            }
            body.writeImmutableBuffer(part)
        }
        if body.readableBytes > 0 && request.mayChangeData {
            // Such a request has no result: what comes can only be an exception that came too late for the status.
            var tail = ResultTail(tag: response.headers.first(name: "X-ClickHouse-Exception-Tag"))
            tail.append(body)
            if let exception = tail.markedException {
                throw ClickHouseError(exception, queryID: queryID, mayHaveChangedData: true)
            }
        }
        return body
    }

    /// The error that a response's head announces, read from its body; `nil` for success.
    func failure(
        of response: HTTPClientResponse,
        request: ServerRequest,
        queryID: String?
    ) async throws -> ClickHouseError? {
        let code = response.headers.first(name: "X-ClickHouse-Exception-Code").flatMap { Int($0) }
        if response.status == .ok && code == nil { return nil }
        var tail = ResultTail(tag: response.headers.first(name: "X-ClickHouse-Exception-Tag"))
        do {
            var decompressor = try ResultDecompressor(contentEncoding: response.headers.first(name: "Content-Encoding"))
            for try await part in response.body where part != brokenMark {
                decompressor.feed(part)
                while let piece = try decompressor.next() { tail.append(piece) }
            }
        } catch {
            // The head already says that it failed; the rest of the text would only have been nicer.
            logger.debug("ClickHouse error text incomplete", metadata: ["query_id": "\(queryID ?? "")"])
        }
        if let exception = tail.exception(code: code) {
            return ClickHouseError(exception, queryID: queryID, mayHaveChangedData: request.mayChangeData)
        }
        // A proxy, or something else that speaks HTTP.
        let status = response.status
        let isTransient = [408, 429, 502, 503, 504].contains(status.code)
        return ClickHouseError(
            code: isTransient ? .overloaded : .protocolViolation,
            message: "HTTP status \(status.code) without a ClickHouse exception",
            isTransient: isTransient,
            isAnswerUncertain: request.mayChangeData && status.code >= 500,
            queryID: queryID
        )
    }
}
