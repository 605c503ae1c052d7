import ColumnarBytes

/// SET: the members that are in it, with commas, as MySQL prints them.
struct SetType: MySQLTypeDescriptor {
    let members: [String]

    var layout: ColumnBuffer.Layout? { .string }
    var bytesMaxBesideWire: Int { members.reduce(5) { $0 + $1.utf8.count + 1 } }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .set, members.count <= column.metadata * 8 else { throw .typeMismatch(column: index) }
        return .set(byteCount: column.metadata, members: context.add(SetMembers(members)))
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .string }

    func warehouseType(isNullable: Bool) -> String? { "LowCardinality(\(nullable("String", isNullable)))" }
    /// The server puts the texts into a dictionary itself.
    func wireType(isNullable: Bool) -> String? { nullable("String", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { "''" }

    func boundaryExpression(_ quoted: String) -> String { "\(quoted)+0" }
    func sourceLiteral(ofBoundary value: String) -> String { value }

    func canonicalForm(columnType: String) -> CanonicalForm { .sized }
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { TextType.binary(quoted, traits) }
}
