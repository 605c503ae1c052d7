import Testing

@testable import LeatState

@Suite("Arrays as ClickHouse prints them")
struct ArrayLiteralTests {
    @Test(
        "are read back as they were",
        arguments: [
            ("[]", []), ("[1,2,-3]", ["1", "2", "-3"]), ("['a','b']", ["a", "b"]),
            (
                #"['it\'s','tab\t','line\n','back\\slash','nul\0']"#,
                ["it's", "tab\t", "line\n", #"back\slash"#, "nul\0"]
            ),
            ("['']", [""]), ("['a,b','[c]']", ["a,b", "[c]"]), ("['\u{301}e']", ["\u{301}e"]),
        ] as [(String, [String])]
    )
    func reads(text: String, elements: [String]) {
        #expect(ArrayLiteral.elements(text) == elements)
    }

    @Test("and nothing else is", arguments: ["", "[", "[1", "['a", "['a'", "['a' 'b']", "[1]x", "[[1]]", "[,]", "1,2"])
    func refuses(text: String) {
        #expect(ArrayLiteral.elements(text) == nil)
    }
}
