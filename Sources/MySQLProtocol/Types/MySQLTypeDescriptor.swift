import ColumnarBytes

/// All that Leat has to know of a MySQL type, in one place: how its values come from MySQL and lie in memory, what they
/// become in ClickHouse, how a key of the type is written into SQL, and what both servers print so that values can be
/// compared. ``MySQLType/descriptor`` finds it.
///
/// What most types have in common is in the extension, so that a descriptor says what is particular. SQL is for MySQL
/// unless a name says `warehouse`; `quoted` is a column's name as it stands in SQL.
///
/// Types whose columns may have a constant DEFAULT are also in `ColumnDefault+Literal.swift` (how the server prints it)
/// and `ColumnDefaultMapping.swift` (its value in ClickHouse).
public protocol MySQLTypeDescriptor: Sendable {
    // MARK: In memory

    /// How values lie in a `ColumnBuffer`; nil for types that are not carried over. Copy and stream must produce the
    /// same bytes, so this is the one place that says.
    var layout: ColumnBuffer.Layout? { get }
    /// Bytes that a value takes in a column at most, in addition to eight times its bytes in the binlog: all of a value
    /// of fixed width, also where it is NULL, and what text is longer than eight times its number. JSON grows by less
    /// (`\u0001` for one byte), as does text in other character sets.
    var bytesMaxBesideWire: Int { get }

    // MARK: From MySQL

    /// What reads values from row images.
    ///
    /// - Parameter index: the column's, for errors.
    /// - Throws: `.typeMismatch` if the binlog lays the column out as another type.
    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder
    /// What reads values from results of ``selectExpression(_:)``.
    ///
    /// - Throws: `.unsupported` for impossible sizes, and types that are not carried over.
    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder
    /// How a SELECT must name a column so that its text is exact.
    func selectExpression(_ quoted: String) -> String

    // MARK: In ClickHouse

    /// ClickHouse's type, exact by default (docs/type-mapping.md); nil if the column cannot be carried over.
    func warehouseType(isNullable: Bool) -> String?
    /// The type that blocks carry where it is not the stored one.
    func wireType(isNullable: Bool) -> String?
    /// What a NOT NULL column without a default has in rows from before it: a ClickHouse expression.
    /// https://dev.mysql.com/doc/refman/9.4/en/data-type-defaults.html
    ///
    /// - Throws: ``NoImplicitDefault`` where it cannot be carried over.
    func implicitDefault() throws(NoImplicitDefault) -> String
    /// Whether ClickHouse tells NULL from all other values. If not, NULL is what no other value becomes.
    var hasNullInWarehouse: Bool { get }

    // MARK: Keys

    /// How to read a key column so that ``sourceLiteral(ofBoundary:)`` can write it back.
    func boundaryExpression(_ quoted: String) -> String
    /// A value that was read so, as a literal that compares like the column.
    func sourceLiteral(ofBoundary value: String) -> String
    /// The same for ClickHouse, of types that both servers order alike.
    func warehouseLiteral(ofBoundary value: String) -> String
    /// A key's value (numbers, dates and times as MySQL prints them, strings in UTF-8, bytes as they are) as a literal,
    /// which gives way to the column's collation, as a function's result would not. nil if it is no value of the type,
    /// or the type has no exact literal.
    func keyLiteral(_ value: [UInt8]) -> String?
    /// Whether both servers order values alike: bytes they do; text they do not, since it has a collation at the
    /// source.
    var isOrderedAlike: Bool { get }
    /// Whether a key of this type is found by the bytes of its text.
    var isFoundByBytes: Bool { get }
    /// `BINARY` and `VARBINARY`: strings without a character set.
    var holdsBytes: Bool { get }

    // MARK: Comparison

    /// How a cell says where it ends.
    func canonicalForm(columnType: String) -> CanonicalForm
    /// The text that stands for a value in MySQL.
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String
    /// The same text in ClickHouse.
    func warehouseText(_ quoted: String, isNullable: Bool) -> String
}

/// The zero date, and values that are none.
public struct NoImplicitDefault: Error {
    /// What follows "the column …".
    public var reason: String
}

/// What else decides how MySQL prints a column.
public struct ComparedColumnTraits: Sendable, Hashable {
    /// MySQL pads the column's numbers with zeros when it prints them.
    public var isZeroFilled: Bool
    /// The column's text is not UTF-8 at the source.
    public var needsConversion: Bool

    public init(isZeroFilled: Bool = false, needsConversion: Bool = false) {
        self.isZeroFilled = isZeroFilled
        self.needsConversion = needsConversion
    }
}

extension MySQLTypeDescriptor {
    public var bytesMaxBesideWire: Int {
        switch layout {
        case .fixed(let width): width
        case .dictionary: 2
        case .string, nil: 5
        }
    }
    public func selectExpression(_ quoted: String) -> String { quoted }
    public func wireType(isNullable: Bool) -> String? { warehouseType(isNullable: isNullable) }
    public var hasNullInWarehouse: Bool { true }
    public func boundaryExpression(_ quoted: String) -> String { "HEX(\(quoted))" }
    public func sourceLiteral(ofBoundary value: String) -> String { "x'\(value)'" }
    public func warehouseLiteral(ofBoundary value: String) -> String { value }
    public func keyLiteral(_ value: [UInt8]) -> String? { "_utf8mb4 x'\(value.hexadecimal)'" }
    public var isOrderedAlike: Bool { false }
    public var isFoundByBytes: Bool { false }
    public var holdsBytes: Bool { false }
    public func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { quoted }
    public func warehouseText(_ quoted: String, isNullable: Bool) -> String { quoted }

    /// `Nullable(…)` where NULL may come.
    func nullable(_ type: String, _ isNullable: Bool) -> String { isNullable ? "Nullable(\(type))" : type }

    /// A key's number as a literal: a text is stored into a BIT byte by byte, and makes '0' the year 2000.
    func numberLiteral(_ value: [UInt8]) -> String? {
        let isNumber = value.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E }
        return isNumber && !value.isEmpty ? String(decoding: value, as: UTF8.self) : nil
    }

    /// The width of the length in front of values that the binlog lays out as strings.
    func stringPrefix(of column: TableMapColumn, index: Int) throws(RowDecoderError) -> Int {
        guard column.wireType.isCharacter, case .prefixed(let prefix) = WireLength(column) else {
            throw .typeMismatch(column: index)
        }
        return prefix
    }
}
