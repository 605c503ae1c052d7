import Foundation

extension VerificationReport {
    /// The report for people: a line a table, then the differences, then what it comes to.
    ///
    /// - Parameter isTerminal: with colours.
    package func renderTable(isTerminal: Bool) -> String {
        let header = ["TABLE", "SOURCE", "WAREHOUSE", "RESULT", "TIME"]
        let cells = tables.map { table in
            [
                table.name, Self.count(table.sourceRows), Self.count(table.warehouseRows), Self.result(of: table),
                "\(String(format: "%.1f", table.seconds)) s",
            ]
        }
        let widths = header.indices.map { column in ([header] + cells).map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = cells.indices.map { column in
                let space = String(repeating: " ", count: max(0, widths[column] - cells[column].count))
                // Numbers to the right.
                return [1, 2, 4].contains(column) ? space + cells[column] : cells[column] + space
            }
            return padded.joined(separator: "  ").replacing(/\ +$/, with: "")
        }
        var lines = [line(header)]
        for (table, cells) in zip(tables, cells) {
            lines.append(Self.paint(line(cells), table.isEqual ? .none : .red, isTerminal))
        }
        for table in tables where !table.isEqual {
            lines.append("")
            lines += Self.explain(table)
        }
        for table in tables where table.keptRows > 0 {
            lines.append("")
            lines.append("\(table.name): \(Self.count(table.keptRows)) points kept after deletion at the source")
        }
        lines.append("")
        lines.append(Self.paint(summary, isEqual ? .green : .red, isTerminal))
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        let equal = tables.count(where: \.isEqual)
        let notCompared = tables.count { !$0.isCompared }
        let different = tables.count - equal - notCompared
        var parts: [String] = []
        if different > 0 { parts.append("DIFFERENT: \(different)") }
        if notCompared > 0 { parts.append("\(different > 0 ? "not compared" : "NOT COMPARED"): \(notCompared)") }
        if parts.isEmpty { parts.append("\(isEqual ? "equal" : "NOTHING COMPARED"): \(equal)") }
        return
            "\(parts.joined(separator: ", ")) of \(tables.count) table\(tables.count == 1 ? "" : "s"), at \(position)"
    }

    private enum Colour: String {
        case none = ""
        case red = "\u{1B}[31m"
        case green = "\u{1B}[32m"
    }

    private static func paint(_ text: String, _ colour: Colour, _ isTerminal: Bool) -> String {
        isTerminal && colour != .none ? "\(colour.rawValue)\(text)\u{1B}[0m" : text
    }

    private static func result(of table: TableResult) -> String {
        if !table.isCompared { return "not compared" }
        return table.isEqual ? "equal" : "DIFFERENT"
    }

    private static func explain(_ table: TableResult) -> [String] {
        let failure = table.failure.map { ["\(table.name): \($0)"] } ?? []
        if !table.isCompared { return failure }
        var lines = ["\(table.name):"] + table.differences.map { "  \(describe($0))" }
        if table.hasMoreDifferences {
            lines.append(
                table.differences.isEmpty
                    ? "  too many to list, or without a key that tells rows apart\n  fix: leat tables resync \(table.name)"
                    : "  … and more"
            )
        }
        if let remedy = table.differences.lazy.compactMap({ remedy($0, table.name) }).first {
            lines.append("  fix: \(remedy)")
        }
        return lines + failure
    }

    /// What to do about a difference that `leat repair` does nothing about.
    private static func remedy(_ difference: Difference, _ table: String) -> String? {
        switch difference.kind {
        case .missingTable: "leat tables resync \(table)"
        case .extraTable: "leat tables forget \(table)"
        default: nil
        }
    }

    private static func describe(_ difference: Difference) -> String {
        let row = "key \(difference.key ?? "?")"
        let column = "column `\(difference.column ?? "?")`"
        switch difference.kind {
        case .missing: return "\(row): missing in the warehouse"
        case .extra: return "\(row): in the warehouse only"
        case .value: return "\(row): another value in \(column)"
        case .stale: return "\(row): an older value in \(column)"
        case .orphan:
            let what = difference.column == nil ? "the row" : column
            return "\(row): \(what) was changed by a foreign key at the source, which is not logged"
        case .foreign:
            let what = difference.column.map { ", another value in column `\($0)`" } ?? ""
            return "\(row): not written by Leat\(what)"
        case .duplicate: return "\(row): more than once in the warehouse"
        case .missingColumn: return "\(column): missing in the warehouse"
        case .missingTable: return "the warehouse does not follow this table, though the configuration names it"
        case .extraTable: return "the source has no such table any more; the warehouse still shows its rows"
        case .extraColumn: return "\(column): in the warehouse only"
        }
    }

    /// `1,234,567`
    private static func count(_ number: UInt64?) -> String {
        guard let number else { return "-" }
        let digits = Array(String(number))
        return digits.indices.reduce(into: "") { text, index in
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digits[index])
        }
    }
}
