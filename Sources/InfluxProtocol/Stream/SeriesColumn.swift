import ColumnarBytes

/// A column that the caller of a stream wants, and how it is stored.
public struct SeriesColumn: Sendable, Hashable {
    /// What of a point the column holds.
    public enum Kind: Sendable, Hashable {
        /// Nanoseconds since 1970: fixed(8) Int64, never NULL.
        case time
        /// A tag: string, never NULL, "" where it is absent.
        case tag
        /// A field, nullable: float fixed(8) (bit pattern), integer fixed(8) Int64, unsigned fixed(8) UInt64,
        /// boolean fixed(1) (0 or 1), string.
        case field(FieldType)
    }

    /// As the result names it (`temperature`; `temperature_1` where a tag has the same name and the query is `SELECT
    /// *`).
    public var name: String
    public var kind: Kind

    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// `time`, which every result of `SELECT` has.
    public static let time = SeriesColumn(name: "time", kind: .time)
    public static func tag(_ name: String) -> SeriesColumn { SeriesColumn(name: name, kind: .tag) }
    public static func field(_ name: String, _ type: FieldType) -> SeriesColumn {
        SeriesColumn(name: name, kind: .field(type))
    }

    /// An empty buffer for the column's values.
    public func makeBuffer(minimumCapacity: Int = 0) -> ColumnBuffer {
        switch kind {
        case .time: ColumnBuffer(layout: .fixed(width: 8), isNullable: false, minimumCapacity: minimumCapacity)
        case .tag: ColumnBuffer(layout: .string, isNullable: false, minimumCapacity: minimumCapacity)
        case .field(.string): ColumnBuffer(layout: .string, isNullable: true, minimumCapacity: minimumCapacity)
        case .field(.boolean):
            ColumnBuffer(layout: .fixed(width: 1), isNullable: true, minimumCapacity: minimumCapacity)
        case .field: ColumnBuffer(layout: .fixed(width: 8), isNullable: true, minimumCapacity: minimumCapacity)
        }
    }
}
