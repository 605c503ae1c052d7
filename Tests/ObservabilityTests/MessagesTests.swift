import Foundation
import Testing

/// docs/operations-log.md is held against the code.
@Suite("docs/operations-log.md")
struct MessagesTests {
    private struct Message: Hashable {
        var text: String
        var level: String
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The table's rows: message and level.
    private func documented() throws -> [Message] {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/operations-log.md"), encoding: .utf8)
        return text.matches(of: /(?m)^\| `([^`]+)` \| ([^|]+) \|/).map {
            Message(text: String($0.output.1), level: String($0.output.2))
        }
    }

    /// Every message with a constant text in the sources, with its levels.
    private func logged() throws -> [Message] {
        let sources = Self.root.appendingPathComponent("Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var found: [Message] = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /logger\s*\.(info|notice|warning|error|critical)\(\s*(?:isNow \? )?"([^"]+)"/)
            {
                found.append(Message(text: String(match.output.2), level: String(match.output.1)))
            }
            if file.lastPathComponent == "LogSink.swift" {
                for match in text.matches(of: /message: "([^"]+)"/) {
                    found.append(Message(text: String(match.output.1), level: "as the repeated one"))
                }
            }
        }
        return found
    }

    @Test("each message that it lists is logged, at that level")
    func exists() throws {
        let logged = Set(try logged())
        let documented = try documented()
        #expect(documented.count > 30)
        for message in documented { #expect(logged.contains(message), "nothing logs \(message)") }
        #expect(Set(documented.map(\.text)).count == documented.count, "a message is listed twice")
    }

    @Test("it lists every warning and every error")
    func complete() throws {
        let documented = Set(try documented())
        for message in Set(try logged()) where ["warning", "error", "critical"].contains(message.level) {
            #expect(documented.contains(message), "docs/operations-log.md lacks \(message)")
        }
    }
}
