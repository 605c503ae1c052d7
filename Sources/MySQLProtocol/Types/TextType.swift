import ColumnarBytes

/// CHAR, VARCHAR and the TEXTs: UTF-8, whatever the source's character set.
struct TextType: MySQLTypeDescriptor {
    let charset: MySQLCharset

    var layout: ColumnBuffer.Layout? {
        switch charset {
        case .utf8: .string
        case .other(let name): CharsetDecoder(charset: name) == nil ? nil : .string
        }
    }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        let prefix = try stringPrefix(of: column, index: index)
        switch charset {
        case .utf8: return .string(ofPrefix: prefix)
        case .other(let name):
            guard let decoder = CharsetDecoder(charset: name) else { throw .unsupportedType(column: index) }
            return .transcoded(prefix: prefix, charset: context.add(decoder))
        }
    }

    /// Sessions ask for results in utf8mb4.
    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .string }

    func warehouseType(isNullable: Bool) -> String? { charset == .utf8 ? nullable("String", isNullable) : nil }

    func implicitDefault() throws(NoImplicitDefault) -> String { "''" }

    func sourceLiteral(ofBoundary value: String) -> String { "_utf8mb4 x'\(value)'" }
    var isFoundByBytes: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .ofString(columnType: columnType) }
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { Self.binary(quoted, traits) }

    /// Text in utf8mb4, without a collation.
    static func binary(_ quoted: String, _ traits: ComparedColumnTraits) -> String {
        traits.needsConversion
            ? "CAST(CONVERT(\(quoted) USING utf8mb4) AS BINARY)" : "CAST(\(quoted) AS BINARY)"
    }
}
