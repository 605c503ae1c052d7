import ClickHouseClient
import MySQLProtocol
import MySQLSchema

/// The value that rows from before an ADD COLUMN have in the new column.
enum ColumnDefaultMapping {
    enum Outcome: Equatable {
        /// ClickHouse's own default is right: NULL.
        case none
        /// A ClickHouse expression.
        case value(String)
        case refused(String)
    }

    static func warehouseDefault(of column: ColumnDefinition, type: MySQLType) -> Outcome {
        if column.isGenerated { return .refused("has values that are computed") }
        switch column.defaultValue {
        case .null: return .none
        case .none:
            // MySQL gives old rows the type's zero; NULL needs a nullable column.
            return column.isNullable ? .none : .refused("is NOT NULL without a constant default")
        case .expression: return .refused("has a default that is an expression")
        case .constant(let text): return constant(text, type: type)
        }
    }

    private static func constant(_ text: String, type: MySQLType) -> Outcome {
        switch type {
        case .integer, .decimal, .float, .double, .year:
            let allowed = "0123456789+-.eE"
            guard !text.isEmpty, text.allSatisfy({ allowed.contains($0) }) else {
                return .refused("has a default that is not a number")
            }
            if case .decimal(let precision, let scale) = type {
                return .value(
                    "toDecimal\(precision <= 9 ? 32 : precision <= 18 ? 64 : precision <= 38 ? 128 : 256)('\(text)', \(scale))"
                )
            }
            return .value(text)
        case .text, .enumeration, .set: return .value(ClickHouseClient.quote(literal: text))
        case .date: return .value("toDate32('\(text)')")
        case .dateTime(let fraction):
            return .value("toDateTime64(\(ClickHouseClient.quote(literal: text)), \(fraction), 'UTC')")
        case .bit, .timestamp, .time, .binary, .bytes, .json, .geometry, .vector:
            return .refused("has a default of a type for which old rows cannot be filled yet")
        }
    }
}
