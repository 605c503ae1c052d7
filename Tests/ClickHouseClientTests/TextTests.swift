import NIOCore
import Testing

@testable import ClickHouseClient

@Suite("Texts that go to and come from ClickHouse")
struct TextTests {
    @Test("identifiers and literals are quoted whatever they hold")
    func quoting() {
        #expect(ClickHouseClient.quote(identifier: "plain") == "`plain`")
        #expect(ClickHouseClient.quote(identifier: "a`b\\c'd") == "`a\\`b\\\\c'd`")
        #expect(
            ClickHouseClient.quote(literal: "it's `a` \\ \0\n\r\t\u{8}\u{C} ü🙂")
                == "'it\\'s `a` \\\\ \\0\\n\\r\\t\\b\\f ü🙂'"
        )
        #expect(ClickHouseClient.quote(literal: "") == "''")
        #expect(ClickHouseClient.quote(database: "d`", table: "t") == "`d\\``.`t`")
    }

    @Test("rows of TabSeparated text are split, unescaped and their NULLs found")
    func tabSeparated() {
        func rows(_ text: String) -> [[String?]] {
            var text = text
            return text.withUTF8 { TabSeparated.rows(UnsafeRawBufferPointer($0)) }
        }
        #expect(rows("") == [])
        #expect(rows("\n") == [[""]])
        #expect(rows("1\t\\N\tx\n\t\t\n") == [["1", nil, "x"], ["", "", ""]])
        #expect(rows("a\\tb\\nc\\\\d\\'e\\0f\\bg\\rh\\fi\n") == [["a\tb\nc\\d'e\0f\u{8}g\rh\u{C}i"]])
        #expect(rows("\\\\N\n") == [["\\N"]])
        #expect(rows("no line feed") == [["no line feed"]])
        #expect(rows("\\N") == [[nil]])
    }

    @Test("what is escaped is read back")
    func escaping() {
        let value = "tab\t nl\n bs\\ nul\0 cr\r \\N ü"
        var text = TabSeparated.escape(value) + "\n"
        #expect(text.withUTF8 { TabSeparated.rows(UnsafeRawBufferPointer($0)) } == [[value]])
    }

    @Test(
        "exceptions give code, name and text",
        arguments: [
            (
                "Code: 60. DB::Exception: Table default.x does not exist. (UNKNOWN_TABLE) (version 25.8.2.1 (official build))\n",
                ServerException(code: 60, name: "UNKNOWN_TABLE", text: "Table default.x does not exist.")
            ),
            (
                "Code: 1000. DB::Exception: Received from a:1. DB::Exception: (x) (y). (POCO_EXCEPTION) (version 1)",
                ServerException(code: 1000, name: "POCO_EXCEPTION", text: "Received from a:1. DB::Exception: (x) (y).")
            ),
            ("Code: 5. DB::Exception: no name (at all)", ServerException(code: 5, name: "", text: "no name (at all)")),
            ("Code: 7. nothing", ServerException(code: 7, name: "", text: "nothing")),
        ]
    )
    func exceptions(text: String, expected: ServerException) {
        #expect(ServerException(code: nil, body: text) == expected)
    }

    @Test("text without a code is no exception unless the header has one")
    func noException() {
        #expect(ServerException(code: nil, body: "<html>busy</html>") == nil)
        #expect(ServerException(code: nil, body: "Code: ") == nil)
        #expect(ServerException(code: nil, body: "") == nil)
        #expect(ServerException(code: 241, body: "") == ServerException(code: 241, name: "", text: ""))
    }

    @Test("an error's body may have rows before the exception")
    func exceptionAfterRows() {
        var tail = ResultTail()
        tail.append(ByteBuffer(string: "0\t1\n0\t2\nCode: 395. DB::Exception: boom. (SOME_NAME) (version 1)\n"))
        #expect(tail.exception(code: 395) == ServerException(code: 395, name: "SOME_NAME", text: "boom."))
        var marked = ResultTail()
        marked.append(
            ByteBuffer(string: "0\t1\r\n__exception__\r\nCode: 395. DB::Exception: boom. (SOME_NAME) (version 1)\n")
        )
        #expect(marked.exception(code: nil)?.code == 395)
    }

    @Test("a tail keeps the end of what is longer than it")
    func longTail() {
        var tail = ResultTail()
        for _ in 0..<100 { tail.append(ByteBuffer(repeating: UInt8(ascii: "x"), count: 10_000)) }
        tail.append(ByteBuffer(string: "__exception__\nCode: 1. DB::Exception: late. (N) (version 1)"))
        #expect(tail.markedException?.text == "late.")
        #expect(tail.text.utf8.count == ResultTail.bytesMax)
    }

    @Test("numbers are found in a summary")
    func summary() {
        let summary = #"{"read_rows":"3","written_rows":"12","written_bytes":"345","elapsed_ns":"1"}"#
        #expect(InsertSummary.number("written_rows", in: summary) == 12)
        #expect(InsertSummary.number("written_bytes", in: summary) == 345)
        #expect(InsertSummary.number("nothing", in: summary) == nil)
        #expect(InsertSummary.number("written_rows", in: #"{"written_rows": 8}"#) == 8)
        #expect(InsertSummary.number("written_rows", in: #"{"written_rows":"99999999999999999999"}"#) == nil)
    }

    @Test("parameters of container types keep their own notation")
    func parameters() {
        let sql = "SELECT {s:String}, { a : Array(String) }, {m:Map(String, String)}, {st:String}"
        #expect(QueryParameter.encode("a\\b\t", for: "s", in: sql) == "a\\\\b\\t")
        #expect(QueryParameter.encode("['a\\\\b']", for: "a", in: sql) == "['a\\\\b']")
        #expect(QueryParameter.encode("{'a':'b\\n'}", for: "m", in: sql) == "{'a':'b\\n'}")
        #expect(QueryParameter.encode(nil, for: "s", in: sql) == "\\N")
        #expect(QueryParameter.encode("\\N", for: "st", in: sql) == "\\\\N")
    }

    @Test("delays double up to their maximum, between half and all of it")
    func delays() {
        let policy = RetryPolicy(attemptsMax: 10, initialDelay: .milliseconds(100), delayMax: .seconds(1))
        #expect(policy.delay(afterAttempt: 1, random: 1) == .milliseconds(100))
        #expect(policy.delay(afterAttempt: 1, random: 0) == .milliseconds(50))
        #expect(policy.delay(afterAttempt: 3, random: 1) == .milliseconds(400))
        #expect(policy.delay(afterAttempt: 5, random: 1) == .seconds(1))
        #expect(policy.delay(afterAttempt: 1_000_000, random: 1) == .seconds(1))
        #expect(RetryPolicy(attemptsMax: -1).attemptsMax == 1)
    }

    @Test("what the server says decides what may be tried again and what is in doubt")
    func classification() {
        func error(_ code: Int) -> ClickHouseError {
            ClickHouseError(.init(code: code, name: "", text: ""), queryID: nil, mayHaveChangedData: true)
        }
        let transient = [159, 202, 209, 210, 225, 236, 241, 242, 243, 252, 319, 745, 999]
        for code in transient { #expect(error(code).isTransient, "\(code)") }
        for code in [6, 27, 33, 47, 53, 60, 62, 81, 117, 164, 192, 193, 194, 497, 516, 9999] {
            #expect(!error(code).isTransient, "\(code)")
        }
        for code in [47, 60, 62, 81, 164, 192, 193, 194, 202, 497, 516] {
            #expect(!error(code).isAnswerUncertain, "\(code)")
        }
        for code in [53, 159, 241, 252, 319, 9999] { #expect(error(code).isAnswerUncertain, "\(code)") }
        #expect([192, 193, 194, 516].allSatisfy { error($0).code == .authentication })
        #expect(error(164).code == .readOnly)
        #expect(error(497).code == .accessDenied)
        #expect(error(252).code == .tooManyParts)
        #expect(error(241).code == .memoryLimit)
        #expect(error(243).code == .noSpace)
        #expect(error(9999).code == .server)
    }

    @Test("an error for people is one line")
    func description() {
        let exception = ServerException(code: 194, name: "REQUIRED_PASSWORD", text: "wrong.\n\nIf you use …")
        let error = ClickHouseError(exception, queryID: "q", mayHaveChangedData: false)
        #expect("\(error)" == "ClickHouse: wrong. (194 REQUIRED_PASSWORD)")
        #expect("\(ClickHouseError(code: .timeout, message: "no answer"))" == "ClickHouse: no answer (timeout)")
    }
}
