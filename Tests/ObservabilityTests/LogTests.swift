import Foundation
import Logging
import Synchronization
import Testing

@testable import Observability

/// Lines that a sink wrote, and a clock that stands still until it is moved.
private final class Recorder: Sendable {
    let lines = Mutex<[String]>([])
    let nanoseconds = Mutex<UInt64>(0)

    func sink(_ format: LogFormat = .json, linesMax: Int = 0, leftOut: Counter? = nil) -> LogSink {
        LogSink(
            format: format,
            linesMax: linesMax,
            interval: .seconds(10),
            leftOut: leftOut,
            output: { line in self.lines.withLock { $0.append(line) } },
            now: { (WallClock(seconds: 1_763_812_863, nanoseconds: 45_000_000), self.nanoseconds.withLock { $0 }) }
        )
    }

    func logger(_ format: LogFormat = .json, linesMax: Int = 0, provider: Logger.MetadataProvider? = nil) -> Logger {
        let sink = sink(format, linesMax: linesMax)
        return Logger(label: "leat.stream") { label in
            LeatLogHandler(label: label, sink: sink, level: .debug, metadataProvider: provider)
        }
    }

    var all: [String] { lines.withLock { $0 } }
    func advance(seconds: UInt64) { nanoseconds.withLock { $0 += seconds * 1_000_000_000 } }
}

private struct Failure: Error, CustomStringConvertible {
    var description: String { "it \"broke\"\n  fix: mend it" }
}

@Suite("Logs")
struct LogTests {
    @Test("a JSON line has time, level, logger, message, error and sorted fields")
    func json() {
        let recorder = Recorder()
        var logger = recorder.logger()
        logger[metadataKey: "source"] = "shop"
        logger.warning("batch retried", error: Failure(), metadata: ["rows": "\(7)", "attempt": .stringConvertible(2)])
        #expect(
            recorder.all == [
                "{\"time\":\"2025-11-22T12:01:03.045Z\",\"level\":\"warning\",\"logger\":\"leat.stream\","
                    + "\"message\":\"batch retried\",\"error\":\"it \\\"broke\\\"\\n  fix: mend it\","
                    + "\"fields\":{\"attempt\":2,\"rows\":\"7\",\"source\":\"shop\"}}\n"
            ]
        )
    }

    @Test("every JSON line is read back by another reader, whatever is in it")
    func jsonIsValid() throws {
        let recorder = Recorder()
        let nasty = "quote\" back\\ nl\n tab\t nul\u{0} esc\u{1B} del\u{7F} sep\u{2028} emoji🚀 é"
        var deep: Logger.MetadataValue = "end"
        for _ in 0..<20 { deep = .array([deep]) }
        recorder.logger().info(
            "\(nasty)",
            metadata: [
                nasty: .string(nasty), "list": ["a", ["b": "c"]], "truth": .stringConvertible(true),
                "ratio": .stringConvertible(0.5), "none": .stringConvertible(Double.nan), "deep": deep,
            ]
        )
        let line = try #require(recorder.all.first)
        #expect(line.split(separator: "\n").count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["message"] as? String == nasty)
        let fields = try #require(object["fields"] as? [String: Any])
        #expect(fields[nasty] as? String == nasty)
        #expect(fields["truth"] as? Bool == true)
        #expect(fields["ratio"] as? Double == 0.5)
        #expect(fields["none"] as? String == "nan")
    }

    @Test("the line for people is one line, whatever a server sent")
    func human() {
        let recorder = Recorder()
        recorder.logger(.human(colors: false)).error(
            "connection lost",
            metadata: ["host": "127.0.0.1:13307", "text": "two words", "evil": "\u{1B}[2Jx\nfake", "empty": ""]
        )
        #expect(
            recorder.all == [
                "12:01:03 error    leat.stream: connection lost  empty=\"\"  evil=\"\\u001b[2Jx\\nfake\"  "
                    + "host=127.0.0.1:13307  text=\"two words\"\n"
            ]
        )
    }

    @Test("colors mark the level and nothing else of the text")
    func colors() {
        let recorder = Recorder()
        recorder.logger(.human(colors: true)).info("ready")
        #expect(recorder.all == ["12:01:03 \u{1B}[32minfo    \u{1B}[0m leat.stream: ready\n"])
    }

    @Test("the call's metadata wins over the task's, and that over the logger's")
    func precedence() {
        let recorder = Recorder()
        var logger = recorder.logger(provider: Logger.MetadataProvider { ["a": "task", "b": "task"] })
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        logger[metadataKey: "c"] = "logger"
        logger.info("x", metadata: ["a": "call"])
        #expect(recorder.all.first?.contains("\"fields\":{\"a\":\"call\",\"b\":\"task\",\"c\":\"logger\"}") == true)
    }

    @Test("levels below the logger's are not written")
    func levels() {
        let recorder = Recorder()
        recorder.logger().trace("x")
        #expect(recorder.all == [])
    }

    @Test("a message that repeats is summed up when its interval is over")
    func limit() {
        let recorder = Recorder()
        let counter = Counter(MetricDefinition("x_total", .counter, help: ""))
        let sink = recorder.sink(.human(colors: false), linesMax: 3, leftOut: counter)
        let logger = Logger(label: "l") { LeatLogHandler(label: $0, sink: sink) }
        for attempt in 1...10 { logger.warning("retrying", metadata: ["attempt": "\(attempt)"]) }
        logger.info("something else")
        #expect(recorder.all.count == 4)
        #expect(counter.value == 7)
        recorder.advance(seconds: 10)
        logger.warning("retrying")
        #expect(
            recorder.all.suffix(2) == [
                "12:01:03 warning  l: repeated log lines suppressed  count=7  repeated=retrying\n",
                "12:01:03 warning  l: retrying\n",
            ]
        )
    }

    @Test("flushing says what is being left out")
    func flush() {
        let recorder = Recorder()
        let sink = recorder.sink(linesMax: 1)
        let logger = Logger(label: "l") { LeatLogHandler(label: $0, sink: sink) }
        for _ in 0..<3 { logger.info("again") }
        sink.flush()
        sink.flush()
        #expect(recorder.all.count == 2)
        #expect(recorder.all.last?.contains("\"fields\":{\"count\":2,\"repeated\":\"again\"}") == true)
    }

    @Test("the limiter's memory is bounded, and what it cannot watch is written")
    func limiterBound() {
        var limiter = LogLimiter(linesMax: 1, interval: .seconds(1))
        let last = LogLimiter.messagesMax
        func key(_ index: Int) -> LogLimiter.Key { .init(level: "info", logger: "l", message: "m\(index)") }
        func isWritten(_ index: Int, at now: UInt64 = 0) -> Bool { limiter.shouldWrite(key(index), now: now) }
        func summaries(at now: UInt64) -> [LogLimiter.Summary] { limiter.summaries(now: now) }
        let firsts = (0..<last).map { isWritten($0) }
        #expect(firsts.allSatisfy { $0 })
        #expect(isWritten(last))
        #expect(isWritten(last))
        #expect(!isWritten(0))
        #expect(summaries(at: 999_999_999) == [])
        #expect(summaries(at: 1_000_000_000) == [LogLimiter.Summary(key: key(0), count: 1)])
        #expect(isWritten(last, at: 1_000_000_000))
        #expect(!isWritten(last, at: 1_000_000_000))
    }

    @Test(
        "times are written in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"), (4_102_444_800, "2100-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.000Z"),
        ] as [(Int64, String)]
    )
    func times(seconds: Int64, expected: String) {
        #expect(WallClock(seconds: seconds, nanoseconds: 0).iso8601 == expected)
    }
}
