import MySQLProtocol

/// MySQL's types in ClickHouse, exact by default (docs/type-mapping.md).
enum TypeMapping {
    /// ClickHouse's type, or nil if the column cannot be carried over exactly yet.
    static func warehouseType(of type: MySQLType, isNullable: Bool) -> String? {
        switch type {
        case .enumeration, .set:
            return isNullable ? "LowCardinality(Nullable(String))" : "LowCardinality(String)"
        default:
            guard let plain = plainType(of: type) else { return nil }
            return isNullable ? "Nullable(\(plain))" : plain
        }
    }

    /// The type that blocks carry: as stored, but for SET, whose texts the server puts into a dictionary itself.
    static func wireType(of type: MySQLType, isNullable: Bool) -> String? {
        if case .set = type { return isNullable ? "Nullable(String)" : "String" }
        return warehouseType(of: type, isNullable: isNullable)
    }

    private static func plainType(of type: MySQLType) -> String? {
        switch type {
        case .integer(let bytes, let isUnsigned): (isUnsigned ? "UInt" : "Int") + "\(bytes == 3 ? 32 : bytes * 8)"
        case .decimal(let precision, let scale): "Decimal(\(precision), \(scale))"
        case .float: "Float32"
        case .double: "Float64"
        case .bit: "UInt64"
        case .date: "Date32"
        case .dateTime(let fraction), .timestamp(let fraction): "DateTime64(\(fraction), 'UTC')"
        case .time: "String"
        case .year: "UInt16"
        case .text(.utf8): "String"
        case .text(.other): nil
        case .binary, .bytes, .json, .geometry: "String"
        case .enumeration, .set: "LowCardinality(String)"
        case .vector: nil
        }
    }

    /// What to tell the user of a column that ``warehouseType(of:isNullable:)`` refuses.
    static func refusal(of type: MySQLType?, columnType: String) -> String {
        switch type {
        case .text(.other(let charset)): "its character set `\(charset)` is not supported yet"
        default: "its type `\(columnType)` is not supported yet"
        }
    }
}
