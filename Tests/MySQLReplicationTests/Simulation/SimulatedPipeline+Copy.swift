import LeatState
import MySQLProtocol
import MySQLSchema
import Warehouse

@testable import MySQLReplication

/// Copies, as ``SnapshotCoordinator`` and ``TableCopier`` make them.
extension SimulatedPipeline {
    mutating func copy(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        guard !copies.isEmpty else { return false }
        guard let inspector = copies[0].inspector else {
            // Before anything is waited for.
            guard !source.servers[presentHost].isDown else { return false }
            guard mayRead(copies[0], from: source.servers[presentHost]) else {
                return try leaveHost(&warehouse, &random)
            }
            copies[0].inspector = presentHost
            guard hasSameDefinition(copies[0], at: source.servers[presentHost]) else {
                return try endCopy(
                    because: .definitionDiffers(copies[0].name, copiedFrom: copies[0].copiedFrom),
                    &warehouse,
                    &random
                )
            }
            return true
        }
        if copies[0].mapping.isMultiset { return try copyWhole(at: inspector, &warehouse, source, &random) }
        if [inspector, copies[0].session].contains(where: { $0.map { source.servers[$0].isDown } ?? false }) {
            interruptCopy()
            return true
        }
        if !copies[0].ranges.isEmpty, copies[0].open.isEmpty || Bool.random(using: &random) {
            let range = copies[0].ranges.removeFirst()
            let detail = Self.ranges.firstIndex(of: range).map { "\($0)" } ?? ""
            let number = define(
                BatchDefinition(kind: .range, table: copies[0].name.description, detail: detail),
                &warehouse
            )
            copies[0].open.append((number, range))
            return true
        }
        if !copies[0].open.isEmpty { return try readRange(&warehouse, source, &random) }
        let copy = copies[0]
        guard contiguous >= copy.copiedFrom else { return false }
        copies.removeFirst()
        if copy.hasOlderRows, mutation != .nothingOlderIsRemoved {
            let sparesLast = mutation == .rowsOfTheLastBatchAreKept
            let version = (sparesLast ? RowVersion.first : RowVersion.last)(copy.copiedFrom)
            warehouse.tombstoneOlder(than: version, in: copy.mapping.warehouse)
        }
        try mayBeKilled(&random)
        try perform(
            .copied(
                copy.name,
                copiedFrom: copy.copiedFrom,
                position: source.servers[inspector].executed,
                applied: applied
            ),
            &warehouse,
            &random
        )
        return true
    }

    /// It is tried again, with what it has claimed, at whatever host is the present one then.
    mutating func interruptCopy() {
        guard mutation != .copyStaysAtItsHost else { return }
        copies[0].inspector = nil
        copies[0].session = nil
    }

    private func mayRead(_ copy: Copy, from server: ModelServer) -> Bool {
        let server = server.uuid.description
        let readFrom = lifecycle.tables[copy.name]?.state.readFrom ?? ""
        return readFrom.isEmpty || readFrom == server
    }

    /// Another host than that of the copy is the present one.
    private mutating func leaveHost(_ warehouse: inout ModelWarehouse, _ random: inout Randomness) throws -> Bool {
        guard hosts.isAdmitted else { return false }
        return try endCopy(
            because: .hostDiffers(copies[0].name, copiedFrom: copies[0].copiedFrom),
            &warehouse,
            &random
        )
    }

    mutating func endCopy(
        because event: TableEvent,
        _ warehouse: inout ModelWarehouse,
        _ random: inout Randomness
    ) throws -> Bool {
        let copy = copies.removeFirst()
        ended[copy.name, default: []] += copy.open.map(\.number)
        try perform(event, &warehouse, &random)
        return true
    }

    func hasSameDefinition(_ copy: Copy, at server: ModelServer) -> Bool {
        server.definition(copy.name.table).map { definition in
            StoredDefinition(definition).matches(StoredDefinition(copy.mapping.definition))
        } ?? false
    }

    private mutating func readRange(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        try mayBeKilled(&random)
        if copies[0].session == nil {
            guard !source.servers[presentHost].isDown else { return false }
            guard mayRead(copies[0], from: source.servers[presentHost]) else {
                return try leaveHost(&warehouse, &random)
            }
            copies[0].session = presentHost
        }
        let copy = copies[0]
        guard let session = copy.session, let claim = copy.open.first else { return false }
        let server = source.servers[session]
        guard server.executed.isSuperset(of: hosts.reachable(of: stream.seen)) else {
            guard session != presentHost else { return false }
            interruptCopy()
            return mutation != .copyStaysAtItsHost
        }
        guard let table = server.tables[copy.name.table], hasSameDefinition(copy, at: server) else {
            return try endCopy(
                because: .definitionDiffers(copy.name, copiedFrom: copy.copiedFrom),
                &warehouse,
                &random
            )
        }
        warehouse.trace.append("  read range \(claim.number) at \(server.log.count) of server \(session)")
        var rows: [ModelWarehouse.Row] = []
        for (ordinal, id) in table.rows.keys.filter(claim.range.contains).sorted().enumerated() {
            let unfit = table.columns.indices.first { index in
                copy.mapping.types[index] == .date && !(table.rows[id]?[index].map(ModelDate.fits) ?? true)
            }
            if let unfit {
                let refusal = ValueRefusal.refusal(.outOfRange, column: unfit, of: copy.mapping)
                return try endCopy(because: .refused(copy.name, refusal), &warehouse, &random)
            }
            let values = zip(table.columns.map(\.name), table.rows[id] ?? [])
            rows.append(
                .init(
                    values: Dictionary(uniqueKeysWithValues: values),
                    version: RowVersion.first(ofBatch: claim.number) | UInt64(ordinal),
                    isDeleted: false
                )
            )
        }
        guard warehouse.insert(rows, columns: copy.mapping.warehouse.columnNames, into: copy.mapping.warehouse) else {
            let refusal = TableRefusal(cause: "ClickHouse refused its rows", remedy: "leat tables resync")
            return try endCopy(because: .refused(copy.name, refusal), &warehouse, &random)
        }
        try mayBeKilled(&random)
        copies[0].open.removeFirst()
        acknowledge(claim.number)
        return true
    }
}
