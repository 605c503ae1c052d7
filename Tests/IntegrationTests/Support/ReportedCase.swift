import Foundation

/// A fault that users of such tools have reported, as a file of `Reports`: what is there, what is done to it, and how
/// it must end.
struct ReportedCase: Sendable {
    /// How a table must end.
    enum End: Equatable, Sendable {
        /// It is streamed, has this many rows, and both sides have the same.
        case same(rows: Int)
        /// It is quarantined, and the cause or the remedy names this.
        case stopped(naming: String)
        /// The same once it was copied again.
        case sameAfterResync(rows: Int)
        /// Nothing is shown of it.
        case gone
    }

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    let name: String
    /// The database that it runs in.
    let database: String
    let before: [String]
    let after: [String]
    /// Names of tables, with their databases.
    let ends: [(table: String, end: End)]

    /// All files of the folder, in databases whose names begin with `prefix`.
    ///
    /// - Parameter host: `primary` or `replica`: where the stream comes from. A line of the section `[end]` may begin
    ///   with
    ///   one of them if the other ends differently.
    static func all(prefix: String, host: String) throws -> [ReportedCase] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Reports")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "sql" }
            .sorted { $0.path < $1.path }
        guard !files.isEmpty else { throw Malformed(description: "no file in \(folder.path)") }
        return try files.map { try ReportedCase(file: $0, prefix: prefix, host: host) }
    }

    private init(file: URL, prefix: String, host: String) throws {
        name = file.deletingPathExtension().lastPathComponent
        let database = prefix + "_" + name.replacing("-", with: "_")
        self.database = database
        let text = try String(contentsOf: file, encoding: .utf8).replacing("{database}", with: database)
        let sections = text.split(separator: "-- [")
        func section(_ title: String) throws -> [Substring] {
            guard let found = sections.first(where: { $0.hasPrefix(title + "]\n") }) else {
                throw Malformed(description: "\(file.path) has no section [\(title)]")
            }
            return Array(found.split(separator: "\n").dropFirst())
        }
        before = Self.statements(try section("before"))
        after = Self.statements(try section("after"))
        ends = try section("end").filter { !$0.hasSuffix(".") }.compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimming { $0 == "-" || $0 == " " } }
            guard parts.count == 2, let end = End(parts[1]), let table = parts[0].split(separator: " ").last else {
                throw Malformed(description: "\(file.path): what does `\(line)` mean?")
            }
            if let only = parts[0].split(separator: " ").dropLast().first, only != host { return nil }
            return (table.contains(".") ? String(table) : "\(database).\(table)", end)
        }
    }

    private static func statements(_ lines: [Substring]) -> [String] {
        lines.filter { !$0.hasPrefix("--") }.joined(separator: "\n").split(separator: ";\n")
            .map { $0.trimming { $0.isWhitespace || $0 == ";" } }
            .filter { !$0.isEmpty }
    }
}

extension ReportedCase.End {
    fileprivate init?(_ text: String) {
        let words = text.split(separator: " ")
        if text == "gone" {
            self = .gone
        } else if text.hasPrefix("stopped, ") {
            self = .stopped(naming: String(text.dropFirst("stopped, ".count)))
        } else if let rows = words.first.flatMap({ Int($0) }), words.count > 1, words[1].hasPrefix("row") {
            switch words.dropFirst(2).joined(separator: " ") {
            case "": self = .same(rows: rows)
            case "after resync": self = .sameAfterResync(rows: rows)
            default: return nil
            }
        } else {
            return nil
        }
    }
}

extension StringProtocol {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> String {
        let start = drop(while: isTrimmed)
        return String(start.reversed().drop(while: isTrimmed).reversed())
    }
}
