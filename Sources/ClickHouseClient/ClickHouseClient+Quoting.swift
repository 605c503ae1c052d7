import ClickHouseFormat

extension ClickHouseClient {
    /// An identifier in backticks, safe to put into SQL whatever it holds.
    package static func quote(identifier: String) -> String {
        ClickHouseText.quote(identifier, with: UInt8(ascii: "`"))
    }

    /// A string literal in single quotes, safe to put into SQL whatever it holds.
    package static func quote(literal: String) -> String {
        ClickHouseText.quote(literal, with: UInt8(ascii: "'"))
    }

    /// `` `database`.`table` ``.
    package static func quote(database: String, table: String) -> String {
        "\(quote(identifier: database)).\(quote(identifier: table))"
    }
}
