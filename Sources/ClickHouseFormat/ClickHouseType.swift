/// A ClickHouse data type, as its name in `CREATE TABLE`, `system.columns` and Native blocks says it.
///
/// Names: https://clickhouse.com/docs/sql-reference/data-types. Types that Leat only passes through are `.other` with
/// their text; a Native block with such a column cannot be decoded.
public indirect enum ClickHouseType: Hashable, Sendable {
    /// `Int8` … `Int256`, `UInt8` … `UInt256`; `bytes` is 1, 2, 4, 8, 16 or 32.
    case integer(bytes: Int, isSigned: Bool)
    /// `Float32` (4 bytes) and `Float64` (8 bytes).
    case float(bytes: Int)
    case bool
    /// `Decimal(precision, scale)`: precision 1 to 76, scale 0 to precision. `Decimal64(s)` and its kin become this.
    case decimal(precision: Int, scale: Int)
    case string
    /// `FixedString(length)`, in bytes.
    case fixedString(length: Int)
    case uuid
    case ipv4
    case ipv6
    /// Days since 1970-01-01 as UInt16.
    case date
    /// Days since 1970-01-01 as Int32, 1900-01-01 to 2299-12-31.
    case date32
    /// Seconds since the epoch as UInt32.
    case dateTime(timeZone: String?)
    /// Ticks of 10^-precision seconds since the epoch as Int64; precision 0 to 9.
    case dateTime64(precision: Int, timeZone: String?)
    /// Seconds as Int32 (since 25.6).
    case time
    /// Ticks of 10^-precision seconds as Int64 (since 25.6).
    case time64(precision: Int)
    /// `Enum8('name' = value, …)`.
    case enum8([EnumMember])
    /// `Enum16('name' = value, …)`.
    case enum16([EnumMember])
    case nullable(ClickHouseType)
    case lowCardinality(ClickHouseType)
    case array(ClickHouseType)
    case tuple([TupleElement])
    case map(key: ClickHouseType, value: ClickHouseType)
    /// `SimpleAggregateFunction(function, type)`, stored as `type`.
    case simpleAggregateFunction(function: String, ClickHouseType)
    /// `Nothing`: what `NULL` alone has inside `Nullable`.
    case nothing
    /// Any other type, by its text.
    case other(String)

    /// One name of an `Enum8` or `Enum16`.
    public struct EnumMember: Hashable, Sendable {
        public var name: String
        public var value: Int16

        public init(name: String, value: Int16) {
            self.name = name
            self.value = value
        }
    }

    /// One element of a `Tuple`, with or without a name.
    public struct TupleElement: Hashable, Sendable {
        public var name: String?
        public var type: ClickHouseType

        public init(name: String? = nil, type: ClickHouseType) {
            self.name = name
            self.type = type
        }
    }
}

extension ClickHouseType {
    /// Bytes of one value in a Native block; `nil` where values vary in length or are nested.
    public var fixedWidth: Int? {
        switch self {
        case .integer(let bytes, _), .float(let bytes): bytes
        case .bool, .enum8, .nothing: 1
        case .decimal(let precision, _): precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32
        case .fixedString(let length): length
        case .uuid, .ipv6: 16
        case .ipv4, .date32, .dateTime, .time: 4
        case .date, .enum16: 2
        case .dateTime64, .time64: 8
        case .simpleAggregateFunction(_, let type): type.fixedWidth
        case .string, .nullable, .lowCardinality, .array, .tuple, .map, .other: nil
        }
    }

    /// Whether a column of this type can hold NULL: `Nullable(…)` or `LowCardinality(Nullable(…))`.
    public var isNullable: Bool {
        switch self {
        case .nullable: true
        case .lowCardinality(let type): type.isNullable
        case .simpleAggregateFunction(_, let type): type.isNullable
        default: false
        }
    }

    /// The type without `Nullable`, `LowCardinality` and `SimpleAggregateFunction` around it.
    public var unwrapped: ClickHouseType {
        switch self {
        case .nullable(let type), .lowCardinality(let type), .simpleAggregateFunction(_, let type): type.unwrapped
        default: self
        }
    }
}

extension ClickHouseType: CustomStringConvertible {
    /// The type's name, spelled as ClickHouse spells it.
    public var description: String {
        switch self {
        case .integer(let bytes, let isSigned): "\(isSigned ? "Int" : "UInt")\(bytes * 8)"
        case .float(let bytes): "Float\(bytes * 8)"
        case .bool: "Bool"
        case .decimal(let precision, let scale): "Decimal(\(precision), \(scale))"
        case .string: "String"
        case .fixedString(let length): "FixedString(\(length))"
        case .uuid: "UUID"
        case .ipv4: "IPv4"
        case .ipv6: "IPv6"
        case .date: "Date"
        case .date32: "Date32"
        case .dateTime(let zone): zone.map { "DateTime(\(quoted($0)))" } ?? "DateTime"
        case .dateTime64(let precision, let zone):
            zone.map { "DateTime64(\(precision), \(quoted($0)))" } ?? "DateTime64(\(precision))"
        case .time: "Time"
        case .time64(let precision): "Time64(\(precision))"
        case .enum8(let members): "Enum8(\(list(members)))"
        case .enum16(let members): "Enum16(\(list(members)))"
        case .nullable(let type): "Nullable(\(type))"
        case .lowCardinality(let type): "LowCardinality(\(type))"
        case .array(let type): "Array(\(type))"
        case .tuple(let elements):
            "Tuple(\(elements.map(describe).joined(separator: ", ")))"
        case .map(let key, let value): "Map(\(key), \(value))"
        case .simpleAggregateFunction(let function, let type): "SimpleAggregateFunction(\(function), \(type))"
        case .nothing: "Nothing"
        case .other(let text): text
        }
    }

    private func list(_ members: [EnumMember]) -> String {
        members.map { "\(quoted($0.name)) = \($0.value)" }.joined(separator: ", ")
    }

    private func describe(_ element: TupleElement) -> String {
        guard let name = element.name else { return element.type.description }
        return "\(identifier(name)) \(element.type)"
    }

    private func identifier(_ name: String) -> String {
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isPlain ? name : ClickHouseText.quote(name, with: UInt8(ascii: "`"))
    }

    private func quoted(_ text: String) -> String { ClickHouseText.quote(text, with: UInt8(ascii: "'")) }
}
