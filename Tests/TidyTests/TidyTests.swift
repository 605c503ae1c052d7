import Foundation
import Testing

@Suite("The repository is tidy")
struct TidyTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let files: [SourceFile] = {
        let folders = ["Sources", "Tests", "docs", "Benchmarks", "scripts", ".github"]
        let own = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
        let within = folders.flatMap { folder -> [String] in
            FileManager.default.enumerator(atPath: root.path + "/" + folder)?
                .compactMap { $0 as? String }.map { "\(folder)/\($0)" } ?? []
        }
        return (own + within).sorted().compactMap { path in
            guard path.hasSuffix(".swift") || path.hasSuffix(".md"),
                let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
            else { return nil }
            return SourceFile(path: path, text: text)
        }
    }()

    /// The rules themselves name what they forbid.
    private static let checked = files.filter { !$0.path.hasPrefix("Tests/TidyTests/") }

    private func expectNone(_ findings: [Finding], location: Testing.SourceLocation = #_sourceLocation) {
        let list = findings.prefix(40).map(\.description).joined(separator: "\n")
        #expect(findings.isEmpty, "\(findings.count):\n\(list)", sourceLocation: location)
    }

    @Test("there is a repository to look at")
    func isThere() {
        #expect(Self.files.count { $0.isSource } > 500 && Self.files.count { $0.isMarkdown } > 20)
    }

    @Test("prose uses the words of the trade")
    func language() { expectNone(Self.checked.flatMap(TidyRules.language)) }

    @Test("files and lines are of a size to be read")
    func size() { expectNone(Self.checked.flatMap(TidyRules.size)) }

    @Test("types that cross a target say what they are")
    func documentation() { expectNone(Self.checked.flatMap(TidyRules.documentation)) }

    @Test("files are named after what they hold")
    func names() { expectNone(Self.checked.flatMap(TidyRules.names)) }

    @Test("what crosses a target is package, and public only on the row paths")
    func access() { expectNone(Self.checked.flatMap(TidyRules.access)) }

    @Test("nothing is there that nothing uses")
    func dead() { expectNone(TidyRules.dead(Self.files)) }

    @Test("errors that have a remedy show it")
    func errors() { expectNone(TidyRules.errors(Self.files)) }

    @Test("links of documents lead somewhere, and something leads to each document")
    func documents() {
        expectNone(
            TidyRules.links(Self.files) { FileManager.default.fileExists(atPath: Self.root.path + "/" + $0) }
                + TidyRules.orphans(Self.files)
        )
    }
}

@Suite("Each rule finds what breaks it")
struct TidyRulesTests {
    private func swift(_ text: String, in target: String = "Pipeline") -> SourceFile {
        SourceFile(path: "Sources/\(target)/File.swift", text: text)
    }

    @Test(
        "a phrase of the table, in a comment and in a document",
        arguments: [
            "it begins anew", "tried once more", "the copy goes on", "the reader is told", "repair mends it",
            "a bug of ours", "lines were left out because", "waits for nothing", "MySQL has the last word",
            "what is read behind the copy",
        ]
    )
    func language(phrase: String) {
        #expect(TidyRules.language(swift("let a = 1  // \(phrase)")).count == 1)
        #expect(TidyRules.language(SourceFile(path: "docs/a.md", text: "One.\n\(phrase).\n")).map(\.line) == [2])
        #expect(TidyRules.language(swift("let a = \"// \(phrase)\"")).isEmpty, "a literal is no comment")
        #expect(TidyRules.language(swift("/// `\(phrase)`")).isEmpty, "quoted code is none")
        #expect(TidyRules.language(SourceFile(path: "a.md", text: "```\n\(phrase)\n```\n")).isEmpty)
    }

    @Test("idioms stay", arguments: ["a replica that lags behind", "InfluxDB behind a proxy", "what is going on"])
    func idioms(phrase: String) { #expect(TidyRules.language(swift("// \(phrase)")).isEmpty) }

    @Test("a long file, a long line")
    func size() {
        #expect(TidyRules.size(swift(String(repeating: "\n", count: TidyRules.fileMax + 1))).count == 1)
        #expect(TidyRules.size(swift(String(repeating: "\n", count: TidyRules.fileMax))).isEmpty)
        let long = "let a = " + String(repeating: "a", count: TidyRules.lineMax)
        #expect(TidyRules.size(swift("\n" + long)).map(\.line) == [2])
        #expect(TidyRules.size(swift("\"\"\"\n\(long)\n\"\"\"")).isEmpty)
    }

    @Test("a type without a comment")
    func documentation() {
        #expect(TidyRules.documentation(swift("package struct A {\n    public enum B {}\n}")).map(\.line) == [1, 2])
        #expect(TidyRules.documentation(swift("/// One.\n@frozen\npublic struct A {}\nstruct B {}")).isEmpty)
    }

    @Test("a file that is named after nothing in it")
    func names() {
        #expect(TidyRules.names(swift("struct Other {}")).count == 1)
        #expect(TidyRules.names(SourceFile(path: "Sources/A/Broken+Kind.swift", text: "extension A.Broken {}")).isEmpty)
        #expect(TidyRules.names(SourceFile(path: "Sources/A/Plain+Kind.swift", text: "extension B: Plain {}")).isEmpty)
    }

    @Test("public where package would do, and the reverse")
    func access() {
        #expect(TidyRules.access(swift("    @inlinable public static func a() {}")).count == 1)
        #expect(TidyRules.access(swift("package let a = 1", in: "MySQLProtocol")).count == 1)
        #expect(TidyRules.access(swift("package let a = 1  // public")).isEmpty)
        #expect(TidyRules.access(swift("public let a = 1", in: "ColumnarBytes")).isEmpty)
    }

    @Test("a function that nothing calls")
    func dead() {
        let files = [swift("    package func unused() {}\nfunc used() {}\n// unused"), swift("let a = used()")]
        #expect(TidyRules.dead(files).map(\.line) == [1])
    }

    @Test("a remedy that nobody would see")
    func errors() {
        let error = "struct Broken: Error {\n    var remedy: String\n}\n"
        #expect(TidyRules.errors([swift(error)]).count == 1)
        #expect(TidyRules.errors([swift(error + "extension Broken: ExplainedError {}\n")]).isEmpty)
        #expect(TidyRules.errors([swift("struct Plain: Error {\n    var cause: String\n}\n")]).isEmpty)
    }

    @Test("a link to no file, a link to no heading, a document that nothing names")
    func documents() {
        let files = [
            SourceFile(path: "docs/a.md", text: "# A heading, in `code`\n[b](b.md) [c](../c.md#there) [d](b.md#not)"),
            SourceFile(path: "docs/b.md", text: "[a](a.md#a-heading-in-code) [w](https://example.org/x)"),
            SourceFile(path: "c.md", text: "## There"),
        ]
        let known = Set(files.map(\.path))
        #expect(TidyRules.links(files) { known.contains($0) }.map(\.message) == ["docs/b.md has no heading #not"])
        #expect(TidyRules.links(files) { $0 == "docs/a.md" }.count == 3)
        #expect(TidyRules.orphans(files).isEmpty)
        #expect(TidyRules.orphans([files[0]]).map(\.path) == ["docs/a.md"])
    }
}
