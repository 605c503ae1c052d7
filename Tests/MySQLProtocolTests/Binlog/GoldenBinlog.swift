import Foundation
import MySQLProtocol

/// What a real server wrote and what it printed; see Fixtures/binlog/golden.sql.
struct GoldenBinlog {
    /// Whole events, without the file's magic number.
    let events: [[UInt8]]
    /// The server's own output, by table: rows of tab-separated, escaped cells.
    let expected: [String: [[String]]]

    static let shared = Result { try GoldenBinlog() }

    private init() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/binlog")
        let file = try [UInt8](Data(contentsOf: folder.appendingPathComponent("golden.binlog")))
        var events: [[UInt8]] = []
        var offset = 4
        while offset + 19 <= file.count {
            let length = (0..<4).reduce(0) { $0 | Int(file[offset + 9 + $1]) << (8 * $1) }
            guard length >= 19, offset + length <= file.count else { break }
            events.append(Array(file[offset..<(offset + length)]))
            offset += length
        }
        self.events = events
        let text = try String(contentsOf: folder.appendingPathComponent("golden.expected"), encoding: .utf8)
        var expected: [String: [[String]]] = [:]
        var table = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") {
                table = String(line.dropFirst(2))
                expected[table] = []
            } else {
                expected[table, default: []].append(
                    line.split(separator: "\t", omittingEmptySubsequences: false).map(GoldenBinlog.unescaped)
                )
            }
        }
        self.expected = expected
    }

    /// Undoes what `mysql --batch` does to blanks.
    private static func unescaped(_ cell: Substring) -> String {
        var result = ""
        var isEscape = false
        for character in cell {
            if isEscape {
                switch character {
                case "n": result.append("\n")
                case "t": result.append("\t")
                case "0": result.append("\0")
                default: result.append(character)
                }
                isEscape = false
            } else if character == "\\" {
                isEscape = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}
