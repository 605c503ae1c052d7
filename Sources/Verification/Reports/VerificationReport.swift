import Foundation

/// What a verification has shown; `leat verify --json` prints it.
package struct VerificationReport: Sendable, Hashable {
    /// The source's executed GTID set that the warehouse was known to contain when the last tables were compared.
    package var position: String
    /// In the order in which they were asked for.
    package var tables: [TableResult]

    package init(position: String, tables: [TableResult]) {
        self.position = position
        self.tables = tables
    }

    /// Whether every table is equal. Not so without tables: that would prove nothing.
    package var isEqual: Bool { !tables.isEmpty && tables.allSatisfy(\.isEqual) }

    /// 0 if all is equal, 1 if something differs, 3 if nothing differs and something was not compared, or nothing was.
    package var exitCode: Int32 {
        if isEqual { return 0 }
        return tables.contains { $0.isCompared && !$0.isEqual } ? 1 : 3
    }
}

extension VerificationReport: Codable {
    private enum CodingKeys: String, CodingKey {
        case position, tables
        case isEqual = "equal"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        position = try container.decode(String.self, forKey: .position)
        tables = try container.decode([TableResult].self, forKey: .tables)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isEqual, forKey: .isEqual)
        try container.encode(position, forKey: .position)
        try container.encode(tables, forKey: .tables)
    }

    /// The report as `leat verify --json` prints it, keys in alphabetical order.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
