import Foundation
import MySQLProtocol
import MySQLSchema

/// A table's definition as `leat.tables` keeps it: what a restart needs to decode rows that were written under it.
struct StoredDefinition: Codable, Equatable {
    struct Column: Codable, Equatable {
        var name: String
        var columnType: String
        var charset: String?
        var isNullable: Bool
    }

    var columns: [Column]
    var primaryKey: [String]
    var key: [String]

    init(_ definition: TableDefinition) {
        columns = definition.columns.map {
            Column(name: $0.name, columnType: $0.columnType, charset: $0.charset, isNullable: $0.isNullable)
        }
        primaryKey = definition.primaryKey
        key = definition.keyColumns ?? []
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
        let columns = columns.map {
            ColumnDefinition(
                name: $0.name,
                columnType: $0.columnType,
                isNullable: $0.isNullable,
                charset: $0.charset
            )
        }
        return TableDefinition(
            name: name,
            columns: columns,
            primaryKey: primaryKey,
            uniqueKeys: primaryKey.isEmpty ? [UniqueKey(name: "key", columns: key)] : []
        )
    }
}

extension StoredDefinition {
    /// As JSON. Empty if that cannot be made, which the next start takes for a definition that it cannot use.
    var text: String { (try? json) ?? "" }
}
