import Foundation

/// A place that breaks a rule.
struct Finding: Hashable, CustomStringConvertible {
    var path: String
    /// From 1; 0 where it is the file as a whole.
    var line = 0
    var message: String

    var description: String { "\(path)\(line > 0 ? ":\(line)" : ""): \(message)" }
}

/// A file of the repository, by its path from the root.
struct SourceFile: Sendable {
    var path: String
    var text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var isSource: Bool { isSwift && path.hasPrefix("Sources/") }
    var isMarkdown: Bool { path.hasSuffix(".md") }
}

/// What the formatter and the compiler do not check. Each rule says no more than it can decide without a mistake.
enum TidyRules {
    // MARK: Language

    /// A phrase that says in translated words what the trade has a word for (CONTRIBUTING.md, Language).
    struct Phrase: Sendable {
        /// A regular expression, in lower case.
        var pattern: String
        var instead: String
        /// Idioms in which it is right.
        var idioms: [String] = []
    }

    static let phrases: [Phrase] = [
        Phrase(pattern: #"\banew\b"#, instead: "again, from scratch"),
        Phrase(pattern: #"\bonce more\b"#, instead: "again"),
        Phrase(pattern: #"\b(go|goes|going|went) on\b"#, instead: "continue, resume", idioms: ["what is going on"]),
        Phrase(pattern: #"\b(is|are|be|was|were) told\b"#, instead: "is reported, learns"),
        Phrase(pattern: #"\bmend(s|ed|ing)?\b"#, instead: "fix, repair"),
        Phrase(pattern: #"\ba bug of ours\b"#, instead: "internal error"),
        Phrase(pattern: #"\bleft out because\b"#, instead: "suppressed"),
        Phrase(pattern: #"\bfor nothing\b"#, instead: "needlessly"),
        Phrase(pattern: #"\bhas the last word\b"#, instead: "is authoritative"),
        Phrase(
            pattern: #"\bbehind (an? |the |each |every |its |that )?"#
                + #"(copy|copies|batch(es)?|snapshot|range|statement|barrier|restart|transaction|commit|position|span|name)\b"#,
            instead: "after, past"
        ),
    ]

    /// Comments, and the text of documents; string literals of code are looked at where they are messages.
    static func language(_ file: SourceFile) -> [Finding] {
        var findings: [Finding] = []
        for (number, line) in prose(file) {
            var text = line.lowercased()
            for phrase in phrases {
                for idiom in phrase.idioms { text = text.replacing(idiom, with: "") }
                guard text.range(of: phrase.pattern, options: .regularExpression) != nil else { continue }
                let message = "`\(phrase.pattern)`: say \(phrase.instead)"
                findings.append(Finding(path: file.path, line: number, message: message))
            }
        }
        return findings
    }

    /// The lines that people read: all of a document but its code, and comments of code.
    private static func prose(_ file: SourceFile) -> [(Int, String)] {
        var isCode = false
        return file.lines.enumerated().compactMap { index, line in
            if file.isMarkdown {
                if line.trimmingCharacters(in: .whitespaces).hasPrefix("```") { isCode.toggle() }
                return isCode ? nil : (index + 1, withoutCode(line))
            }
            guard let comment = line.range(of: "//") else { return nil }
            // An address, or two slashes within a literal.
            let before = line[..<comment.lowerBound]
            guard before.isEmpty || before.hasSuffix(" "), before.count(where: { $0 == "\"" }).isMultiple(of: 2) else {
                return nil
            }
            return (index + 1, withoutCode(line[comment.upperBound...]))
        }
    }

    private static func withoutCode(_ line: Substring) -> String {
        line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }.joined(separator: "`")
    }

    // MARK: Size

    static let lineMax = 120
    static let fileMax = 500

    static func size(_ file: SourceFile) -> [Finding] {
        guard !file.isMarkdown else { return [] }
        var findings: [Finding] = []
        let lines = file.lines
        if lines.count > fileMax + 1 {
            findings.append(Finding(path: file.path, message: "\(lines.count) lines: more than \(fileMax)"))
        }
        var isLiteral = false
        for (index, line) in lines.enumerated() {
            let marks = line.components(separatedBy: "\"\"\"").count - 1
            defer { if !marks.isMultiple(of: 2) { isLiteral.toggle() } }
            // What stands in a literal, and an address, cannot always be broken.
            guard line.count > lineMax, !isLiteral, !line.contains("\""), !line.contains("://") else { continue }
            findings.append(Finding(path: file.path, line: index + 1, message: "longer than \(lineMax) characters"))
        }
        return findings
    }

    // MARK: Declarations

    private static let crossing =
        #"^ *(@\w+(\([^)]*\))? )*(public|package) (final |indirect )*(struct|class|actor|enum|protocol) "#

    /// A type that other targets use says what it is.
    static func documentation(_ file: SourceFile) -> [Finding] {
        guard file.isSource else { return [] }
        let lines = file.lines
        return lines.indices.compactMap { index in
            guard lines[index].range(of: crossing, options: .regularExpression) != nil else { return nil }
            var above = index - 1
            while above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
            guard above < 0 || !lines[above].drop(while: { $0 == " " }).hasPrefix("///") else { return nil }
            return Finding(path: file.path, line: index + 1, message: "a type that crosses a target, without a comment")
        }
    }

    /// A file is named after a type that it declares, extends or conforms to; after `+` comes what of it.
    static func names(_ file: SourceFile) -> [Finding] {
        guard file.isSource, let name = file.path.split(separator: "/").last?.prefix(while: { $0 != "+" && $0 != "." })
        else { return [] }
        let pattern = #"(?m)^.*\b(struct|class|enum|actor|protocol|typealias|extension) (\w+\.)*"# + name + #"\b"#
        let conforms = #"(?m)^extension [\w.]+: .*\b"# + name + #"\b"#
        let isNamed = [pattern, conforms].contains { file.text.range(of: $0, options: .regularExpression) != nil }
        return isNamed ? [] : [Finding(path: file.path, message: "declares and extends no `\(name)`")]
    }

    /// Targets whose declarations are public, so that the compiler specialises them in others (CONTRIBUTING.md, Code).
    static let publicTargets: Set = ["ColumnarBytes", "MySQLProtocol", "ClickHouseFormat", "InfluxProtocol"]

    static func access(_ file: SourceFile) -> [Finding] {
        guard file.isSource else { return [] }
        let isPublic = publicTargets.contains(file.path.split(separator: "/")[1].description)
        let wrong = isPublic ? "package" : "public"
        let pattern = #"^ *(@\w+(\([^)]*\))? )*(final |static |indirect )*"# + wrong + #"\b"#
        return file.lines.enumerated().compactMap { index, line in
            guard line.range(of: pattern, options: .regularExpression) != nil else { return nil }
            let right = isPublic ? "public" : "package"
            return Finding(path: file.path, line: index + 1, message: "`\(wrong)`: it is `\(right)` in this target")
        }
    }

    /// Names that a package calls, or with which tests read what the encoders wrote.
    private static let witnesses: Set = [
        "InboundIn", "InboundOut", "OutboundIn", "OutboundOut", "handlerAdded", "handlerRemoved", "channelInactive",
        "addEvent", "addLink", "forceFlush", "extract", "decodeBlocks", "unsignedInteger",
    ]

    /// Functions and types that no other place in the sources names.
    static func dead(_ files: [SourceFile]) -> [Finding] {
        let sources = files.filter(\.isSource)
        var counts: [Substring: Int] = [:]
        let codes = sources.map { file in
            file.lines.map { line in line.range(of: "//").map { line[..<$0.lowerBound] } ?? line }
        }
        for line in codes.joined() {
            for word in line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }) {
                counts[word, default: 0] += 1
            }
        }
        let declaration =
            #/^ *(?:@\w+(?:\([^)]*\))? +)*(?:(?:public|package|private|static|final|mutating|nonisolated|indirect) )*(?:func|struct|class|enum|actor|protocol|typealias) `?(\w+)/#
        var findings: [Finding] = []
        for (file, code) in zip(sources, codes) {
            for (index, line) in code.enumerated() {
                guard let name = line.firstMatch(of: declaration)?.1, counts[name] == 1,
                    !witnesses.contains(String(name)), name != "Leat"
                else { continue }
                findings.append(
                    Finding(path: file.path, line: index + 1, message: "nothing but tests uses `\(name)`, if anything")
                )
            }
        }
        return findings
    }

    /// An error that has a remedy shows it to the user.
    static func errors(_ files: [SourceFile]) -> [Finding] {
        let sources = files.filter(\.isSource)
        let explained = sources.map(\.text).joined(separator: "\n")
        let type =
            #/^(?:public |package )?(?:struct|enum) (\w+): (?:[\w, ]*\b)?Error\b[^\n]*\{((?:\n    [^\n]*|\n)*)/#
            .anchorsMatchLineEndings()
        return sources.flatMap { file in
            file.text.matches(of: type).compactMap { match in
                guard match.2.contains(" remedy"), !match.0.contains("ExplainedError"),
                    !explained.contains("extension \(match.1): ExplainedError")
                else { return nil }
                return Finding(path: file.path, message: "`\(match.1)` has a remedy, but is no ExplainedError")
            }
        }
    }

    // MARK: Documents

    /// Links within the repository that lead nowhere, to a file or to a heading.
    static func links(_ files: [SourceFile], exists: (String) -> Bool) -> [Finding] {
        let anchors = Dictionary(
            uniqueKeysWithValues: files.filter(\.isMarkdown).map { ($0.path, Set($0.lines.compactMap(anchor))) }
        )
        let link = #/\]\(([^)\s]+)\)/#
        return files.filter(\.isMarkdown).flatMap { file in
            var isCode = false
            return file.lines.enumerated().flatMap { index, line -> [Finding] in
                if line.hasPrefix("```") { isCode.toggle() }
                guard !isCode else { return [] }
                return line.matches(of: link).compactMap { match in
                    let target = String(match.1)
                    guard !target.contains("://"), !target.hasPrefix("mailto:") else { return nil }
                    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                    let path = parts[0].isEmpty ? file.path : resolve(String(parts[0]), from: file.path)
                    if !exists(path) {
                        return Finding(path: file.path, line: index + 1, message: "the link to \(target) leads nowhere")
                    }
                    if parts.count > 1, let known = anchors[path], !known.contains(String(parts[1])) {
                        return Finding(path: file.path, line: index + 1, message: "\(path) has no heading #\(parts[1])")
                    }
                    return nil
                }
            }
        }
    }

    /// Documents that no other document links or names.
    static func orphans(_ files: [SourceFile]) -> [Finding] {
        let documents = files.filter { $0.isMarkdown && $0.path.hasPrefix("docs/") }
        return documents.compactMap { document in
            let name = document.path.split(separator: "/").last.map(String.init) ?? document.path
            let isNamed = files.contains { $0.path != document.path && $0.text.contains(name) }
            return isNamed ? nil : Finding(path: document.path, message: "nothing leads to this document")
        }
    }

    /// As the hosts of repositories make anchors of headings.
    static func anchor(_ line: Substring) -> String? {
        guard line.hasPrefix("#") else { return nil }
        let heading = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
        return heading.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
            .replacing(" ", with: "-")
    }

    private static func resolve(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
