import Foundation
import MySQLProtocol
import MySQLSchema

/// A table's definition as `leat.tables` keeps it: what a restart needs to decode rows that were written under it, and
/// to judge the next DDL statement as it would have been judged without the restart.
///
/// What an older Leat did not record is `nil`, and decides nothing: ``matches(_:)`` passes it over.
struct StoredDefinition: Codable, Equatable {
    struct Column: Codable, Equatable {
        enum Generation: String, Codable {
            case none, virtual, stored
        }

        var name: String
        var columnType: String
        var charset: String?
        var isNullable: Bool
        var collation: String?
        var generation: Generation?
        var generationExpression: String?
        var isInvisible: Bool?
        var isDateText: Bool?
        var isAutoIncrement: Bool?
    }

    struct Key: Codable, Equatable {
        /// `nil` where the server chose one that is not known.
        var name: String?
        var columns: [String]
        var hasPartialParts: Bool
    }

    var columns: [Column]
    var primaryKey: [String]
    /// The columns that identify a row.
    var key: [String]
    var uniqueKeys: [Key]?
    var engine: String?
    var charset: String?
    var collation: String?

    init(_ definition: TableDefinition) {
        columns = definition.columns.map(Column.init)
        primaryKey = definition.primaryKey
        key = definition.keyColumns ?? []
        uniqueKeys = definition.uniqueKeys.map {
            Key(name: $0.name, columns: $0.columns, hasPartialParts: $0.hasPartialParts)
        }
        engine = definition.engine
        charset = definition.charset
        collation = definition.collation
    }

    init(json: String) throws {
        self = try JSONDecoder().decode(StoredDefinition.self, from: Data(json.utf8))
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    func definition(of name: TableName) -> TableDefinition {
        var keys = (uniqueKeys ?? []).map {
            UniqueKey(name: $0.name, columns: $0.columns, hasPartialParts: $0.hasPartialParts)
        }
        // An older Leat recorded the one that identifies rows, without its name.
        if uniqueKeys == nil, primaryKey.isEmpty { keys = [UniqueKey(name: nil, columns: key)] }
        return TableDefinition(
            name: name,
            columns: columns.map(\.definition),
            primaryKey: primaryKey,
            uniqueKeys: keys,
            engine: engine ?? "",
            charset: charset,
            collation: collation
        )
    }

    /// Whether rows read alike under both, and are identified alike, as far as both say.
    func matches(_ other: StoredDefinition) -> Bool {
        key == other.key && primaryKey == other.primaryKey && columns.count == other.columns.count
            && zip(columns, other.columns).allSatisfy { $0.matches($1) }
    }
}

extension StoredDefinition.Column {
    init(_ column: ColumnDefinition) {
        name = column.name
        columnType = column.columnType
        charset = column.charset
        isNullable = column.isNullable
        collation = column.collation
        switch column.generation {
        case .none: generation = Generation.none
        case .virtual: generation = .virtual
        case .stored: generation = .stored
        case .unknown: generation = nil
        }
        generationExpression = column.generationExpression
        isInvisible = column.isInvisible
        if column.isDateText { isDateText = true }
        if column.isAutoIncrement { isAutoIncrement = true }
    }

    var definition: ColumnDefinition {
        let computed: ColumnGeneration =
            switch generation {
            case Generation.none?: .none
            case .virtual?: .virtual
            case .stored?: .stored
            case nil: .unknown
            }
        var column = ColumnDefinition(
            name: name,
            columnType: columnType,
            isNullable: isNullable,
            generation: computed,
            generationExpression: generationExpression,
            isInvisible: isInvisible ?? false,
            isAutoIncrement: isAutoIncrement ?? false,
            charset: charset,
            collation: collation
        )
        column.isDateText = isDateText ?? false
        return column
    }

    func matches(_ other: Self) -> Bool {
        name == other.name && columnType == other.columnType && charset == other.charset
            && isNullable == other.isNullable
            && Self.agree(generation, other.generation)
            && Self.agree(generationExpression, other.generationExpression)
    }

    private static func agree<Value: Equatable>(_ left: Value?, _ right: Value?) -> Bool {
        left == nil || right == nil || left == right
    }
}

extension StoredDefinition {
    /// As JSON. Empty if that cannot be made, which the next start takes for a definition that it cannot use.
    var text: String { (try? json) ?? "" }
}
