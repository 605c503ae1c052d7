import ColumnarBytes
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// How a MySQL table becomes a warehouse table: column by column, and which columns are the key.
package struct TableMapping: Sendable, Equatable {
    let definition: TableDefinition
    let warehouse: WarehouseTable
    /// The columns' types, in source order.
    let types: [MySQLType]
    /// Indexes of the key's columns; none without a key.
    let keyIndexes: [Int]

    /// - Throws: ``TableRefusal`` if the table cannot be carried over exactly.
    init(_ definition: TableDefinition, database: String) throws(TableRefusal) {
        var columns: [WarehouseTable.Column] = []
        var types: [MySQLType] = []
        for column in definition.columns {
            guard let type = column.carriedType, let layout = type.columnLayout,
                let warehouseType = type.descriptor.warehouseType(isNullable: column.isNullable),
                let wireType = type.descriptor.wireType(isNullable: column.isNullable)
            else {
                throw TableRefusal(
                    cause: "column `\(column.name)`: "
                        + TypeMapping.refusal(of: column.type, columnType: column.columnType),
                    remedy: "change the column, or leave the table out: tables: [\"!\(definition.name)\"]"
                )
            }
            types.append(type)
            columns.append(
                .init(
                    name: ReservedNames.rawName(of: column.name),
                    type: warehouseType,
                    wireType: wireType,
                    layout: layout,
                    isNullable: column.isNullable
                )
            )
        }
        let key = definition.keyColumns ?? []
        self.definition = definition
        self.types = types
        keyIndexes = key.compactMap { name in definition.columns.firstIndex { $0.name == name } }
        warehouse = WarehouseTable(
            database: database,
            name: definition.name.table,
            columns: columns,
            orderBy: key.isEmpty ? WarehouseTable.multisetOrder : key.map(ReservedNames.rawName)
        )
    }

    /// Whether the table has no key, so that equal rows are as many as they are, and a row that is deleted takes one of
    /// its equals away.
    var isMultiset: Bool { warehouse.isMultiset }
}

/// Why a table cannot be followed, and what its owner can do about it.
package struct TableRefusal: Error, Sendable {
    var cause: String
    var remedy: String
    /// The cause may end without anybody telling Leat, so a copy is tried again from time to time.
    var isRetried = false
    /// The column that would hold its values as text.
    var dateColumn: String?
    /// Nothing is wrong with the table; its copy has to be made again.
    var isOfCopy = false
}

extension TableRefusal: ExplainedError {
    package var explanation: Explanation { Explanation(cause: cause, remedy: remedy) }
}
