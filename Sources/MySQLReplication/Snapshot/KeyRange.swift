import Foundation
import MySQLProtocol
import MySQLSchema

/// A range of a table's key, `lower < key <= upper`, with its ends as SQL literals; nil is the end of the table.
struct KeyRange: Codable, Equatable, Sendable {
    var lower: [String]?
    var upper: [String]?

    init(lower: [String]?, upper: [String]?) {
        self.lower = lower
        self.upper = upper
    }

    init(json: String) throws { self = try JSONDecoder().decode(KeyRange.self, from: Data(json.utf8)) }

    var json: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    /// The range as a condition on `columns` (quoted names). Written as a chain of comparisons, since MySQL does not
    /// use an index range for `(a, b) > (x, y)`.
    func condition(columns: [String]) -> String {
        var conditions: [String] = []
        if let lower { conditions.append(Self.compare(columns, ">", lower, orEqual: false)) }
        if let upper { conditions.append(Self.compare(columns, "<", upper, orEqual: true)) }
        return conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
    }

    private static func compare(_ columns: [String], _ sign: String, _ values: [String], orEqual: Bool) -> String {
        guard columns.count > 1 else { return "\(columns[0]) \(sign)\(orEqual ? "=" : "") \(values[0])" }
        var alternatives: [String] = []
        for index in columns.indices {
            var terms = (0..<index).map { "\(columns[$0]) = \(values[$0])" }
            let isLast = index == columns.count - 1
            terms.append("\(columns[index]) \(sign)\(isLast && orEqual ? "=" : "") \(values[index])")
            alternatives.append("(" + terms.joined(separator: " AND ") + ")")
        }
        // The first comparison is redundant and lets the optimizer see a range on the key's first column.
        return "\(columns[0]) \(sign)= \(values[0]) AND (\(alternatives.joined(separator: " OR ")))"
    }
}
