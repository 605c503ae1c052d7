import ClickHouseFormat
import Testing

@Suite("ClickHouse type names")
struct ClickHouseTypeTests {
    @Test(
        "a name is parsed and printed as ClickHouse spells it",
        arguments: [
            "Int8", "Int16", "Int32", "Int64", "Int128", "Int256",
            "UInt8", "UInt16", "UInt32", "UInt64", "UInt128", "UInt256",
            "Float32", "Float64", "Bool", "String", "UUID", "IPv4", "IPv6", "Date", "Date32", "DateTime", "Nothing",
            "Time",
            "DateTime('UTC')", "DateTime64(6)", "DateTime64(9, 'Europe/Berlin')", "Time64(6)",
            "Decimal(12, 2)", "Decimal(76, 76)", "FixedString(16)",
            "Nullable(Decimal(38, 10))", "LowCardinality(String)", "LowCardinality(Nullable(String))",
            "Array(Array(Nullable(Int64)))", "Map(String, Array(UInt8))", "Tuple(UInt8, String)",
            "Tuple(a UInt8, `odd name` Nullable(String))",
            "Enum8('a' = -128, 'it\\'s' = 0, 'b\\\\c' = 127)", "Enum16('' = 1, 'x, y = 3)' = 1000)",
            "SimpleAggregateFunction(sum, UInt64)", "SimpleAggregateFunction(anyLast, Nullable(String))",
            "AggregateFunction(quantiles(0.5, 0.9), UInt64)", "JSON(max_dynamic_paths=8, `a)` String)", "Point",
            "Dynamic",
            "Variant(String, Array(UInt8))", "IntervalSecond", "Object('json')", "Tuple()",
        ]
    )
    func roundTrip(name: String) throws {
        #expect(try ClickHouseType(parsing: name).description == name)
    }

    @Test("aliases and loose spacing mean the same type")
    func aliases() throws {
        #expect(try ClickHouseType(parsing: "Decimal64(4)") == .decimal(precision: 18, scale: 4))
        #expect(try ClickHouseType(parsing: "Decimal(9)") == .decimal(precision: 9, scale: 0))
        #expect(
            try ClickHouseType(parsing: " Nullable( Decimal( 10 ,2 ) ) ")
                == .nullable(.decimal(precision: 10, scale: 2))
        )
        #expect(try ClickHouseType(parsing: "DateTime64(3,'UTC')") == .dateTime64(precision: 3, timeZone: "UTC"))
        #expect(try ClickHouseType(parsing: "Enum8('a''b'=1)") == .enum8([.init(name: "a'b", value: 1)]))
    }

    @Test("a multi-byte name in an enumeration survives")
    func unicode() throws {
        let type = try ClickHouseType(parsing: "Enum8('größe' = 1, '🙂' = 2)")
        #expect(type == .enum8([.init(name: "größe", value: 1), .init(name: "🙂", value: 2)]))
    }

    @Test(
        "what is no type is an error",
        arguments: [
            "", " ", "Nullable", "Nullable(", "Nullable()", "Nullable(Int8", "Int8)", "Decimal(", "Decimal()",
            "Decimal(77, 0)",
            "Decimal(5, 6)", "Decimal(1, 2, 3)", "Decimal(-1, 0)", "FixedString(0)", "FixedString(9999999999)",
            "DateTime64(10)",
            "DateTime64(-1)", "Enum8('a')", "Enum8('a' = )", "Enum8('a' = 99999)", "Enum8('a", "Enum8('a\\",
            "Array(Int8, Int8)",
            "Map(String)", "Tuple(", "(", ")", "'a'", "Int8 Int8", "Point(", "Point(')", "\0", "DateTime(UTC)",
            "Nullable,Int8",
        ]
    )
    func malformed(name: String) {
        #expect(throws: ClickHouseTypeError.self) { try ClickHouseType(parsing: name) }
    }

    @Test("types nested without end are refused before the stack is")
    func nesting() {
        let name = String(repeating: "Array(", count: 100_000) + "Int8" + String(repeating: ")", count: 100_000)
        #expect(throws: ClickHouseTypeError.nestedTooDeeply) { try ClickHouseType(parsing: name) }
        let parentheses = "Strange" + String(repeating: "(", count: 100_000)
        #expect(throws: ClickHouseTypeError.self) { try ClickHouseType(parsing: parentheses) }
    }

    @Test("widths are those of the Native format")
    func widths() throws {
        let widths = [
            ("Decimal(9, 2)", 4), ("Decimal(10, 2)", 8), ("Decimal(18, 0)", 8), ("Decimal(19, 0)", 16),
            ("Decimal(38, 0)", 16),
            ("Decimal(39, 0)", 32), ("Date", 2), ("Date32", 4), ("DateTime", 4), ("DateTime64(6)", 8), ("UUID", 16),
            ("FixedString(7)", 7), ("Enum16('a' = 1)", 2), ("Int256", 32), ("Bool", 1), ("IPv6", 16),
        ]
        for (name, width) in widths { #expect(try ClickHouseType(parsing: name).fixedWidth == width, "\(name)") }
        for name in ["String", "Nullable(Int8)", "Array(Int8)", "LowCardinality(String)", "Point"] {
            #expect(try ClickHouseType(parsing: name).fixedWidth == nil, "\(name)")
        }
    }

    @Test("nullable means that a column can hold NULL")
    func nullable() throws {
        #expect(try ClickHouseType(parsing: "LowCardinality(Nullable(String))").isNullable)
        #expect(try ClickHouseType(parsing: "Nullable(Int8)").isNullable)
        #expect(try !ClickHouseType(parsing: "Array(Nullable(Int8))").isNullable)
        #expect(try ClickHouseType(parsing: "LowCardinality(Nullable(String))").unwrapped == .string)
    }
}
