import LeatState
import MySQLProtocol
import MySQLSchema
import Warehouse

@testable import MySQLReplication

/// Rows of which the binlog has only some columns, as ``RowCompletion`` reads them again.
extension SimulatedPipeline {
    /// - Returns: false if the source cannot be asked now.
    mutating func complete(
        _ incomplete: (mapping: TableMapping, rows: RowBatch),
        _ write: Write,
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        let (mapping, rows) = incomplete
        let name = mapping.definition.name
        // Stopped meanwhile: nobody needs the rows any more.
        guard lifecycle.tables[name]?.isFollowed ?? false else { return true }
        if mutation == .rowsInPartAreNotCompleted { return true }
        let server = source.servers[presentHost]
        guard !server.isDown, server.executed.isSuperset(of: hosts.reachable(of: stream.seen)) else { return false }
        func refuse(_ refusal: TableRefusal) throws {
            let found = lifecycle.tables.first {
                $0.value.mapping?.warehouse.rawIdentifier == mapping.warehouse.rawIdentifier
            }
            guard let found, found.value.state.copiedFrom < write.number else { return }
            try perform(.refused(found.key, refusal), &warehouse, &random)
        }
        guard let table = server.tables[name.table],
            let definition = server.definition(name.table),
            StoredDefinition(definition).matches(StoredDefinition(mapping.definition))
        else {
            try refuse(TableRefusal(cause: "its definition changed", remedy: "", isOfCopy: true))
            return true
        }
        let keys = RowKey.keys(in: rows, of: mapping).compactMap { key in
            key.values.first.flatMap { Int32(String(decoding: $0, as: UTF8.self)) }
        }
        let first = RowVersion.first(ofBatch: write.number) | (write.isReplay ? 3 << 22 : 1 << 23)
        let found = keys.filter { table.rows[$0] != nil }.enumerated().map { index, id in
            ModelWarehouse.Row(
                values: Dictionary(uniqueKeysWithValues: zip(table.columns.map(\.name), table.rows[id] ?? [])),
                version: first + UInt64(index),
                isDeleted: false
            )
        }
        guard warehouse.insert(found, columns: mapping.warehouse.columnNames, into: mapping.warehouse) else {
            try refuse(TableRefusal(cause: "ClickHouse refused its rows", remedy: "leat tables resync"))
            return true
        }
        try mayBeKilled(&random)
        if mutation != .whatWasReadAgainIsNotNoted {
            try perform(.completed(name, position: server.executed), &warehouse, &random)
        }
        return true
    }
}
