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
    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder {
        guard layout != nil else { throw .unsupported }
        return partialDecoder == nil ? .string : .converted
    }

    /// The server gives `?` for what is no character: as many may be in the text as there were. For a few sets it
    /// gives U+FFFD.
    func selectExpression(_ quoted: String) -> String {
        guard let decoder = partialDecoder else { return quoted }
        let text = "CONVERT(\(quoted) USING utf8mb4)"
        func known(_ text: String) -> String { "CHAR_LENGTH(REPLACE(\(text), '?', ''))" }
        let lost = "x'\([TextColumnDecoder.lostText].hexadecimal)'"
        let replaced = decoder.isSingleByte ? " AND LOCATE(_utf8mb4 x'EFBFBD', \(text)) = 0" : ""
        return """
            IF(\(quoted) IS NULL, NULL, \
            IF(\(known(text)) = \(known(quoted))\(replaced), CAST(\(text) AS BINARY), \(lost)))
            """
    }

    /// The set's decoder if some bytes are no text in it.
    private var partialDecoder: CharsetDecoder? {
        guard case .other(let name) = charset, let decoder = CharsetDecoder(charset: name) else { return nil }
        return decoder.isTotal ? nil : decoder
    }

    func warehouseType(isNullable: Bool) -> String? { layout == nil ? nil : nullable("String", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { "''" }

    func boundaryExpression(_ quoted: String) -> String {
        charset == .utf8 ? "HEX(\(quoted))" : "HEX(CONVERT(\(quoted) USING utf8mb4))"
    }
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
