import Testing

@testable import ClickHouseClient

@Suite("Values in the errors of inserts")
struct HiddenValueTests {
    @Test(
        "are left out, the rest stays",
        arguments: [
            ("Memory limit (total) exceeded", "Memory limit (total) exceeded"),
            (
                "Cannot parse string 'a secret' as Int32: while converting \"v\"",
                "Cannot parse string '…' as Int32: while converting \"…\""
            ),
            (#"Unknown element 'it\'s\\' for enum"#, "Unknown element '…' for enum"),
            ("cut off in 'the mid", "cut off in '…"),
            (
                "Constraint `c` is violated at row 1. Expression: (v > 0). Column values: id = 5, v = -1",
                "Constraint `c` is violated at row 1. Expression: (v > 0). Column values: …"
            ),
        ]
    )
    func hidden(text: String, expected: String) {
        #expect(ClickHouseError.hidingValues(in: text) == expected)
        let server = ServerException(code: 469, name: "VIOLATED_CONSTRAINT", text: text)
        let error = ClickHouseError(code: .server, message: text, server: server).hidingValues()
        #expect(error.message == expected && error.server?.text == expected)
    }
}
