import ClickHouseClient
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Warehouse

/// Repairs single rows of tables that are streamed.
struct RowRepair: Sendable {
    let warehouse: Warehouse
    let log: BatchLog
    let tables: TableKeeper
    let decoder: StreamDecoder
    let applied: AppliedPosition
    let waits: ConditionWaits
    let hosts: SourceHosts
    /// Bytes of one insert.
    let batchBytes: Int
    let logger: Logger

    /// Rows that are read and written in one go.
    private static let repairedAtOnce = 500

    /// Reads single rows again at the source and writes them with a newer version, as the copy of a range does; those
    /// that the source does not have are removed.
    ///
    /// - Parameters:
    ///   - name: the table, as the source calls it.
    ///   - foreignVersions: versions of these rows that Leat has not written; they are taken out first, since nothing
    ///     new
    ///     might win against them.
    /// - Returns: how many rows the source had.
    /// - Throws: ``PipelineError`` if the table is not being streamed, or cannot be read now.
    func repair(_ name: TableName, keys: [RowKey], foreignVersions: [UInt64]) async throws -> UInt64 {
        let text = name.description
        guard let mapping = await tables.entry(name)?.mapping else {
            throw PipelineError(
                .precondition,
                "`\(text)` is not followed",
                remedy: "leat tables resync \(text)"
            )
        }
        let portions = try stride(from: 0, to: keys.count, by: Self.repairedAtOnce).map { start in
            let portion = Array(keys[start..<min(start + Self.repairedAtOnce, keys.count)])
            guard let source = RowKey.sourceCondition(portion, of: mapping),
                let warehouse = RowKey.warehouseCondition(portion, of: mapping)
            else {
                throw PipelineError(
                    .precondition,
                    "the keys to repair are not those of `\(text)`",
                    remedy: "its definition has changed meanwhile: verify again, then repair"
                )
            }
            return (source: source, warehouse: warehouse)
        }
        let host = hosts.current
        // The right rows are there before anything is taken away.
        var repaired: UInt64 = 0
        var removals: [UInt64] = []
        for portion in portions {
            let (rows, removal) = try await rewrite(name, mapping, at: host, where: portion.source)
            repaired += rows
            removals.append(removal)
        }
        if !foreignVersions.isEmpty {
            try await warehouse.remove(versions: foreignVersions, in: mapping.warehouse)
            // As long as those outranked it, a merge may have taken away what was written.
            removals = []
            for portion in portions {
                removals.append(try await rewrite(name, mapping, at: host, where: portion.source).removal)
            }
        }
        // A row that was written again is newer than its tombstone; what is not at the source any more is not.
        for (portion, removal) in zip(portions, removals) {
            try await warehouse.tombstone(where: portion.warehouse, olderThanBatch: removal, in: mapping.warehouse)
        }
        try await close(name, at: host)
        logger.notice(
            "rows were repaired",
            metadata: ["table": "\(text)", "keys": "\(keys.count)", "rows": "\(repaired)"]
        )
        return repaired
    }

    /// Ends a repair with a batch after which the table is what the stream says again: all that was done is older than
    /// it, and so are the transactions that were read at the source before the stream had them.
    private func close(_ name: TableName, at host: MySQLEndpoint) async throws {
        let position = try await SourceInspector.with(host, logger: logger) { try await $0.executedGTIDs() }
        try await waits.wait(before: .now + Self.sourceWaitMax) { [applied, hosts] in
            applied.snapshot.position.isSuperset(of: position) || hosts.current != host
        }
        // The rows may hold transactions that only the former host had.
        guard hosts.current == host else {
            throw PipelineError(
                .precondition,
                "the source host changed from \(host.address) while rows of `\(name)` were repaired",
                remedy: "leat repair \(name)"
            )
        }
        let end = try await log.define(BatchDefinition(kind: .repair, table: name.description, detail: "done"))
        await log.acknowledge(end)
    }

    /// Reads rows again at the source and writes them.
    ///
    /// - Returns: how many there are, and a batch number below that of the rows and above all that was known before:
    ///   what
    ///   is older than it and was not written again is gone.
    private func rewrite(
        _ name: TableName,
        _ mapping: TableMapping,
        at host: MySQLEndpoint,
        where condition: String
    ) async throws -> (rows: UInt64, removal: UInt64) {
        let removal = try await log.define(
            BatchDefinition(kind: .repair, table: name.description, detail: "remove")
        )
        do {
            let writing = try await log.define(
                BatchDefinition(kind: .repair, table: name.description, detail: "write")
            )
            do {
                // A barrier that was in progress is over by then, and the next one waits for us.
                try await log.waitUntilAcknowledged(removal - 1)
                try await requireUnchanged(name, mapping)
                // Someone may have put another one in its place, in which rows come twice.
                try await warehouse.restoreView(mapping.warehouse, floor: await tables.entry(name)?.state.floor ?? 0)
                let rows = try await write(mapping, at: host, where: condition, as: writing)
                await log.acknowledge(removal)
                await log.acknowledge(writing)
                return (rows, removal)
            } catch {
                await log.acknowledge(writing)
                throw error
            }
        } catch {
            // What was written is right, and the rest is found by the next comparison.
            await log.acknowledge(removal)
            throw Self.repairFailure(error, table: name.description)
        }
    }

    private func requireUnchanged(_ name: TableName, _ mapping: TableMapping) async throws {
        let table = await tables.entry(name)
        guard let table, table.state.phase == .streaming else {
            let phase = table?.state.phase
            throw PipelineError(
                .precondition,
                "`\(name)` is \(phase?.rawValue ?? "gone"): only rows of a table that is streamed can be repaired",
                remedy: phase == .snapshotting ? "wait until it is copied (leat status)" : "leat tables resync \(name)"
            )
        }
        guard table.mapping?.definition == mapping.definition else {
            throw TableCopier.Interruption.definitionChanged
        }
    }

    private func write(
        _ mapping: TableMapping,
        at host: MySQLEndpoint,
        where condition: String,
        as number: UInt64
    ) async throws -> UInt64 {
        let session = try await RangeSession(mapping: mapping, endpoint: host, logger: logger)
        do {
            let rows = try await session.carryOver(
                where: condition,
                to: warehouse,
                asBatch: number,
                insertBytes: batchBytes,
                after: hosts.reachable(of: decoder.seen),
                waitingAtMost: Self.sourceWaitMax
            )
            await session.close()
            return rows
        } catch {
            await session.close()
            throw error
        }
    }

    /// All of the pipeline waits for a repair's numbers, so it must not wait forever itself.
    private static let sourceWaitMax = Duration.seconds(60)

    private static func repairFailure(_ error: any Error, table: String) -> any Error {
        switch error {
        case TableCopier.Interruption.refused(let refusal):
            PipelineError(
                .precondition,
                "rows of `\(table)` cannot be carried over: \(refusal.cause)",
                remedy: refusal.remedy
            )
        case TableCopier.Interruption.definitionChanged:
            PipelineError(
                .precondition,
                "`\(table)` is being changed at the source",
                remedy: "repair it again in a moment"
            )
        case TableCopier.Interruption.sourceBehind(let delay):
            PipelineError(
                .precondition,
                "\(delay)",
                remedy: "let it catch up (SHOW REPLICA STATUS), then repair again"
            )
        default: error
        }
    }
}
