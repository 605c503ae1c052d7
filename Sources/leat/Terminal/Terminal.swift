import Foundation

/// Standard output and error as the user has them: a terminal gets colour and lines that change, anything else plain
/// lines.
enum Terminal {
    static let isInteractive = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    static let hasColour = isInteractive && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    static func write(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    static func bold(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    static func green(_ text: String) -> String { hasColour ? "\u{1B}[32m\(text)\u{1B}[0m" : text }
    static func red(_ text: String) -> String { hasColour ? "\u{1B}[31m\(text)\u{1B}[0m" : text }
    static func dim(_ text: String) -> String { hasColour ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    /// A number with thousands apart: 1 234 567.
    static func grouped(_ number: some BinaryInteger) -> String {
        var digits = Array(String(number))
        var index = digits.count - 3
        while index > (digits.first == "-" ? 1 : 0) {
            digits.insert(" ", at: index)
            index -= 3
        }
        return String(digits)
    }

    /// `1 row`, `2 000 rows`.
    static func counted(_ number: some BinaryInteger, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    static func bytes(_ bytes: UInt64) -> String {
        if bytes < 1 << 20 { return "\(max(1, bytes >> 10)) KiB" }
        if bytes < 1 << 30 { return String(format: "%.1f MiB", Double(bytes) / Double(1 << 20)) }
        return String(format: "%.1f GiB", Double(bytes) / Double(1 << 30))
    }

    static func seconds(_ seconds: Double) -> String {
        if seconds < 90 { return String(format: "%.1f s", seconds) }
        if seconds < 5400 { return String(format: "%.1f min", seconds / 60) }
        return String(format: "%.1f h", seconds / 3600)
    }

    /// Rows of cells under a heading, columns aligned: numbers to the right.
    static func table(_ heading: [String], _ rows: [[String]]) -> String {
        var widths = heading.map(\.count)
        for row in rows { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) } }
        func line(_ cells: [String]) -> String {
            cells.enumerated().map { index, cell in
                let space = String(repeating: " ", count: widths[index] - cell.count)
                let isNumber = !cell.isEmpty && cell.allSatisfy { $0.isNumber || $0 == " " || $0 == "." || $0 == "-" }
                return isNumber ? space + cell : cell + space
            }.joined(separator: "  ").replacing(#/\ +$/#, with: "")
        }
        return ([bold(line(heading))] + rows.map(line)).joined(separator: "\n")
    }
}
