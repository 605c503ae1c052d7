import MySQLProtocol
import MySQLSchema
import Warehouse

/// A table whose columns all have a canonical form: what the statements for both servers are built from.
struct ComparedTable: Sendable {
    struct Column: Sendable, Hashable {
        var name: String
        var type: MySQLType
        var form: CanonicalForm
        /// Whether a cell can be NULL on both sides.
        var isNullable: Bool
        var traits: ComparedColumnTraits
    }

    /// Why a table cannot be compared.
    struct Refusal: Error, Equatable {
        var reason: String
    }

    /// `` `shop`.`orders` `` in MySQL.
    let source: String
    let sourceName: TableName
    /// `shop.orders`, as the source calls it.
    var name: String { sourceName.description }
    /// The view in ClickHouse.
    let view: String
    /// The table behind it, which holds all row versions.
    let raw: String
    private(set) var columns: [Column]
    /// Indexes of the columns that identify a row: without a key all of them, and there may be equal rows.
    let keyIndexes: [Int]
    /// Whether the table has no key.
    let isMultiset: Bool

    /// - Throws: ``Refusal`` for a column of a type that Leat does not replicate.
    init(_ table: TableToVerify) throws(Refusal) {
        source = table.definition.name.quoted
        sourceName = table.definition.name
        view = table.view
        raw = table.raw
        var columns: [Column] = []
        for column in table.definition.columns {
            guard let type = column.carriedType, type.columnLayout != nil else {
                throw Refusal(
                    reason: "column `\(column.name)` has the type `\(column.columnType)`, which is not compared"
                )
            }
            columns.append(
                Column(
                    name: column.name,
                    type: type,
                    form: type.descriptor.canonicalForm(columnType: column.columnType),
                    isNullable: column.isNullable && type.descriptor.hasNullInWarehouse,
                    traits: ComparedColumnTraits(
                        isZeroFilled: column.columnType.contains(" zerofill"),
                        needsConversion: Self.needsConversion(column, type: type)
                    )
                )
            )
        }
        self.columns = columns
        let key = table.definition.keyColumns ?? []
        isMultiset = key.isEmpty
        keyIndexes =
            key.isEmpty ? Array(columns.indices) : key.compactMap { name in columns.firstIndex { $0.name == name } }
    }

    private static func needsConversion(_ column: MySQLSchema.ColumnDefinition, type: MySQLType) -> Bool {
        switch type {
        case .text(let charset): charset != .utf8
        case .enumeration, .set: column.charset.flatMap { MySQLCharset(named: $0) }.map { $0 != .utf8 } ?? false
        default: false
        }
    }

    /// The same with the names that the columns have in ``raw``.
    var ofRaw: ComparedTable {
        var table = self
        for index in columns.indices { table.columns[index].name = ReservedNames.rawName(of: columns[index].name) }
        return table
    }

    /// The columns that the servers hash.
    var hashedByServers: [Column] { columns.filter { $0.form != .floating } }
    /// The columns that Leat hashes.
    var floating: [Column] { columns.filter { $0.form == .floating } }
    /// The key's columns as far as the servers can write them.
    var key: [Column] { keyIndexes.map { columns[$0] }.filter { $0.form != .floating } }
    /// Whether ``key`` is the whole key, so that a row's text of it identifies the row.
    var hasTextualKey: Bool { !isMultiset && keyIndexes.allSatisfy { columns[$0].form != .floating } }

    /// The first column of the key, if both servers order it alike: bytes they do; text they do not, since it has a
    /// collation at the source.
    var orderedColumn: Column? {
        keyIndexes.first.map { columns[$0] }.flatMap { first in
            isMultiset || first.isNullable || !first.type.descriptor.isOrderedAlike ? nil : first
        }
    }

    /// The first column of the key, if its rows can be asked for by ``KeySpan/firstKeys``.
    var textColumn: Column? {
        keyIndexes.first.map { columns[$0] }.flatMap { first in
            isMultiset || first.isNullable || !first.type.descriptor.isFoundByBytes ? nil : first
        }
    }

    /// `name`, or a name like it that no column has.
    func alias(_ name: String) -> String {
        var alias = name
        while columns.contains(where: { $0.name.lowercased() == alias }) { alias += "_" }
        return alias
    }
}
