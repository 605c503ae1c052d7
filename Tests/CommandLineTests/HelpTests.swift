import Foundation
import Testing

@Suite("leat help")
struct HelpTests {
    private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/help.txt")

    /// The help of a command, then that of the commands below it.
    private static func help(_ command: [String]) throws -> String {
        let answer = try LeatCommand(["help"] + command)
        #expect(answer.exitCode == 0 && answer.errors.isEmpty, "leat help \(command): \(answer.errors)")
        var text = "===== leat \(command.joined(separator: " "))\n\(answer.output)\n"
        for below in subcommands(answer.output) { text += try help(command + [below]) }
        return text
    }

    private static func subcommands(_ help: String) -> [String] {
        help.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// LEAT_GOLDEN=write writes the file again. Read it aloud before you commit it.
    @Test("every command's help is as it was agreed")
    func all() throws {
        let text = try Self.help([]).replacing(/[ ]+\n/, with: "\n")
        if ProcessInfo.processInfo.environment["LEAT_GOLDEN"] == "write" {
            try text.write(to: Self.golden, atomically: true, encoding: .utf8)
        }
        let agreed = try String(contentsOf: Self.golden, encoding: .utf8)
        let changed = text.split(separator: "\n").difference(from: agreed.split(separator: "\n"))
        let list = changed.prefix(12).map { "\($0)" }.joined(separator: "\n")
        #expect(changed.isEmpty, "LEAT_GOLDEN=write writes \(Self.golden.path) again:\n\(list)")
        for command in ["up", "run", "status", "verify", "repair", "tables resync", "doctor", "backfill"] {
            #expect(text.contains("===== leat \(command)\n"))
        }
    }
}
