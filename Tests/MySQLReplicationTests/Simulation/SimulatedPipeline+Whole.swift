import LeatState
import MySQLProtocol
import MySQLSchema
import Warehouse

@testable import MySQLReplication

/// The copy of a table without a key, as ``TableCopier`` makes it.
extension SimulatedPipeline {
    mutating func copyWhole(
        at host: Int,
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        let copy = copies[0]
        let server = source.servers[host]
        guard var rows = copy.view else { return try open(at: host, &warehouse, source, &random) }
        if server.isDown || (!isQuiet && Int.random(in: 0..<20, using: &random) == 0) {
            return try endCopy(
                because: .interrupted(copy.name, copiedFrom: copy.copiedFrom, by: "the connection broke"),
                &warehouse,
                &random
            )
        }
        try mayBeKilled(&random)
        guard let claim = copy.open.first else {
            if rows.isEmpty, !copy.ranges.isEmpty {
                copies.removeFirst()
                let executed = copy.snapshot.uncertain.intersection(server.executed)
                let position = copy.snapshot.holds.union(executed)
                try perform(
                    .copied(copy.name, copiedFrom: copy.copiedFrom, position: position, applied: applied),
                    &warehouse,
                    &random
                )
                return true
            }
            let number = define(
                BatchDefinition(kind: .range, table: copy.name.description, detail: "0"),
                &warehouse
            )
            copies[0].open.append((number, Int32.min...Int32.max))
            return true
        }
        let count = min(rows.count, Int.random(in: 1...6, using: &random))
        let names = copy.mapping.warehouse.columnNames
        let portion = rows.prefix(count).enumerated().map { ordinal, row in
            ModelWarehouse.Row(
                values: Dictionary(uniqueKeysWithValues: zip(names, row)),
                version: RowVersion.first(ofBatch: claim.number) | UInt64(ordinal),
                isDeleted: false
            )
        }
        rows.removeFirst(count)
        guard warehouse.insert(portion, columns: names, into: copy.mapping.warehouse) else {
            let refusal = TableRefusal(cause: "ClickHouse refused its rows", remedy: "leat tables resync")
            return try endCopy(because: .refused(copy.name, refusal), &warehouse, &random)
        }
        try mayBeKilled(&random)
        copies[0].view = rows
        // At least one of them was written, though it may have been empty.
        copies[0].ranges = [Int32.min...Int32.max]
        copies[0].open = []
        acknowledge(claim.number)
        return true
    }

    private mutating func open(
        at host: Int,
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        let copy = copies[0]
        let server = source.servers[host]
        guard !server.isDown, server.executed.isSuperset(of: hosts.reachable(of: stream.seen)) else {
            guard server.isDown || host != presentHost else { return false }
            interruptCopy()
            return true
        }
        guard let table = server.tables[copy.name.table], hasSameDefinition(copy, at: server) else {
            return try endCopy(
                because: .definitionDiffers(copy.name, copiedFrom: copy.copiedFrom),
                &warehouse,
                &random
            )
        }
        // The newest transaction may have shown before it was recorded, and another be about to.
        var holds = server.executed
        var owned = GTIDSet()
        if let newest = server.log.last?.gtid, !stream.seen.contains(newest), Bool.random(using: &random) {
            var one = GTIDSet()
            one.insert(newest)
            holds.subtract(one)
        }
        if Bool.random(using: &random), host == source.primary,
            let next = try? GTID(
                uuid: server.uuid,
                sequence: (server.log.filter { $0.gtid.uuid == server.uuid }.map(\.gtid.sequence).max() ?? 0) + 1
            )
        {
            owned.insert(next)
        }
        let snapshot = SourceSnapshot(before: holds, owned: owned, after: server.executed)
        try mayBeKilled(&random)
        try perform(
            .opened(copy.name, copiedFrom: copy.copiedFrom, holds: snapshot.holds, uncertain: snapshot.uncertain),
            &warehouse,
            &random
        )
        copies[0].view = table.rows.sorted { $0.key < $1.key }.map(\.value)
        copies[0].ranges = []
        copies[0].snapshot = snapshot
        return true
    }
}
